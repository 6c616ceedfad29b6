import {
  isSameTransfer,
  type LedgerStore,
  movementName,
  type NewTransfer,
  type PostResult,
  type Transfer,
} from '@stagedoor/ledger'
import type { Decided } from '../guarded-commit.ts'
import { bookTransfers } from './book-transfers.ts'
import { findPresent, type Present } from './find-present.ts'
import type { LedgerContext } from './ledger-context.ts'
import { asStored } from './transfer-record.ts'

/** Transfers in one commit: some 700 documents, far below the 10 MiB that a request may have. */
const chunkSize = 100

/** Looks which transfers are new, and books those in one commit; what somebody else booked meanwhile makes it look again. */
export function postVerb(context: LedgerContext): LedgerStore['post'] {
  const postChunk = (given: readonly NewTransfer[], recordedAt: string) => {
    const writeId = crypto.randomUUID()
    return context.commit('post', async (): Promise<Decided<readonly PostResult[]>> => {
      const present = await findPresent(context, given)
      const booked: Transfer[] = []
      const answer = given.map((transfer): PostResult => {
        const result = judge(transfer, present, writeId)
        if (result) return result
        const stored = asStored(transfer, context.nextSeq(), recordedAt)
        booked.push(stored)
        present.add(stored)
        return { outcome: 'posted', transfer: stored }
      })
      if (booked.length === 0) return { answer }
      return { answer, write: (batch) => bookTransfers(context.books, batch, booked, writeId) }
    })
  }

  return async (transfers, recordedAt) => {
    const results: PostResult[] = []
    for (let start = 0; start < transfers.length; start += chunkSize) {
      results.push(...(await postChunk(transfers.slice(start, start + chunkSize), recordedAt)))
    }
    return results
  }
}

/** Null for one that is new. */
function judge(given: NewTransfer, present: Present, writeId: string): PostResult | null {
  const found = present.byKey.get(given.key)
  if (found) {
    const { transfer } = found
    // Ours, by a commit whose answer was lost; the next one with this key comes too late.
    if (found.writeId === writeId && present.claim(given.key)) return { outcome: 'posted', transfer }
    if (isSameTransfer(transfer, given)) return { outcome: 'exists', transfer }
    return { outcome: 'conflict', on: 'key', transfer }
  }
  const name = movementName(given)
  const moved = name === null ? undefined : present.byMovement.get(name)
  return moved ? { outcome: 'conflict', on: 'gateway', transfer: moved } : null
}
