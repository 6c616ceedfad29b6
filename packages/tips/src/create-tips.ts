import { moneyToDecimal } from '@stagedoor/payment-gateway'
import { blockVerbs } from './blocked-payers.ts'
import { createTip, tipIdFor } from './create-tip.ts'
import { alertVerbs } from './creator-alerts.ts'
import { getGoal, setGoal } from './creator-goals.ts'
import { setMenu } from './creator-menu.ts'
import { createDelivery } from './deliver.ts'
import { getLeaderboard } from './leaderboard.ts'
import { listTips } from './list-tips.ts'
import { resolveOptions, type TipsOptions } from './options.ts'
import { applyEvent, receiveWebhook } from './receive-webhook.ts'
import { reconcileTips } from './reconcile.ts'
import { refundTip } from './refund-tip.ts'
import { readPurpose } from './tip-purpose.ts'
import type { Tips } from './tips.ts'
import { createContext, requireTip, type TipsContext } from './tips-context.ts'
import { updateTipStatus } from './update-tip-status.ts'
import { requireId, requireKey, requireObject } from './validate.ts'

const keptDays = 30
const talliesAtOnce = 5000

/**
 * Makes the tips of a platform.
 *
 * @throws {@link TipError} `invalid_input` for options that cannot work.
 *
 * @example
 * ```ts
 * import { createLedger, memoryLedgerStore } from '@stagedoor/ledger'
 * import { fakeGateway } from '@stagedoor/payment-gateway/fake'
 * import { createTips, memoryTipStore } from '@stagedoor/tips'
 *
 * const books = memoryLedgerStore()
 * const tips = createTips({
 *   store: memoryTipStore({ ledger: books }),
 *   ledger: createLedger({ store: books }),
 *   gateways: [fakeGateway()],
 *   creator: (creatorId) => (creatorId === 'ava' ? {} : null),
 * })
 * const { tip } = await tips.createTip(
 *   { userId: 'vic' },
 *   { creatorId: 'ava', amount: { amount: '500', currency: 'USD' } },
 *   { idempotencyKey: crypto.randomUUID() },
 * )
 * ```
 */
export function createTips(options: TipsOptions): Tips {
  const settings = resolveOptions(options)
  const { store, ledger, logger } = settings
  let isRunning = false
  let isWanted = false

  /** One delivery takes from the outbox at a time: what is committed while one does goes with the next. */
  const kick = () => {
    if (!settings.deliversAtOnce) return
    isWanted = true
    if (isRunning) return
    isWanted = false
    isRunning = true
    let isOver = false
    const end = () => {
      if (isOver) return
      isOver = true
      isRunning = false
      if (isWanted) kick()
    }
    delivery
      .run(undefined, end)
      .catch((cause: unknown) => logger.error('events could not be delivered', { cause }))
      .finally(end)
  }
  const context: TipsContext = createContext(settings, kick)
  const delivery = createDelivery(context)

  const { currencies, maxMessageLength } = settings
  return {
    rules: { currencies, maxMessageLength },
    createTip: (payer, input, call) => createTip(context, payer, input, call),
    createPayment: async (payer, input, call) => {
      requireObject('input', input)
      const { purpose, ...rest } = input
      return createTip(context, payer, rest, call, readPurpose(purpose))
    },
    tipIdFor: async (payerId, idempotencyKey) => {
      requireId('payerId', payerId)
      requireKey('idempotencyKey', idempotencyKey)
      return tipIdFor(payerId, idempotencyKey)
    },
    getTip: (tipId) => requireTip(context, tipId),
    listTips: (query) => listTips(context, query),
    getCreatorTips: async (creatorId, query = {}) => {
      requireId('creatorId', creatorId)
      requireObject('query', query)
      return listTips(context, { ...query, creatorId })
    },
    updateTipStatus: async (tipId, status, call) => updateTipStatus(context, tipId, status, signalOf(call)),
    refundTip: (tipId, input, call) => refundTip(context, tipId, input, call),
    getCreatorEarnings: async (creatorId) => {
      requireId('creatorId', creatorId)
      return ledger.balances(creatorId)
    },
    getStatement: (query) => ledger.statement({ formatAmount: moneyToDecimal, ...query }),
    receiveWebhook: async (gatewayId, request, call = {}) => {
      requireObject('request', request)
      requireObject('options', call)
      return receiveWebhook(context, gatewayId, request, call)
    },
    applyEvent: async (event) => {
      requireObject('event', event)
      return applyEvent(context, event)
    },
    reconcile: async (call) => reconcileTips(context, signalOf(call)),
    deliver: async (call) => delivery.run(signalOf(call)),
    setGoal: (creatorId, input) => setGoal(context, creatorId, input),
    getGoal: (creatorId) => getGoal(context, creatorId),
    setMenu: (creatorId, items) => setMenu(context, creatorId, items),
    getMenu: async (creatorId) => {
      requireId('creatorId', creatorId)
      return store.getMenu(creatorId)
    },
    getLeaderboard: (query) => getLeaderboard(context, query),
    ...blockVerbs(context),
    ...alertVerbs(context),
    maintain: async () => {
      // Until what has come since the last time is added up, in steps that hold nothing up for long.
      while ((await store.compactTallies({ limit: talliesAtOnce })) >= talliesAtOnce) {}
      const before = new Date(Date.parse(context.now()) - keptDays * 86_400_000).toISOString()
      await store.prune({ before })
    },
  }
}

function signalOf(options: { readonly signal?: AbortSignal } = {}): AbortSignal | undefined {
  requireObject('options', options)
  return options.signal
}
