import type { RefundOutcome } from '@stagedoor/payment-gateway'
import { applyFact, changeOf } from './apply-fact.ts'
import { callGateway, isRepeatable, toTipError } from './call-gateway.ts'
import { derivedId } from './digest.ts'
import { invalidInput, TipError } from './errors.ts'
import { countLostRounds } from './lost-rounds.ts'
import { factOfRefund } from './map-gateway.ts'
import { reduceTip } from './reduce-tip.ts'
import { refundableAmount, type Tip, type TipRefund } from './tip.ts'
import type { RefundTipInput, RefundTipOptions, RefundTipReturn } from './tips.ts'
import { requireTip, type TipsContext } from './tips-context.ts'
import {
  inWords,
  readMoney,
  readText,
  refuseUnknownFields,
  requireId,
  requireKey,
  requireObject,
} from './validate.ts'

/** Reserves the amount before the gateway is asked, so that two refunds at once cannot give back more than was paid. */
export async function refundTip(
  context: TipsContext,
  tipId: string,
  input: RefundTipInput,
  options: RefundTipOptions,
): Promise<RefundTipReturn> {
  requireObject('options', options)
  const { idempotencyKey, signal } = options
  requireKey('idempotencyKey', idempotencyKey)
  refuseUnknownFields('input', input, ['amount', 'reason'])
  requireId('tipId', tipId)
  const refundId = await derivedId('refund', tipId, idempotencyKey)
  const { tip, refund, isFirst } = await reserve(context, tipId, refundId, input)
  if (refund.status !== 'requested') return { tip, refund, outcome: outcomeOf(tip, refund) }
  if (!isFirst && !isRepeatable(context, tip.gateway, refund.createdAt)) {
    return { tip, refund, outcome: { kind: 'unknown', reason: 'in_progress' } }
  }
  const outcome = await askForRefund(context, tip, refund, signal)
  return { ...(await applyRefund(context, tip, refund, outcome)), outcome }
}

/** Asks the gateway for a refund that is reserved; the same key each time. */
export async function askForRefund(
  context: TipsContext,
  tip: Tip,
  refund: TipRefund,
  signal: AbortSignal | undefined,
): Promise<RefundOutcome> {
  const gateway = context.gateway(tip.gateway)
  const amount = { amount: refund.amount, currency: tip.amount.currency }
  const request = {
    refundId: refund.id,
    chargeRef: refund.chargeRef,
    amount,
    reason: 'requested_by_customer',
  } as const
  try {
    return await callGateway<RefundOutcome>(
      context,
      { kind: 'unknown', reason: 'no_answer' },
      signal,
      (options) => gateway.refund(request, { ...options, idempotencyKey: refund.id }),
    )
  } catch (error) {
    // It throws only where nothing has moved, so what was reserved is free again.
    const mapped = toTipError(error, gateway.id)
    const mayHelp = mapped instanceof TipError && (mapped.retryable || mapped.code === 'aborted')
    if (!mayHelp) {
      await applyRefund(context, tip, refund, { kind: 'declined', code: 'processing_error' })
    }
    throw mapped
  }
}

/** Stores what became of a refund. */
export async function applyRefund(
  context: TipsContext,
  tip: Tip,
  refund: TipRefund,
  outcome: RefundOutcome,
): Promise<{ readonly tip: Tip; readonly refund: TipRefund }> {
  const fact = factOfRefund(tip, refund, outcome)
  const applied = fact && (await applyFact(context, { tipId: tip.id, fact, occurredAt: context.now() }))
  const now = applied?.tip ?? tip
  return { tip: now, refund: now.refunds.find(({ id }) => id === refund.id) ?? refund }
}

async function reserve(context: TipsContext, tipId: string, refundId: string, input: RefundTipInput) {
  const lost = countLostRounds()
  for (;;) {
    const tip = await requireTip(context, tipId)
    const present = tip.refunds.find(({ id }) => id === refundId)
    const wanted = amountOf(tip, input, present)
    if (present) {
      if (input.amount === undefined || present.amount === wanted)
        return { tip, refund: present, isFirst: false }
      throw conflict(
        'This idempotency key belongs to a refund of another amount. Draw a new key for each refund',
      )
    }
    const reason = input.reason === undefined ? {} : { reason: readText('reason', input.reason, 200) }
    const at = context.now()
    const chargeRef = tip.chargeRef ?? ''
    const money = { amount: wanted, currency: tip.amount.currency }
    const fact = {
      type: 'refund',
      refundId,
      chargeRef,
      amount: money,
      status: 'requested',
      ...reason,
    } as const
    const next = reduceTip(tip, fact, { at })
    const refund = next.refunds.find(({ id }) => id === refundId)
    if (!refund) throw new TipError({ code: 'internal', message: `The refund ${refundId} was not reserved.` })
    const change = changeOf(context, tip, next, { at, occurredAt: at })
    if ((await context.commit(change)) === 'committed') return { tip: next, refund, isFirst: true }
    if (await lost.mayRetry(tip.version)) continue
    throw new TipError({
      code: 'provider_unavailable',
      provider: 'store',
      message: `The tip ${tipId} changed each time the refund was to be reserved. Nothing was refunded; try again.`,
    })
  }
}

function amountOf(tip: Tip, { amount }: RefundTipInput, present: TipRefund | undefined): bigint {
  const left = refundableAmount(tip)
  const { currency } = tip.amount
  if (amount === undefined) {
    if (left > 0n || present) return left
    throw conflict(
      tip.status === 'completed'
        ? 'Nothing is left to refund: it is refunded, on its way, or disputed'
        : `The tip is ${tip.status}; only what was paid can be refunded`,
    )
  }
  const wanted = readMoney('amount', amount)
  if (wanted.currency !== currency) throw invalidInput('amount.currency', `the tip was paid in ${currency}`)
  if (present || wanted.amount <= left) return wanted.amount
  throw conflict(`Only ${inWords(left, { currency })} is left to refund`)
}

function outcomeOf(tip: Tip, { status, ref, amount }: TipRefund): RefundOutcome {
  if (status === 'failed') return { kind: 'declined', code: 'processing_error' }
  const kind = status === 'succeeded' ? 'succeeded' : 'pending'
  const money = { amount, currency: tip.amount.currency }
  return { kind, amount: money, ...(ref === undefined ? {} : { ref }) }
}

function conflict(message: string): TipError {
  return new TipError({ code: 'conflict', field: 'amount', message: `${message}.` })
}
