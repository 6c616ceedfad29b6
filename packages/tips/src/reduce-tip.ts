import { invalidInput } from './errors.ts'
import {
  type DisputeStatus,
  type Tip,
  type TipDispute,
  type TipRefund,
  tipStatuses,
  withTotals,
} from './tip.ts'
import type { TipFact } from './tip-fact.ts'

/** When and by which gateway a fact was told. */
export interface FactContext {
  /** ISO 8601, UTC, by the platform's clock. */
  readonly at: string
}

/**
 * The tip as it is once a fact is known; the same object when the fact is no news. Whatever the order in which facts
 * arrive and however often, the tip ends the same: every part of it only moves one way.
 *
 * What cannot be booked yet waits in the tip: a refund whose payment nobody has told of is booked with the payment.
 */
export function reduceTip(tip: Tip, fact: TipFact, { at }: FactContext): Tip {
  const next = reduce(tip, fact, at)
  return next === tip ? tip : { ...withTotals(next), version: tip.version + 1 }
}

function reduce(tip: Tip, fact: TipFact, at: string): Tip {
  switch (fact.type) {
    case 'paid':
      return paid(tip, fact, at)
    case 'strayed':
      return strayed(tip, fact)
    case 'underway':
      return tip.chargeRef === undefined ? { ...tip, chargeRef: fact.ref } : tip
    case 'failed':
      return advanced(tip, 'failed', { ...referenced(tip, fact.ref), declineCode: fact.declineCode })
    case 'canceled':
    case 'expired':
      return advanced(tip, fact.type, referenced(tip, fact.ref))
    case 'refund':
      return refunded(tip, fact, at)
    case 'dispute':
      return disputed(tip, fact)
  }
}

type Fact<Type extends TipFact['type']> = Extract<TipFact, { readonly type: Type }>

function paid(tip: Tip, { ref, amount, gatewayFee }: Fact<'paid'>, at: string): Tip {
  const isPrice = amount.amount === tip.amount.amount && amount.currency === tip.amount.currency
  const fee = gatewayFee ? { gatewayFee } : {}
  // One payment is one sum of money; what was told of it first is booked.
  if (tip.strays.some((stray) => stray.ref === ref)) return tip
  if (!isPrice) return strayed(tip, { type: 'strayed', ref, amount })
  if (tip.status !== 'completed') {
    const { declineCode: _, ...rest } = tip
    return { ...rest, ...fee, status: 'completed', chargeRef: ref, completedAt: at }
  }
  // The viewer paid twice, as on two pages of the gateway.
  if (tip.chargeRef !== ref) return strayed(tip, { type: 'strayed', ref, amount })
  return tip.gatewayFee === undefined && gatewayFee ? { ...tip, ...fee } : tip
}

function strayed(tip: Tip, { ref, amount }: Fact<'strayed'>): Tip {
  const isKnown = tip.strays.some((stray) => stray.ref === ref)
  const isOwn = tip.status === 'completed' && tip.chargeRef === ref
  if (amount.amount <= 0n || isKnown || isOwn) return tip
  return { ...tip, strays: [...tip.strays, { ref, amount }] }
}

function advanced(tip: Tip, status: Tip['status'], change: Partial<Tip>): Tip {
  return tipStatuses.indexOf(status) > tipStatuses.indexOf(tip.status) ? { ...tip, ...change, status } : tip
}

function referenced(tip: Tip, ref: string | undefined): Partial<Tip> {
  return tip.chargeRef === undefined && ref !== undefined ? { chargeRef: ref } : {}
}

const refundRanks: readonly TipRefund['status'][] = ['requested', 'pending', 'succeeded', 'failed']

function refunded(tip: Tip, fact: Fact<'refund'>, at: string): Tip {
  const { refundId, ref, chargeRef, amount, status, reason, isSplitReversed } = fact
  requireCurrency(tip, chargeRef, amount.currency)
  const present = tip.refunds.find((refund) => isSameRefund(refund, fact))
  if (!present) {
    const isTaken = tip.refunds.some(({ id }) => id === refundId)
    const refund: TipRefund = {
      // Ours may have been taken for another one of the same amount, which was told of first.
      id: refundId === undefined || isTaken ? `gateway:${ref ?? chargeRef}` : refundId,
      ...(ref === undefined ? {} : { ref }),
      ...(reason === undefined ? {} : { reason }),
      ...(isSplitReversed ? { isSplitReversed } : {}),
      ...{ chargeRef, amount: amount.amount, status, createdAt: at },
    }
    return { ...tip, refunds: [...tip.refunds, refund] }
  }
  const isAhead = refundRanks.indexOf(status) > refundRanks.indexOf(present.status)
  const isNamed = present.ref === undefined && ref !== undefined
  if (!isAhead && !isNamed) return tip
  const next: TipRefund = {
    ...present,
    ...(isNamed ? { ref } : {}),
    // A gateway may give back another amount than it was asked for; what it did is what counts.
    ...(isAhead ? { status, amount: amount.amount, ...(isSplitReversed ? { isSplitReversed } : {}) } : {}),
  }
  return { ...tip, refunds: tip.refunds.map((refund) => (refund === present ? next : refund)) }
}

/** By our id, else by the gateway's; one of ours that has none yet is known by payment and amount. */
function isSameRefund(refund: TipRefund, { refundId, ref, chargeRef, amount }: Fact<'refund'>): boolean {
  if (ref !== undefined && refund.ref !== undefined) return refund.ref === ref
  if (refundId !== undefined && refund.id === refundId) return true
  const isNameless = refundId === undefined && refund.ref === undefined && refund.status !== 'failed'
  return isNameless && refund.chargeRef === chargeRef && refund.amount === amount.amount
}

const disputeRanks: readonly DisputeStatus[] = ['open', 'lost', 'won']

function disputed(tip: Tip, fact: Fact<'dispute'>): Tip {
  const { ref, chargeRef, status } = fact
  const amountOf = (money: Fact<'dispute'>['withdrawn']) => {
    if (money) requireCurrency(tip, chargeRef, money.currency)
    return money?.amount ?? 0n
  }
  const present = tip.disputes.find((dispute) => dispute.ref === ref)
  const before: TipDispute = present ?? {
    ...{ ref, chargeRef, status },
    withdrawn: 0n,
    reinstated: 0n,
  }
  const next: TipDispute = {
    ...before,
    status: disputeRanks.indexOf(status) > disputeRanks.indexOf(before.status) ? status : before.status,
    withdrawn: larger(before.withdrawn, amountOf(fact.withdrawn)),
    reinstated: larger(before.reinstated, amountOf(fact.reinstated)),
    ...(before.fee === undefined && fact.fee && fact.fee.amount > 0n ? { fee: fact.fee } : {}),
  }
  if (!present) return { ...tip, disputes: [...tip.disputes, next] }
  const isNews =
    next.status !== before.status ||
    next.withdrawn !== before.withdrawn ||
    next.reinstated !== before.reinstated ||
    next.fee !== before.fee
  return isNews
    ? { ...tip, disputes: tip.disputes.map((dispute) => (dispute === present ? next : dispute)) }
    : tip
}

function larger(left: bigint, right: bigint): bigint {
  return left > right ? left : right
}

/** Of a payment that came in besides, it is the currency of that one. */
function requireCurrency(tip: Tip, chargeRef: string, currency: string): void {
  const { amount } = tip.strays.find(({ ref }) => ref === chargeRef) ?? tip
  if (currency === amount.currency) return
  throw invalidInput(
    'amount.currency',
    `${currency} moved for a payment in ${amount.currency}; look it up by hand`,
  )
}
