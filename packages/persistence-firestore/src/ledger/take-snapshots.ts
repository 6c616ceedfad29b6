import type { LedgerStore } from '@stagedoor/ledger'
import type { FirestoreSnapshot } from '../firestore-client.ts'
import { unchanged } from '../guarded-commit.ts'
import { addSnapshot, fromBalanceRecord, randomSpot, sumTotals } from './balance-record.ts'
import type { LedgerContext } from './ledger-context.ts'

/** Documents that become one in one commit. */
const documentsAtOnce = 500
const largestSample = 400

/**
 * A snapshot takes its tail away: documents are deleted and their sum is created in one commit, which is refused when one
 * of them is gone already. What a commit adds meanwhile is not among them, and stays.
 *
 * Long tails are found by a sample, so that looking costs little where there is nothing to do: of all that waits, an owner
 * with a long tail has a large part.
 */
export function takeSnapshotsVerb(context: LedgerContext): LedgerStore['takeSnapshots'] {
  return async ({ minTail, limit }) => {
    const sample = await takeSample(context, minTail)
    const hits = new Map<string, number>()
    for (const snapshot of sample) {
      const owner = String(snapshot.data()?.owner)
      hits.set(owner, (hits.get(owner) ?? 0) + 1)
    }
    const owners = [...hits].sort(([, left], [, right]) => right - left).slice(0, 2 * limit)
    let taken = 0
    for (const [owner] of owners) {
      if (taken < limit && (await snapshotOf(context, owner, minTail))) taken += 1
    }
    return taken
  }
}

/** Some of what waits for a snapshot, such that four or so are of each owner with a long tail. */
async function takeSample(
  { books, call }: LedgerContext,
  minTail: number,
): Promise<readonly FirestoreSnapshot[]> {
  const waiting = books.balances.where('spot', '>=', 0)
  const counted = await call('takeSnapshots', () =>
    waiting
      .limit(largestSample * minTail)
      .count()
      .get(),
  )
  const { count } = counted.data()
  // One document of a tail may be its last snapshot, which does not wait.
  if (count < minTail - 1) return []
  const size = Math.min(largestSample, Math.ceil((4 * count) / Math.max(1, minTail - 1)))
  const start = randomSpot()
  const find = (operator: '>=' | '<', many: number) =>
    call('takeSnapshots', () =>
      books.balances.where('spot', operator, start).orderBy('spot').limit(many).get(),
    )
  const { docs } = await find('>=', size)
  return docs.length < size ? [...docs, ...(await find('<', size - docs.length)).docs] : docs
}

async function snapshotOf(context: LedgerContext, owner: string, minTail: number): Promise<boolean> {
  const tail = context.books.balances.where('owner', '==', owner)
  const length = await context.call('takeSnapshots', () => tail.limit(minTail).count().get())
  if (length.data().count < minTail) return false
  for (let isFirst = true; ; isFirst = false) {
    const count = await context.commit('takeSnapshots', async () => {
      const { docs } = await tail.limit(documentsAtOnce).get()
      if (docs.length < 2) return { answer: 0 }
      const totals = sumTotals(docs.flatMap(fromBalanceRecord))
      return {
        answer: docs.length,
        write: (batch) => {
          for (const snapshot of docs) batch.delete(snapshot.ref, unchanged(snapshot))
          addSnapshot(context.books, batch, owner, totals)
        },
      }
    })
    if (count < documentsAtOnce) return count > 0 || !isFirst
  }
}
