import type { DisputeMovement, Money } from '@stagedoor/payment-gateway'
import {
  currencyOf,
  disputeStatus,
  type StrayReturn,
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
      return strayed(tip, fact, at)
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
  const stray = { type: 'strayed', ref, amount, ...fee } as const
  // One payment is one sum of money; what was told of it first is booked.
  if (!isPrice || tip.strays.some((one) => one.ref === ref)) return strayed(tip, stray, at)
  if (tip.status !== 'completed') {
    const { declineCode: _, ...rest } = tip
    return { ...rest, ...fee, status: 'completed', chargeRef: ref, completedAt: at }
  }
  // The viewer paid twice, as on two pages of the gateway.
  if (tip.chargeRef !== ref) return strayed(tip, stray, at)
  return tip.gatewayFee === undefined && gatewayFee ? { ...tip, ...fee } : tip
}

function strayed(tip: Tip, { ref, amount, gatewayFee }: Fact<'strayed'>, at: string): Tip {
  const isOwn = tip.status === 'completed' && tip.chargeRef === ref
  if (amount.amount <= 0n || isOwn) return tip
  const fee = gatewayFee ? { gatewayFee } : {}
  const present = tip.strays.find((stray) => stray.ref === ref)
  if (!present) return { ...tip, strays: [...tip.strays, { ref, amount, ...fee, receivedAt: at }] }
  if (present.gatewayFee || !gatewayFee) return tip
  return { ...tip, strays: tip.strays.map((stray) => (stray === present ? { ...stray, ...fee } : stray)) }
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
  if (isForeign(tip, { ...(ref === undefined ? {} : { ref }), chargeRef, amount })) {
    if (status === 'requested' || status === 'pending') return tip
    const kind = status === 'failed' ? 'refund_failed' : 'refund'
    return strayReturned(tip, [{ ref: ref ?? refundId ?? chargeRef, kind, amount }])
  }
  const present = tip.refunds.find((refund) => isSameRefund(refund, fact))
  if (!present) {
    const isTaken = tip.refunds.some(({ id }) => id === refundId)
    const refund: TipRefund = {
      // Ours may have been taken for another one of the same amount, which was told of first.
      id: refundId === undefined || isTaken ? `gateway:${ref ?? chargeRef}` : refundId,
      ...(ref === undefined ? {} : { ref }),
      ...(reason === undefined ? {} : { reason }),
      ...(isSplitReversed ? { isSplitReversed } : {}),
      ...(chargeRef === tip.chargeRef ? {} : { currency: amount.currency }),
      ...{ chargeRef, amount: amount.amount, status, createdAt: at },
    }
    return { ...tip, refunds: [...tip.refunds, refund] }
  }
  // The gateway has told of it by its own reference; an answer without one is not of that money.
  const isOther = status === 'failed' && ref === undefined && present.ref !== undefined
  const isAhead = !isOther && refundRanks.indexOf(status) > refundRanks.indexOf(present.status)
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

/**
 * By our id, else by the gateway's. Where the gateway does not repeat ours, one that has none of the gateway's yet is known by
 * payment and amount.
 */
function isSameRefund(refund: TipRefund, fact: Fact<'refund'>): boolean {
  const { refundId, isUnnamed, ref, chargeRef, amount } = fact
  if (ref !== undefined && refund.ref !== undefined) return refund.ref === ref
  if (refundId !== undefined && refund.id === refundId) return true
  const mayBe = isUnnamed && refund.ref === undefined && refund.status !== 'failed'
  return Boolean(mayBe) && refund.chargeRef === chargeRef && refund.amount === amount.amount
}

function disputed(tip: Tip, { ref, chargeRef, verdict, movements }: Fact<'dispute'>): Tip {
  const foreign = movements.filter((movement) => isForeign(tip, { ...movement, chargeRef }))
  const changed = strayReturned(
    tip,
    foreign.map(({ ref: movement, kind, amount, fee }) => ({
      ref: movement,
      kind: kind === 'withdrawn' ? 'dispute' : 'dispute_reinstated',
      amount,
      ...(fee ? { fee } : {}),
    })),
  )
  const present = tip.disputes.find((dispute) => dispute.ref === ref)
  const before: Omit<TipDispute, 'status'> = present ?? { ref, chargeRef, verdicts: [], movements: [] }
  const told = movements.filter((movement) => !foreign.includes(movement) && movement.amount.amount > 0n)
  const added = told.filter(
    (movement, index) =>
      !before.movements.some((one) => one.ref === movement.ref) &&
      told.findIndex((one) => one.ref === movement.ref) === index,
  )
  const known = before.movements.map((movement) => withFee(movement, told))
  const isDecided = verdict === undefined || before.verdicts.includes(verdict)
  const isSame = known.every((movement, index) => movement === before.movements[index])
  if (present && isDecided && isSame && added.length === 0) return changed
  const next = {
    ...before,
    verdicts: isDecided ? before.verdicts : [...before.verdicts, verdict].sort(),
    movements: [...known, ...added],
  }
  const dispute: TipDispute = { ...next, status: disputeStatus(next) }
  const disputes = present
    ? tip.disputes.map((one) => (one === present ? dispute : one))
    : [...tip.disputes, dispute]
  return { ...changed, disputes }
}

/** A fee may be told later than what it was charged for. */
function withFee(movement: DisputeMovement, told: readonly DisputeMovement[]): DisputeMovement {
  if (movement.fee) return movement
  const fee = told.find(({ ref }) => ref === movement.ref)?.fee
  return fee && fee.amount !== 0n ? { ...movement, fee } : movement
}

function strayReturned(tip: Tip, returns: readonly StrayReturn[]): Tip {
  const added = returns.filter(
    ({ ref, kind, amount }) =>
      amount.amount > 0n && !tip.strayReturns.some((one) => one.ref === ref && one.kind === kind),
  )
  return added.length === 0 ? tip : { ...tip, strayReturns: [...tip.strayReturns, ...added] }
}

/**
 * Tells whether money moved in another currency than the payment was made in: of a stray payment, its own. What was once taken
 * for that stays so, as a stray payment may be told of after its refund.
 */
function isForeign(
  tip: Tip,
  moved: { readonly ref?: string; readonly chargeRef: string; readonly amount: Money },
) {
  if (tip.strayReturns.some(({ ref }) => ref === moved.ref)) return true
  return moved.amount.currency !== currencyOf(tip, moved.chargeRef)
}
