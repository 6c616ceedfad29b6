import { applyFact, isUnfinished, laterBy } from './apply-fact.ts'
import { isRepeatable, retrieveCharge } from './call-gateway.ts'
import { TipError } from './errors.ts'
import { factOfOutcome } from './map-gateway.ts'
import { applyRefund, askForRefund } from './refund-tip.ts'
import type { Tip } from './tip.ts'
import type { ReconcileTipsReport } from './tips.ts'
import type { TipsContext } from './tips-context.ts'

const batchSize = 50

/** Longer than the calls for a whole batch of tips may take. */
const leaseSeconds = 600

const longestPauseSeconds = 6 * 3600

/** Asks the gateways what became of tips and refunds that nobody has told of. */
export async function reconcileTips(
  context: TipsContext,
  signal: AbortSignal | undefined,
): Promise<ReconcileTipsReport> {
  let [checked, settled, failed] = [0, 0, 0]
  for (;;) {
    throwIfAborted(signal)
    const at = context.now()
    const due = await context.settings.store.claimDue({
      ...{ at, until: laterBy(at, leaseSeconds), limit: batchSize },
    })
    for (const tip of due) {
      throwIfAborted(signal)
      checked += 1
      try {
        const now = await check(context, tip, signal)
        if (now.status !== 'pending' && tip.status === 'pending') settled += 1
        if (now.version === tip.version) await postpone(context, tip)
      } catch (error) {
        failed += 1
        const { id, gateway } = tip
        context.settings.logger.warn('a tip could not be checked', { tipId: id, gateway, cause: error })
        await postpone(context, tip)
      }
    }
    if (due.length < batchSize) return { checked, settled, failed }
  }
}

async function check(context: TipsContext, tip: Tip, signal: AbortSignal | undefined): Promise<Tip> {
  const isKnown = tip.status === 'completed' && tip.gatewayFee !== undefined
  const paid = isKnown ? tip : await checkPayment(context, tip, signal)
  return checkRefunds(context, paid, signal)
}

async function checkPayment(context: TipsContext, tip: Tip, signal: AbortSignal | undefined): Promise<Tip> {
  const outcome = await retrieveCharge(context, tip, signal)
  const fact = outcome && factOfOutcome(outcome)
  const occurredAt = context.now()
  const told = fact && (await applyFact(context, { tipId: tip.id, fact, occurredAt }))
  const now = told?.tip ?? tip
  if (now.status !== 'pending' || now.expiresAt > occurredAt) return now
  const expired = await applyFact(context, { tipId: tip.id, fact: { type: 'expired' }, occurredAt })
  return expired?.tip ?? now
}

/**
 * A refund whose answer was lost is asked for again where the gateway knows repetitions, as long as it does; others wait
 * for its event.
 */
async function checkRefunds(context: TipsContext, tip: Tip, signal: AbortSignal | undefined): Promise<Tip> {
  if (context.gateway(tip.gateway).capabilities.idempotency !== 'native') return tip
  let now = tip
  for (const refund of tip.refunds.filter(({ status }) => status === 'requested')) {
    if (!isRepeatable(context, tip.gateway, refund.createdAt)) {
      const about = { tipId: tip.id, refundId: refund.id, gateway: tip.gateway }
      context.settings.logger.warn(
        'a refund is too old to be asked for again: look it up at the gateway',
        about,
      )
      continue
    }
    const outcome = await askForRefund(context, now, refund, signal)
    now = (await applyRefund(context, now, refund, outcome)).tip
  }
  return now
}

/** The older it is, the longer it can wait. */
async function postpone(context: TipsContext, tip: Tip): Promise<void> {
  const at = context.now()
  if (!isUnfinished(context, tip, at)) return context.settings.store.postpone(tip.id, tip.version, null)
  const since = tip.refunds.at(-1)?.createdAt ?? tip.createdAt
  const ageSeconds = (Date.parse(at) - Date.parse(since)) / 1000
  const pause = Math.min(longestPauseSeconds, Math.max(60, ageSeconds / 2))
  // Not beyond the moment at which it expires.
  const next = laterBy(at, pause)
  const isExpiring = tip.status === 'pending' && tip.expiresAt > at && tip.expiresAt < next
  await context.settings.store.postpone(tip.id, tip.version, isExpiring ? tip.expiresAt : next)
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return
  throw new TipError({ code: 'aborted', message: 'Reconciling was given up.', cause: signal.reason })
}
