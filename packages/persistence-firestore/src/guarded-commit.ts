import { statusOf } from './errors.ts'
import type {
  FirestoreBatch,
  FirestoreClient,
  FirestoreGuard,
  FirestoreSnapshot,
} from './firestore-client.ts'

/** What to answer, and what to commit before that. Without `write` nothing is committed. */
export interface Decided<Answer> {
  readonly answer: Answer
  /** Each document that the decision rests on must be created, updated or deleted under the guard of what was read. */
  write?(batch: FirestoreBatch): void
}

/** gRPC's NOT_FOUND, ALREADY_EXISTS and FAILED_PRECONDITION: what a guard of a commit fails with. */
const outrun = new Set([5, 6, 9])
/** CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, ABORTED, INTERNAL and UNAVAILABLE: another attempt may succeed. */
const passing = new Set([1, 2, 4, 10, 13, 14])
const firstPauseMs = 10
const longestPauseMs = 1000

/**
 * Reads and decides, then commits under guards that nothing of what was read has changed since. When something has,
 * somebody else was quicker, and it is decided anew. After `signal` has aborted nothing is committed any more.
 *
 * This is as strict as a locking transaction, and holds no locks: with those, 50 writers to one document abort each other
 * for seconds, while here one is quickest and the others need one more read.
 *
 * @param decide - May run several times, also after a commit whose answer was lost: it must know its own write again.
 */
export async function guardedCommit<Answer>(
  firestore: FirestoreClient,
  signal: AbortSignal,
  decide: () => Promise<Decided<Answer>>,
): Promise<Answer> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const { answer, write } = await decide()
    signal.throwIfAborted()
    if (!write) return answer
    const batch = firestore.batch()
    write(batch)
    try {
      await batch.commit()
      return answer
    } catch (error) {
      const status = statusOf(error) ?? -1
      if (!outrun.has(status) && !passing.has(status)) throw error
      await new Promise((resolve) => setTimeout(resolve, Math.random() * pauseMs))
      signal.throwIfAborted()
    }
  }
}

/** The guard that a document is still as it was read. */
export function unchanged({ updateTime }: FirestoreSnapshot): FirestoreGuard {
  if (!updateTime) throw new Error('a document that is not there is guarded by create()')
  return { lastUpdateTime: updateTime }
}
