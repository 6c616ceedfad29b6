import type { RefundOutcome } from '@stagedoor/payment-gateway'
import { applyFact, isFeeDue, isUnfinished, laterBy } from './apply-fact.ts'
import { isRepeatable, retrieveCharge, retrieveRefund } from './call-gateway.ts'
import { TipError } from './errors.ts'
import { factOfOutcome } from './map-gateway.ts'
import { applyRefund, askForRefund } from './refund-tip.ts'
import type { Tip, TipRefund } from './tip.ts'
import type { ReconcileTipsReport } from './tips.ts'
import type { TipsContext } from './tips-context.ts'

const batchSize = 50

/** Longer than the calls for a whole batch of tips may take. */
const leaseSeconds = 600

const longestPauseSeconds = 6 * 3600

/** So long after a refund was asked for a gateway that has none is believed. */
const lateRefundSeconds = 86_400

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
        const { tip: now, isOpen } = await check(context, tip, signal)
        if (now.status !== 'pending' && tip.status === 'pending') settled += 1
        if (now.version === tip.version) {
          await postpone(context, tip, isOpen || isUnfinished(context, tip, context.now()))
        }
      } catch (error) {
        failed += 1
        const { id, gateway } = tip
        context.settings.logger.warn('a tip could not be checked', { tipId: id, gateway, cause: error })
        // Who could not be asked has not said no, however long ago it was. Only a fee is not worth asking for ever.
        const isPaid = tip.status === 'completed'
        await postpone(context, tip, !isPaid || isUnfinished(context, tip, context.now()))
      }
    }
    if (due.length < batchSize) return { checked, settled, failed }
  }
}

interface Checked {
  readonly tip: Tip
  /** The gateway is not through with it, so that it will be asked again whatever the tip's age. */
  readonly isOpen: boolean
}

async function check(context: TipsContext, tip: Tip, signal: AbortSignal | undefined): Promise<Checked> {
  const isKnown = tip.status === 'completed' && tip.gatewayFee !== undefined
  const { tip: paid, isOpen } = isKnown ? { tip, isOpen: false } : await checkPayment(context, tip, signal)
  const charged = await checkStrays(context, paid, signal)
  return { tip: await checkRefunds(context, charged, signal), isOpen }
}

async function checkPayment(
  context: TipsContext,
  tip: Tip,
  signal: AbortSignal | undefined,
): Promise<Checked> {
  const outcome = await retrieveCharge(context, tip, signal)
  const fact = outcome && factOfOutcome(outcome)
  const occurredAt = context.now()
  const told = fact && (await applyFact(context, { tipId: tip.id, fact, occurredAt }))
  const now = told?.tip ?? tip
  // A bank may take longer than a tip is waited for.
  const isOpen = now.status !== 'completed' && (outcome?.kind === 'pending' || outcome?.kind === 'unknown')
  if (now.status !== 'pending' || now.expiresAt > occurredAt) return { tip: now, isOpen }
  const expired = await applyFact(context, { tipId: tip.id, fact: { type: 'expired' }, occurredAt })
  return { tip: expired?.tip ?? now, isOpen }
}

/** Webhooks may not say what the gateway kept of a payment that came in besides. */
async function checkStrays(context: TipsContext, tip: Tip, signal: AbortSignal | undefined): Promise<Tip> {
  let now = tip
  for (const { ref, amount, ...stray } of tip.strays) {
    if (!isFeeDue(stray, stray.receivedAt, context.now())) continue
    const outcome = await retrieveCharge(context, tip, signal, ref)
    if (outcome?.kind !== 'succeeded' || !outcome.gatewayFee) continue
    const fact = { type: 'strayed', ref, amount, gatewayFee: outcome.gatewayFee } as const
    now = (await applyFact(context, { tipId: tip.id, fact, occurredAt: context.now() }))?.tip ?? now
  }
  return now
}

/** Refunds whose end nobody has told of. */
async function checkRefunds(context: TipsContext, tip: Tip, signal: AbortSignal | undefined): Promise<Tip> {
  let now = tip
  for (const refund of tip.refunds) {
    if (refund.status !== 'requested' && refund.status !== 'pending') continue
    const outcome = await refundNow(context, now, refund, signal)
    if (outcome) now = (await applyRefund(context, now, refund, outcome)).tip
  }
  return now
}

/**
 * What became of a refund; null when nobody can tell. One whose answer was lost is asked for again where the gateway knows
 * repetitions, as long as it does, and is looked up after that.
 */
async function refundNow(
  context: TipsContext,
  tip: Tip,
  refund: TipRefund,
  signal: AbortSignal | undefined,
): Promise<RefundOutcome | null> {
  const isRequested = refund.status === 'requested'
  if (isRequested && isRepeatable(context, tip.gateway, refund.createdAt)) {
    return askForRefund(context, tip, refund, signal)
  }
  const outcome = await retrieveRefund(context, tip, refund, signal)
  if (outcome) return outcome
  const isOld = isRequested && laterBy(refund.createdAt, lateRefundSeconds) < context.now()
  // The gateway says that it never made it, and no call for it can be under way any more.
  if (outcome === null && isOld) return { kind: 'declined', code: 'processing_error' }
  if (isOld) {
    const about = { tipId: tip.id, refundId: refund.id, gateway: tip.gateway }
    context.settings.logger.warn(
      'a refund is too old to be asked for again: look it up at the gateway',
      about,
    )
  }
  return null
}

/** The older it is, the longer it can wait. */
async function postpone(context: TipsContext, tip: Tip, continues: boolean): Promise<void> {
  const at = context.now()
  if (!continues) return context.settings.store.postpone(tip.id, tip.version, null)
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
