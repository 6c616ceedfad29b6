import { isOfTip, outstandingAmount, type Tip } from './tip.ts'

/**
 * What a change adds to the sums that goals and leaderboards are read from. Stores only add them up, so a popular creator
 * has no row that all tips wait for.
 */
export interface Tally {
  readonly creatorId: string
  /** The UTC day on which the tip was paid, such as `2026-11-23`. What went back counts on the day of its tip. */
  readonly day: string
  readonly streamId: string | null
  readonly goalId: string | null
  /** Null for an anonymous tip. */
  readonly payerId: string | null
  readonly payerName: string | null
  /** ISO 8601, UTC: when the payer gave that name, which is when the tip was made. Null where there is none. */
  readonly namedAt: string | null
  readonly currency: string
  /** Minor units, negative for a refund and for what a bank took; positive again for what it returned. */
  readonly amount: bigint
  /** 1 for a tip, 0 for what went back in part, -1 when nothing is left of it. */
  readonly tips: number
}

/** What changes in the sums when a tip goes from one version to the next; null when nothing does, as for a purchase. */
export function tallyTip(before: Tip, after: Tip): Tally | null {
  const amount = keptAmount(after) - keptAmount(before)
  if (amount === 0n || after.completedAt === undefined || after.purpose) return null
  const { creatorId, streamId, goalId, payerId, isAnonymous } = after
  return {
    creatorId,
    day: after.completedAt.slice(0, 10),
    streamId: streamId ?? null,
    goalId: goalId ?? null,
    payerId: isAnonymous ? null : payerId,
    ...nameOf(after),
    currency: after.amount.currency,
    amount,
    tips: (keptAmount(after) > 0n ? 1 : 0) - (keptAmount(before) > 0n ? 1 : 0),
  }
}

function nameOf({ isAnonymous, payerName, createdAt }: Tip): Pick<Tally, 'payerName' | 'namedAt'> {
  if (isAnonymous || payerName === undefined) return { payerName: null, namedAt: null }
  return { payerName, namedAt: createdAt }
}

/** What is left of a tip's price once refunds and what a bank has taken are off: what counts for goals and leaderboards. */
export function keptAmount(tip: Tip): bigint {
  if (tip.status !== 'completed') return 0n
  const taken = tip.disputes
    .filter((dispute) => isOfTip(tip, dispute))
    .reduce((sum, dispute) => sum + outstandingAmount(dispute), 0n)
  const rest = tip.amount.amount - tip.refundedTotal - taken
  return rest > 0n ? rest : 0n
}
