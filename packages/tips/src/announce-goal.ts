import { moneyToJson } from '@stagedoor/payment-gateway'
import { type Goal, goalProgress } from './goal.ts'
import type { TipEvent } from './tip-event.ts'
import type { TipsContext } from './tips-context.ts'

/** Announces what a creator's goal has reached since the last time, once among all who see it. */
export async function announceGoal(context: TipsContext, creatorId: string): Promise<void> {
  const { store } = context.settings
  for (;;) {
    const stored = await store.getGoal(creatorId)
    if (!stored) return
    const { goal, announcedLevel } = stored
    const { level } = goalProgress(goal, await store.goalTotal(goal))
    if (level <= announcedLevel) return
    const events = tellGoal(goal, announcedLevel, level, context.now())
    // Who was first may have seen less: what is above that is still to be told.
    if (await store.announceGoal(goal, announcedLevel, level, events)) return
  }
}

/** One for each step in its order; the rounds of a goal that resets are one, as a small target has any number of them. */
function tellGoal(goal: Goal, from: number, to: number, at: string): readonly TipEvent[] {
  const { id, creatorId, title, kind, currency, targets } = goal
  const tell = (level: number, rounds: number): TipEvent => ({
    ...{ id: `${id}:${level}`, at, creatorId, type: 'goal.reached', goal: { id, title, kind }, level },
    target: moneyToJson({ amount: targets[Math.min(level, targets.length) - 1] ?? 0n, currency }),
    ...(rounds > 1 ? { rounds } : {}),
  })
  if (kind === 'resetting') return [tell(to, to - from)]
  return Array.from({ length: to - from }, (_, index) => tell(from + index + 1, 1))
}
