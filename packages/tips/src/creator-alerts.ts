import { moneyToJson } from '@stagedoor/payment-gateway'
import type { Alert, AlertSettings } from './alert.ts'
import { laterBy } from './apply-fact.ts'
import { sha256 } from './digest.ts'
import { invalidInput, TipError } from './errors.ts'
import type { AlertSettingsInput, PublicAlertSettings, Tips } from './tips.ts'
import type { TipsContext } from './tips-context.ts'
import { readMoney, refuseUnknownFields, requireCount, requireId } from './validate.ts'

type AlertVerbs = Pick<
  Tips,
  | 'rotateAlertToken'
  | 'setAlertSettings'
  | 'getAlertSettings'
  | 'isAlertToken'
  | 'sendTestAlert'
  | 'listAlerts'
  | 'listMissedAlerts'
  | 'lastAlert'
>

/** What an overlay that was away gets, see {@link Tips.listMissedAlerts}. */
const missedSeconds = 86_400
const mostMissed = 200
const pageSize = 500

const defaults = { minimums: {}, showSeconds: 8 }

/** The verbs of a creator's overlay. */
export function alertVerbs(context: TipsContext): AlertVerbs {
  const { store } = context.settings
  return {
    rotateAlertToken: async (creatorId) => {
      requireId('creatorId', creatorId)
      const token = newToken()
      const before = await store.getAlertSettings(creatorId)
      const settings = { ...defaults, ...before, creatorId, tokenDigest: await sha256(token) }
      await store.putAlertSettings(settings)
      return { token, settings: withoutDigest(settings) }
    },
    setAlertSettings: async (creatorId, input) => {
      const before = await requireSettings(context, creatorId)
      const settings = { ...before, ...readSettings(context, input) }
      await store.putAlertSettings(settings)
      return withoutDigest(settings)
    },
    getAlertSettings: async (creatorId) => {
      requireId('creatorId', creatorId)
      const settings = await store.getAlertSettings(creatorId)
      return settings && withoutDigest(settings)
    },
    isAlertToken: async (creatorId, token) => {
      if (typeof token !== 'string' || token === '' || token.length > 200) return false
      requireId('creatorId', creatorId)
      const settings = await store.getAlertSettings(creatorId)
      // Digests are compared, so the time it takes tells nothing of the token.
      return settings !== null && settings.tokenDigest === (await sha256(token))
    },
    sendTestAlert: async (creatorId) => {
      await requireSettings(context, creatorId)
      const currency = Object.keys(context.settings.currencies)[0] ?? 'USD'
      const amount = context.settings.currencies[currency]?.minimum ?? 100n
      const id = `test_${crypto.randomUUID()}`
      const about = { id, creatorId, amount: moneyToJson({ amount, currency }), from: 'Stagedoor' }
      const tip = { ...about, message: 'This is a test. It looks like this when somebody tips you.' }
      await store.addAlerts([{ creatorId, id, at: context.now(), body: { type: 'tip', tip, isTest: true } }])
    },
    listAlerts: async (creatorId, afterSeq, limit = 100) => {
      requireId('creatorId', creatorId)
      requireCount('afterSeq', afterSeq, 0, Number.MAX_SAFE_INTEGER)
      requireCount('limit', limit, 1, 500)
      return store.listAlerts(creatorId, afterSeq, limit)
    },
    listMissedAlerts: async (creatorId, afterSeq) => {
      requireId('creatorId', creatorId)
      requireCount('afterSeq', afterSeq, 0, Number.MAX_SAFE_INTEGER)
      const since = laterBy(context.now(), -missedSeconds)
      let alerts: readonly Alert[] = []
      for (let lastSeq = afterSeq; ; ) {
        const page = await store.listAlerts(creatorId, lastSeq, pageSize)
        lastSeq = page.at(-1)?.seq ?? lastSeq
        alerts = [...alerts, ...page.filter(({ at }) => at >= since)].slice(-mostMissed)
        if (page.length < pageSize) return { alerts, lastSeq }
      }
    },
    lastAlert: async (creatorId) => {
      requireId('creatorId', creatorId)
      return store.lastAlert(creatorId)
    },
  }
}

/** 256 bits, as base64url. */
function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  const text = btoa(String.fromCharCode(...bytes))
  return `overlay_${text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`
}

async function requireSettings({ settings }: TipsContext, creatorId: string): Promise<AlertSettings> {
  requireId('creatorId', creatorId)
  const found = await settings.store.getAlertSettings(creatorId)
  if (found) return found
  throw new TipError({
    code: 'conflict',
    message: 'This creator has no overlay yet. Make its secret address first (rotateAlertToken).',
  })
}

function readSettings({ settings }: TipsContext, input: AlertSettingsInput): Partial<AlertSettings> {
  refuseUnknownFields('input', input, ['minimums', 'showSeconds'])
  const { minimums, showSeconds } = input
  if (showSeconds !== undefined) requireCount('showSeconds', showSeconds, 1, 60)
  if (minimums !== undefined && !Array.isArray(minimums)) throw invalidInput('minimums', 'a list of amounts')
  const read = minimums?.map((minimum, index) => readMoney(`minimums.${index}`, minimum))
  for (const { currency } of read ?? []) {
    if (Object.hasOwn(settings.currencies, currency)) continue
    throw invalidInput('minimums', `tips in ${currency} are not taken`)
  }
  return {
    ...(read ? { minimums: Object.fromEntries(read.map(({ amount, currency }) => [currency, amount])) } : {}),
    ...(showSeconds === undefined ? {} : { showSeconds }),
  }
}

function withoutDigest({ tokenDigest: _, ...settings }: AlertSettings): PublicAlertSettings {
  return settings
}
