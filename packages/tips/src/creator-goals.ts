import { invalidInput } from './errors.ts'
import { type Goal, goalProgress } from './goal.ts'
import type { StoredGoal } from './tip-store.ts'
import type { GoalInput, GoalWithProgress } from './tips.ts'
import type { TipsContext } from './tips-context.ts'
import { readMoney, readTitle, refuseUnknownFields, requireId } from './validate.ts'

const maxTargets = 20

/** Begins a goal at zero, or ends the one there is. */
export async function setGoal(
  context: TipsContext,
  creatorId: string,
  input: GoalInput | null,
): Promise<GoalWithProgress | null> {
  requireId('creatorId', creatorId)
  const goal = input === null ? null : readGoal(context, creatorId, input)
  await context.settings.store.putGoal(creatorId, goal)
  return goal && { goal, progress: goalProgress(goal, 0n) }
}

/** The creator's present goal and what was tipped towards it. */
export async function getGoal(context: TipsContext, creatorId: string): Promise<GoalWithProgress | null> {
  requireId('creatorId', creatorId)
  const { store } = context.settings
  const stored: StoredGoal | null = await store.getGoal(creatorId)
  if (!stored) return null
  const { goal } = stored
  return { goal, progress: goalProgress(goal, await store.goalTotal(goal)) }
}

function readGoal(context: TipsContext, creatorId: string, input: GoalInput): Goal {
  refuseUnknownFields('input', input, ['title', 'kind', 'targets'])
  const title = readTitle('title', input.title, 100)
  const kind = input.kind ?? 'single'
  if (kind !== 'single' && kind !== 'stepped' && kind !== 'resetting') {
    throw invalidInput('kind', 'single, stepped or resetting')
  }
  if (!Array.isArray(input.targets) || input.targets.length < 1 || input.targets.length > maxTargets) {
    throw invalidInput('targets', `1 to ${maxTargets} amounts`)
  }
  if (kind !== 'stepped' && input.targets.length !== 1)
    throw invalidInput('targets', `a ${kind} goal has one`)
  const targets = input.targets.map((target, index) => readMoney(`targets.${index}`, target))
  const currency = targets[0]?.currency ?? ''
  if (!Object.hasOwn(context.settings.currencies, currency)) {
    throw invalidInput('targets.0.currency', `tips in ${currency} are not taken`)
  }
  targets.forEach((target, index) => {
    if (target.currency !== currency) throw invalidInput(`targets.${index}.currency`, 'all have the same')
    const before = targets[index - 1]
    if (before && before.amount >= target.amount)
      throw invalidInput(`targets.${index}`, 'each is above the last')
  })
  return {
    ...{ id: `goal_${crypto.randomUUID().replaceAll('-', '')}`, creatorId, title, kind, currency },
    targets: targets.map(({ amount }) => amount),
    createdAt: context.now(),
  }
}
