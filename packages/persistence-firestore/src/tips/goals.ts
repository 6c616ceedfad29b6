import type { Goal, StoredGoal, TipStore } from '@stagedoor/tips'
import { hashedId } from '../document-id.ts'
import type { FirestoreSnapshot } from '../firestore-client.ts'
import { unchanged } from '../guarded-commit.ts'
import { writtenFields } from '../written-fields.ts'
import { enqueue } from './outbox.ts'
import { type Stored, toStored } from './stored-value.ts'
import type { TipContext } from './tip-context.ts'

interface GoalRecord extends StoredGoal {
  /** Names the call that announced the level. */
  readonly writeId: string
}

/** The present goal of each creator. */
export function goalVerbs(context: TipContext): Pick<TipStore, 'getGoal' | 'putGoal' | 'announceGoal'> {
  const documentOf = (creatorId: string) => context.goals.doc(hashedId(creatorId))
  return {
    getGoal: (creatorId) =>
      context.call('getGoal', async () => {
        const found = fromGoalRecord(await documentOf(creatorId).get())
        return found && { goal: found.goal, announcedLevel: found.announcedLevel }
      }),

    putGoal: async (creatorId, goal) => {
      const document = documentOf(creatorId)
      await context.call('putGoal', () =>
        goal ? document.set({ ...toStored({ goal, announcedLevel: 0, writeId: '' }) }) : document.delete(),
      )
    },

    announceGoal: async ({ id, creatorId }, from, to, events) => {
      const document = documentOf(creatorId)
      const writeId = crypto.randomUUID()
      return context.commit('announceGoal', async () => {
        const snapshot = await document.get()
        const stored = fromGoalRecord(snapshot)
        // Ours, by a commit whose answer was lost.
        if (stored?.writeId === writeId) return { answer: true }
        if (stored?.goal.id !== id || stored.announcedLevel !== from) return { answer: false }
        return {
          answer: true,
          write: (batch) => {
            batch.update(document, { announcedLevel: to, writeId }, unchanged(snapshot))
            enqueue(context, batch, events)
          },
        }
      })
    },
  }
}

function fromGoalRecord(snapshot: FirestoreSnapshot): GoalRecord | null {
  const stored = writtenFields<Stored<GoalRecord>>(snapshot)
  if (!stored) return null
  const { goal, announcedLevel, writeId } = stored
  const targets: Goal['targets'] = goal.targets.map(BigInt)
  return { goal: { ...goal, targets }, announcedLevel, writeId }
}
