import type { Money } from '@stagedoor/payment-gateway'

/**
 * What a creator collects for. `single` is reached once; `stepped` has several targets, one after the other; `resetting`
 * begins again each time it is reached, and keeps what exceeded it.
 */
export interface Goal {
  readonly id: string
  readonly creatorId: string
  readonly title: string
  readonly kind: 'single' | 'stepped' | 'resetting'
  readonly currency: string
  /** Minor units, growing. `single` and `resetting` have one. */
  readonly targets: readonly bigint[]
  /** ISO 8601, UTC. */
  readonly createdAt: string
}

/** How far a goal is. All amounts are of the goal's currency. */
export interface GoalProgress {
  /** Everything that was tipped towards it, less refunds and what banks took. */
  readonly total: Money
  /** What counts towards {@link GoalProgress.target}: `total`, or since the last reset. */
  readonly current: Money
  /** What is to be reached next, or was reached last. */
  readonly target: Money
  /** How many steps or rounds have been reached; at most 2^31 - 1. */
  readonly level: number
  /** True when there is nothing further to reach. */
  readonly isReached: boolean
}

/** How far a goal is when so much has been tipped towards it. */
export function goalProgress(goal: Goal, tipped: bigint): GoalProgress {
  const total = tipped > 0n ? tipped : 0n
  const money = (amount: bigint): Money => ({ amount, currency: goal.currency })
  const first = goal.targets[0] ?? 1n
  if (goal.kind === 'resetting') {
    return {
      total: money(total),
      current: money(total % first),
      target: money(first),
      level: Math.min(Number(total / first), 2_147_483_647),
      isReached: false,
    }
  }
  const level = goal.targets.filter((target) => total >= target).length
  const isReached = level === goal.targets.length
  const target = goal.targets[isReached ? level - 1 : level] ?? first
  return { total: money(total), current: money(total), target: money(target), level, isReached }
}
