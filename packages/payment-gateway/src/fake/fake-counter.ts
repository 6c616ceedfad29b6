import { PaymentError } from '../errors.ts'
import type { DisputeMovement, GatewayFact } from '../gateway-event.ts'
import { type Money, money, negateMoney } from '../money.ts'
import { type DeclineCode, declineRetries } from '../outcome.ts'
import type { createBooks } from './fake-books.ts'
import {
  type FakeCharge,
  type FakeDispute,
  type FakeRefund,
  type FakeState,
  type FakeSubscription,
  found,
  periodEnd,
} from './fake-state.ts'

/** What the counter writes to. */
export interface CounterContext {
  readonly state: FakeState
  readonly books: ReturnType<typeof createBooks>
  readonly emit: (fact: GatewayFact) => void
  readonly clock: () => number
  readonly newRef: (prefix: string) => string
  readonly fee: { readonly bps: number; readonly fixed: bigint }
  readonly disputeFee: bigint
}

/** Where money moves: each of these changes the state, posts to the books and emits the events, in one step. */
export function createCounter(context: CounterContext) {
  const { state, books, emit, clock, newRef } = context

  function pay(charge: FakeCharge): void {
    const { amount, ref, merchantRef } = charge
    const share = (amount.amount * BigInt(context.fee.bps) + 5000n) / 10_000n + context.fee.fixed
    const gatewayFee = money(share < amount.amount ? share : amount.amount, amount.currency)
    Object.assign(charge, { status: 'succeeded', gatewayFee, paidAt: clock() })
    const about = { ref, chargeRef: ref, merchantRef }
    books.post({ kind: 'charge', amount, ...about })
    books.post({ kind: 'fee', amount: negateMoney(gatewayFee), ...about })
    // Of a subscription's charges its own events tell.
    if (charge.subscriptionRef === undefined) {
      emit({ type: 'payment.succeeded', ref, merchantRef, amount, gatewayFee })
    }
  }

  function settle(charge: FakeCharge, result: 'succeeded' | 'canceled' | DeclineCode): void {
    const { ref, merchantRef, amount } = charge
    if (charge.status !== 'pending' && charge.status !== 'action_required') {
      throw conflict(`The charge ${ref} is ${charge.status} already.`)
    }
    delete charge.settleAt
    const subscription =
      charge.subscriptionRef === undefined ? undefined : found(state.subscriptions, charge.subscriptionRef)
    if (result === 'succeeded') {
      pay(charge)
      if (subscription) startPeriod(subscription, charge)
      return
    }
    if (subscription) subscription.status = 'ended'
    if (result === 'canceled') {
      charge.status = 'canceled'
      emit({ type: 'payment.canceled', ref, merchantRef, amount })
      return
    }
    const decline = { code: result, retry: declineRetries[result], rawCode: `fake_${result}` }
    Object.assign(charge, { status: 'declined', decline })
    emit({ type: 'payment.failed', ref, merchantRef, amount, decline })
  }

  function startPeriod(subscription: FakeSubscription, charge: FakeCharge): void {
    const isFirst = subscription.status === 'incomplete'
    subscription.periodStart = isFirst ? clock() : subscription.periodEnd
    subscription.periodEnd = periodEnd(subscription.periodStart, subscription.interval)
    subscription.status = 'active'
    emit({
      type: isFirst ? 'subscription.started' : 'subscription.renewed',
      ref: subscription.ref,
      merchantRef: subscription.merchantRef,
      chargeRef: charge.ref,
      amount: charge.amount,
      period: { start: iso(subscription.periodStart), end: iso(subscription.periodEnd) },
    })
  }

  function refund(charge: FakeCharge, refundId: string, amount: Money, isPending: boolean): FakeRefund {
    const made: FakeRefund = { ref: newRef('fre'), refundId, charge, amount, status: 'pending' }
    state.refunds.set(made.ref, made)
    charge.refunded += amount.amount
    books.post({ kind: 'refund', amount: negateMoney(amount), ...aboutPart(made) })
    if (isPending) emit({ type: 'refund.pending', ...aboutRefund(made) })
    else settleRefund(made)
    return made
  }

  function settleRefund(made: FakeRefund): void {
    made.status = 'succeeded'
    emit({ type: 'refund.succeeded', ...aboutRefund(made) })
  }

  function failRefund(made: FakeRefund): void {
    if (made.status === 'failed') throw conflict(`The refund ${made.ref} has failed already.`)
    made.status = 'failed'
    made.charge.refunded -= made.amount.amount
    books.post({ kind: 'refund_failed', amount: made.amount, ...aboutPart(made) })
    emit({ type: 'refund.failed', ...aboutRefund(made) })
  }

  function openDispute(charge: FakeCharge, wanted?: Money): FakeDispute {
    const { currency } = charge.amount
    const left = money(charge.amount.amount - charge.refunded - charge.disputed, currency)
    const amount = wanted ?? left
    if (charge.status !== 'succeeded' || amount.currency !== currency || amount.amount <= 0n) {
      throw conflict(`There is nothing to dispute of the charge ${charge.ref}.`)
    }
    if (amount.amount > left.amount) throw conflict(`Only ${left.amount} of ${charge.ref} is left.`)
    const dispute: FakeDispute = { ref: newRef('fdp'), charge, amount, movements: [], status: 'open' }
    state.disputes.set(dispute.ref, dispute)
    emit({ type: 'dispute.opened', ...aboutDispute(dispute) })
    moveDispute(dispute, 'withdrawn', amount, money(context.disputeFee, currency))
    return dispute
  }

  function moveDispute(dispute: FakeDispute, kind: DisputeMovement['kind'], amount: Money, fee: Money): void {
    const { charge, movements } = dispute
    const isTaken = kind === 'withdrawn'
    const after = outstanding(dispute) + (isTaken ? amount.amount : -amount.amount)
    if (amount.currency !== charge.amount.currency || amount.amount <= 0n || after < 0n) {
      throw conflict(`${amount.amount} ${amount.currency} cannot be ${kind} of ${dispute.ref}.`)
    }
    const ref = newRef('fmv')
    movements.push({ ref, kind, amount, ...(fee.amount !== 0n && { fee }) })
    charge.disputed += isTaken ? amount.amount : -amount.amount
    // What was won may be taken again, as after an appeal.
    if (isTaken) dispute.status = 'open'
    const about = { ...aboutPart(dispute), ref, disputeRef: dispute.ref }
    books.post({
      kind: isTaken ? 'dispute' : 'dispute_reinstated',
      amount: isTaken ? negateMoney(amount) : amount,
      ...about,
    })
    books.post({ kind: 'dispute_fee', amount: negateMoney(fee), ...about })
    emit({ type: `dispute.funds_${kind}`, ...aboutDispute(dispute) })
  }

  function closeDispute(dispute: FakeDispute, result: 'won' | 'lost'): void {
    if (dispute.status !== 'open') throw conflict(`The dispute ${dispute.ref} is ${dispute.status} already.`)
    const back = money(outstanding(dispute), dispute.amount.currency)
    if (result === 'won' && back.amount > 0n)
      moveDispute(dispute, 'reinstated', back, money(0n, back.currency))
    dispute.status = result
    emit({ type: `dispute.${result}`, ...aboutDispute(dispute) })
  }

  return {
    ...{ pay, settle, startPeriod, refund, settleRefund, failRefund },
    ...{ openDispute, moveDispute, closeDispute },
  }
}

function aboutPart({ ref, charge }: { ref: string; charge: FakeCharge }) {
  return { ref, chargeRef: charge.ref, merchantRef: charge.merchantRef }
}

function aboutRefund(refund: FakeRefund) {
  return { ...aboutPart(refund), refundId: refund.refundId, amount: refund.amount }
}

function aboutDispute(dispute: FakeDispute) {
  return {
    ...aboutPart(dispute),
    amount: dispute.amount,
    reason: 'fraudulent',
    movements: [...dispute.movements],
  }
}

/** What the bank has taken and not returned. */
function outstanding({ movements }: FakeDispute): bigint {
  return movements.reduce(
    (sum, { kind, amount }) => (kind === 'withdrawn' ? sum + amount.amount : sum - amount.amount),
    0n,
  )
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function conflict(message: string): PaymentError {
  return new PaymentError({ code: 'conflict', gateway: 'fake', message })
}
