import { type LedgerStore, maturityTransfer, type Transfer } from '@stagedoor/ledger'
import type { FirestoreBatch, FirestoreQuery } from '../firestore-client.ts'
import { unchanged } from '../guarded-commit.ts'
import { bookTransfers } from './book-transfers.ts'
import { fromHoldRecord, type Hold, sumHolds } from './hold-record.ts'
import type { LedgerContext } from './ledger-context.ts'
import { asStored, toIso } from './transfer-record.ts'

/** Holds that move in one commit. */
export const holdsAtOnce = 300

/** Takes holds away in a commit that nobody else has taken away; of two who try, the second looks again. */
export function matureVerb(context: LedgerContext): LedgerStore['mature'] {
  return async ({ at, limit }) => {
    const due = context.books.holds.where('availableAt', '<=', toIso(at)).orderBy('availableAt')
    for (let moved = 0; ; ) {
      const wanted = Math.min(limit - moved, holdsAtOnce)
      const count = await matureOnce(context, due, wanted, at)
      moved += count
      if (count < wanted || moved >= limit) return moved
    }
  }
}

/** Moves the first holds of a query. Answers how many. */
export function matureOnce(
  context: LedgerContext,
  due: FirestoreQuery,
  limit: number,
  at: string,
): Promise<number> {
  const writeId = crypto.randomUUID()
  return context.commit('mature', async () => {
    const { docs } = await due.limit(limit).get()
    const holds = docs.map(fromHoldRecord)
    if (holds.length === 0) return { answer: 0 }
    const transfers = maturities(context, holds, at)
    return {
      answer: holds.length,
      write: (batch) => {
        takeHolds(batch, holds)
        bookTransfers(context.books, batch, transfers, writeId)
      },
    }
  })
}

/** What holds that are over become: a transfer for each account whose sum is not zero. */
export function maturities(context: LedgerContext, holds: readonly Hold[], at: string): readonly Transfer[] {
  return sumHolds(holds).map(({ amount, ...account }) =>
    asStored(maturityTransfer(crypto.randomUUID(), account, amount, at), context.nextSeq(), at),
  )
}

/** Each is there still, or the commit is refused. */
export function takeHolds(batch: FirestoreBatch, holds: readonly Hold[]): void {
  for (const { snapshot } of holds) batch.delete(snapshot.ref, unchanged(snapshot))
}
