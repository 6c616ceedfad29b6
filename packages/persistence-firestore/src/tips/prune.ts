import type { TipStore } from '@stagedoor/tips'
import type { FirestoreCollection } from '../firestore-client.ts'
import type { TipContext } from './tip-context.ts'

const deletesAtOnce = 400

/** Removes what nobody asks for any more. Who does it at the same time removes the same. */
export function pruneVerb(context: TipContext): TipStore['prune'] {
  const removeOld = async (collection: FirestoreCollection, before: string) => {
    for (let removed = 0; ; ) {
      const count = await context.commit('prune', async () => {
        const { docs } = await collection.where('at', '<', before).limit(deletesAtOnce).get()
        if (docs.length === 0) return { answer: 0 }
        return {
          answer: docs.length,
          write: (batch) => {
            for (const { ref } of docs) batch.delete(ref)
          },
        }
      })
      removed += count
      if (count < deletesAtOnce) return removed
    }
  }
  return async ({ before }) =>
    (await removeOld(context.inbox, before)) + (await removeOld(context.alerts, before))
}
