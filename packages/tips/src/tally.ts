import type { Tip } from './tip.ts'

/**
 * What a change adds to the sums that goals and leaderboards are read from. Stores only add them up, so a popular creator
 * has no row that all tips wait for.
 */
export interface Tally {
  readonly creatorId: string
  /** The UTC day on which the tip was paid, such as `2026-11-23`. A refund counts on the day of its tip. */
  readonly day: string
  readonly streamId: string | null
  readonly goalId: string | null
  /** Null for an anonymous tip. */
  readonly payerId: string | null
  readonly payerName: string | null
  readonly currency: string
  /** Minor units, negative for a refund. */
  readonly amount: bigint
  /** 1 for a tip, 0 for a refund, -1 for a refund of all that was left. */
  readonly tips: number
}

/** What changes in the sums when a tip goes from one version to the next; null when nothing does. */
export function tallyTip(before: Tip, after: Tip): Tally | null {
  const amount = countedAmount(after) - countedAmount(before)
  if (amount === 0n || after.completedAt === undefined) return null
  const { creatorId, streamId, goalId, payerId, payerName, isAnonymous } = after
  return {
    creatorId,
    day: after.completedAt.slice(0, 10),
    streamId: streamId ?? null,
    goalId: goalId ?? null,
    payerId: isAnonymous ? null : payerId,
    payerName: isAnonymous ? null : (payerName ?? null),
    currency: after.amount.currency,
    amount,
    tips: (countedAmount(after) > 0n ? 1 : 0) - (countedAmount(before) > 0n ? 1 : 0),
  }
}

/** What the tip counts on boards: its price less refunds. A dispute is between the bank and the platform. */
function countedAmount(tip: Tip): bigint {
  if (tip.status !== 'completed') return 0n
  const rest = tip.amount.amount - tip.refundedTotal
  return rest > 0n ? rest : 0n
}
