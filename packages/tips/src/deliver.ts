import { moneyToJson } from '@stagedoor/payment-gateway'
import type { Alert, AlertSettings } from './alert.ts'
import { laterBy } from './apply-fact.ts'
import { TipError } from './errors.ts'
import { goalProgress } from './goal.ts'
import type { TipEvent } from './tip-event.ts'
import type { ClaimedEvent } from './tip-store.ts'
import type { DeliveryReport } from './tips.ts'
import type { TipsContext } from './tips-context.ts'

const batchSize = 200

/** Longer than a batch takes; who died with one lets others have it after this. */
const leaseSeconds = 60

const longestPauseSeconds = 600

/** Hands what is in the outbox to overlays, goals and the platform. */
export async function deliverEvents(
  context: TipsContext,
  signal: AbortSignal | undefined,
): Promise<DeliveryReport> {
  let [delivered, failed] = [0, 0]
  for (;;) {
    if (signal?.aborted) {
      throw new TipError({ code: 'aborted', message: 'Delivering was given up.', cause: signal.reason })
    }
    const at = context.now()
    const { store } = context.settings
    const claimed = await store.claimEvents({ at, until: laterBy(at, leaseSeconds), limit: batchSize })
    if (claimed.length === 0) return { delivered, failed }
    await showAlerts(context, claimed)
    await announceGoals(context, claimed)
    const outcomes = await Promise.all(claimed.map((one) => tellPlatform(context, one, signal)))
    const done = claimed.filter((_, index) => outcomes[index]).map(({ event }) => event.id)
    await store.removeEvents(done)
    delivered += done.length
    failed += claimed.length - done.length
  }
}

/** True when it was told. */
async function tellPlatform(
  context: TipsContext,
  { event, attempts }: ClaimedEvent,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    await context.settings.onEvent?.(event, signal ? { signal } : {})
    return true
  } catch (error) {
    const pause = Math.min(longestPauseSeconds, 2 ** Math.min(attempts, 10))
    context.settings.logger.warn('an event was not taken; it comes again', {
      ...{ eventId: event.id, type: event.type, attempts, cause: error },
    })
    await context.settings.store.releaseEvent(event.id, laterBy(context.now(), pause))
    return false
  }
}

/** Overlays get tips that are large enough, and goals; nobody's who has no overlay. */
async function showAlerts(context: TipsContext, claimed: readonly ClaimedEvent[]): Promise<void> {
  const { store } = context.settings
  const events = claimed
    .map(({ event }) => event)
    .filter(({ type }) => type === 'tip.completed' || type === 'goal.reached')
  const settings = new Map<string, AlertSettings | null>()
  for (const creatorId of new Set(events.map((event) => event.creatorId))) {
    settings.set(creatorId, await store.getAlertSettings(creatorId))
  }
  const alerts = events.flatMap((event) => {
    const own = settings.get(event.creatorId)
    return own ? (toAlert(event, own) ?? []) : []
  })
  if (alerts.length > 0) await store.addAlerts(alerts)
}

function toAlert(event: TipEvent, { minimums }: AlertSettings): Omit<Alert, 'seq'> | null {
  const { creatorId, id, at } = event
  if (event.type === 'goal.reached') return { creatorId, id, at, body: { type: 'goal', goal: event } }
  if (event.type !== 'tip.completed') return null
  const { amount, currency } = event.tip.amount
  if (BigInt(amount) < (minimums[currency] ?? 1n)) return null
  return { creatorId, id, at, body: { type: 'tip', tip: event.tip, isTest: false } }
}

/** A goal is read after the tips that count for it; of all who see it reached one announces it. */
async function announceGoals(context: TipsContext, claimed: readonly ClaimedEvent[]): Promise<void> {
  const creators = new Set(
    claimed.flatMap(({ event }) => (event.type === 'tip.completed' ? [event.creatorId] : [])),
  )
  for (const creatorId of creators) await announceGoal(context, creatorId)
}

async function announceGoal(context: TipsContext, creatorId: string): Promise<void> {
  const { store } = context.settings
  const stored = await store.getGoal(creatorId)
  if (!stored) return
  const { goal, announcedLevel } = stored
  const { level } = goalProgress(goal, await store.goalTotal(goal))
  if (level <= announcedLevel) return
  const at = context.now()
  const { id, title, kind, currency } = goal
  const reached = goal.targets[Math.min(level, goal.targets.length) - 1] ?? 0n
  const target = moneyToJson({ amount: reached, currency })
  const event = {
    id: `${id}:${level}`,
    at,
    creatorId,
    type: 'goal.reached',
    goal: { id, title, kind },
    target,
    level,
  } as const
  await store.announceGoal(goal, announcedLevel, level, [event])
}
