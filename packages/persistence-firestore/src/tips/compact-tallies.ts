import type { TipStore } from '@stagedoor/tips'
import type { FirestoreSnapshot } from '../firestore-client.ts'
import { unchanged } from '../guarded-commit.ts'
import { fromTallyRecord, sumTallies, toTallyRecord } from './tally-record.ts'
import type { TipContext } from './tip-context.ts'

const talliesAtOnce = 250

/**
 * Tallies are deleted and added to their sum in one commit, which is refused when one of them is gone or the sum has
 * changed. What a tip adds meanwhile is not among them, and stays.
 */
export function compactTalliesVerb(context: TipContext): TipStore['compactTallies'] {
  return async ({ limit }) => {
    for (let compacted = 0; ; ) {
      const wanted = Math.min(talliesAtOnce, limit - compacted)
      const count = await compactOnce(context, wanted)
      compacted += count
      if (count < wanted || compacted >= limit) return compacted
    }
  }
}

function compactOnce({ tallies, getAll, commit }: TipContext, limit: number): Promise<number> {
  return commit('compactTallies', async () => {
    // Sums have no tail.
    const { docs } = await tallies.orderBy('tail').limit(limit).get()
    const groups = new Map<string, FirestoreSnapshot[]>()
    for (const snapshot of docs) {
      const id = String(snapshot.data()?.tail)
      groups.set(id, [...(groups.get(id) ?? []), snapshot])
    }
    const sums = await getAll([...groups.keys()].map((id) => tallies.doc(id)))
    if (docs.length === 0) return { answer: 0 }
    return {
      answer: docs.length,
      write: (batch) => {
        for (const snapshot of docs) batch.delete(snapshot.ref, unchanged(snapshot))
        for (const [index, group] of [...groups.values()].entries()) {
          const before = sums[index]
          if (!before) throw new Error('a sum was not read')
          const sum = sumTallies([...(before.exists ? [before] : []), ...group].map(fromTallyRecord))
          if (!sum) continue
          if (before.exists) batch.update(before.ref, toTallyRecord(sum), unchanged(before))
          else batch.create(before.ref, toTallyRecord(sum))
        }
      },
    }
  })
}
