import type { DeclineCode, DisputeMovement, Money } from '@stagedoor/payment-gateway'
import type { TipPurpose } from './tip-purpose.ts'

/**
 * Where a tip stands. Each may only be followed by one that is further down this list: money that comes late still
 * completes a tip that had failed, and nothing takes a completed one back. Refunds and disputes are told beside it.
 */
export const tipStatuses = ['pending', 'failed', 'expired', 'canceled', 'completed'] as const

/** One of {@link tipStatuses}. */
export type TipStatus = (typeof tipStatuses)[number]

/** How a dispute stands: the bank has asked or taken the money, the platform got it back, or it is gone. */
export type DisputeStatus = 'open' | 'lost' | 'won'

/** What was agreed when the viewer tipped. Later changes of rates do not touch it. */
export interface TipTerms {
  /** The platform's share in hundredths of a percent: 1500 is 15 %. */
  readonly feeBps: number
  /** How long the creator's part stays pending after the payment. */
  readonly holdSeconds: number
  /** A part of the creator's share that is kept back for longer, against disputes. */
  readonly reserve?: { readonly bps: number; readonly holdSeconds: number }
  /** True when the gateway passes the creator's part on with the charge: nothing of it is left to pay out. */
  readonly isSplitAtCharge?: boolean
}

/** Money on its way back to the viewer. */
export interface TipRefund {
  readonly id: string
  /** The gateway's reference, once it is known. */
  readonly ref?: string
  /** The gateway's reference of the payment that it gives back. */
  readonly chargeRef: string
  /** Minor units of the tip's currency, or of {@link TipRefund.currency}. */
  readonly amount: bigint
  /** Of a refund of another payment than the tip's own. */
  readonly currency?: string
  /** Only grows: `requested` and `pending` reserve the amount, `succeeded` has moved it, `failed` moves it back. */
  readonly status: 'requested' | 'pending' | 'succeeded' | 'failed'
  readonly reason?: string
  /** True when the gateway took the creator's part back from the creator, of a tip that was split at the charge. */
  readonly isSplitReversed?: boolean
  /** ISO 8601, UTC. */
  readonly createdAt: string
}

/** A payer's complaint at the bank. */
export interface TipDispute {
  /** The gateway's reference. */
  readonly ref: string
  /** The gateway's reference of the payment that it is about. */
  readonly chargeRef: string
  readonly status: DisputeStatus
  /** What the gateway has said of its end. Both, when it was decided twice. */
  readonly verdicts: readonly ('won' | 'lost')[]
  /** What it has moved, in the order in which that was told; all in the currency of the payment, fees excepted. */
  readonly movements: readonly DisputeMovement[]
}

/** Money that came in for a tip and is not its price: another amount, or a second payment. It waits in suspense. */
export interface StrayPayment {
  readonly ref: string
  readonly amount: Money
  /** What the gateway kept of it, once it says; maybe in another currency. */
  readonly gatewayFee?: Money
  /** ISO 8601, UTC: when it was told of. */
  readonly receivedAt: string
}

/** Money that moved for a payment in another currency than it was paid in. It is booked into suspense, for somebody to look. */
export interface StrayReturn {
  /** The gateway's reference of the refund, or of the dispute's movement. */
  readonly ref: string
  readonly kind: 'refund' | 'refund_failed' | 'dispute' | 'dispute_reinstated'
  readonly amount: Money
  /** What the gateway charged for it, negative for a fee that came back. */
  readonly fee?: Money
}

/** A viewer's tip. `fee + net` is its amount. */
export interface Tip {
  readonly id: string
  readonly creatorId: string
  readonly payerId: string
  /** Shown with the tip unless it is anonymous. */
  readonly payerName?: string
  readonly isAnonymous: boolean
  readonly streamId?: string
  readonly amount: Money
  /** Minor units: the platform's part. */
  readonly fee: bigint
  /** Minor units: the creator's part. */
  readonly net: bigint
  readonly terms: TipTerms
  readonly message?: string
  readonly menuItemId?: string
  /** What is bought with it; absent for a gift. */
  readonly purpose?: TipPurpose
  /** The goal that it counts for: the one that was shown when the viewer tipped. */
  readonly goalId?: string
  readonly status: TipStatus
  /** The gateway's id. */
  readonly gateway: string
  /** The gateway's reference of the charge. */
  readonly chargeRef?: string
  /** Why the last attempt was declined. */
  readonly declineCode?: DeclineCode
  /** What the gateway kept, once it says; maybe in another currency. */
  readonly gatewayFee?: Money
  readonly refunds: readonly TipRefund[]
  readonly disputes: readonly TipDispute[]
  readonly strays: readonly StrayPayment[]
  readonly strayReturns: readonly StrayReturn[]
  /** Minor units that went back by refunds. */
  readonly refundedTotal: bigint
  readonly dispute: DisputeStatus | 'none'
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** ISO 8601, UTC: from then on an unpaid tip counts as given up. */
  readonly expiresAt: string
  /** ISO 8601, UTC: when it was paid. */
  readonly completedAt?: string
  /** A digest of what was asked for, to tell a repeated call from another one with the same key. */
  readonly fingerprint: string
  /** Grows by 1 with each change. */
  readonly version: number
}

/** Tells whether a refund or dispute is about the tip's own payment, and not about one that came in besides. */
export function isOfTip(tip: Tip, { chargeRef }: { readonly chargeRef: string }): boolean {
  return chargeRef === tip.chargeRef && !tip.strays.some(({ ref }) => ref === chargeRef)
}

/** What a payment of the tip was made in: the tip's currency, or that of a stray payment. */
export function currencyOf({ strays, amount }: Tip, chargeRef: string): string {
  return (strays.find(({ ref }) => ref === chargeRef)?.amount ?? amount).currency
}

/** Minor units that a refund may still ask for: what is neither refunded nor on its way nor taken by a bank. */
export function refundableAmount(tip: Tip): bigint {
  if (tip.status !== 'completed') return 0n
  const left = sumOf(tip, tip.refunds, ({ status, amount }) => (status === 'failed' ? 0n : amount))
  const taken = sumOf(tip, tip.disputes, outstandingAmount)
  const rest = tip.amount.amount - left - taken
  return rest > 0n ? rest : 0n
}

/** Minor units that a bank has taken and not returned. */
export function outstandingAmount(dispute: TipDispute): bigint {
  return bookedMovements(dispute).reduce(
    (sum, { kind, amount }) => (kind === 'withdrawn' ? sum + amount.amount : sum - amount.amount),
    0n,
  )
}

const roundingMinorUnits = 2n

/**
 * The movements that can be booked. Of what came back at times is told before what was taken; it waits in the tip until that
 * is known. More of them can be booked with each that is told, and never less.
 */
export function bookedMovements({ movements }: TipDispute): readonly DisputeMovement[] {
  const taken = movements.filter(({ kind }) => kind === 'withdrawn')
  let left = taken.reduce((sum, { amount }) => sum + amount.amount, 0n)
  const returned: DisputeMovement[] = []
  for (const movement of movements) {
    if (movement.kind === 'withdrawn') continue
    const { amount, currency } = movement.amount
    const excess = amount - left
    // What was converted may be a cent or two more than was taken.
    const isRounding = movement.isConverted && excess > 0n && excess <= roundingMinorUnits && left > 0n
    if (excess > 0n && !isRounding) break
    returned.push(isRounding ? { ...movement, amount: { amount: left, currency } } : movement)
    left = isRounding ? 0n : left - amount
  }
  return [...taken, ...returned]
}

/** How a dispute stands: what its money did counts for more than what was said. */
export function disputeStatus(dispute: Omit<TipDispute, 'status'>): DisputeStatus {
  const isBack = outstandingAmount({ ...dispute, status: 'open' }) === 0n
  const hasReturned = dispute.movements.some(({ kind }) => kind === 'reinstated')
  if (isBack && hasReturned) return 'won'
  if (dispute.verdicts.includes('lost')) return 'lost'
  return isBack && dispute.verdicts.includes('won') ? 'won' : 'open'
}

/** The tip with the totals that follow from its refunds and disputes. */
export function withTotals(tip: Tip): Tip {
  const refundedTotal = sumOf(tip, tip.refunds, ({ status, amount }) =>
    status === 'succeeded' ? amount : 0n,
  )
  const statuses = tip.disputes.filter((dispute) => isOfTip(tip, dispute)).map(({ status }) => status)
  const dispute = (['open', 'lost', 'won'] as const).find((status) => statuses.includes(status)) ?? 'none'
  return { ...tip, refundedTotal, dispute }
}

function sumOf<Part extends { readonly chargeRef: string }>(
  tip: Tip,
  parts: readonly Part[],
  amountOf: (part: Part) => bigint,
): bigint {
  return parts.reduce((sum, part) => (isOfTip(tip, part) ? sum + amountOf(part) : sum), 0n)
}
