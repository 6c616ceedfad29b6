import { timeoutError } from './errors.ts'
import type { FirestoreClient } from './firestore-client.ts'
import { type Decided, guardedCommit } from './guarded-commit.ts'

/** How a store calls Firestore. */
export interface FirestoreCalls {
  /** Runs one call with a deadline; whatever it throws leaves as an error of the store. */
  call<Result>(operation: string, work: () => Promise<Result>): Promise<Result>
  /** {@link FirestoreCalls.call} of a {@link guardedCommit}, which writes nothing after its deadline. */
  commit<Answer>(operation: string, decide: () => Promise<Decided<Answer>>): Promise<Answer>
}

/** @param toError - Turns whatever the client threw into an error of the store. */
export function firestoreCalls(
  firestore: FirestoreClient,
  timeoutSeconds: number,
  toError: (operation: string, error: unknown) => Error,
): FirestoreCalls {
  const call = async <Result>(
    operation: string,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> => {
    const deadline = new AbortController()
    const { promise, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      const error = timeoutError(operation, timeoutSeconds)
      deadline.abort(error)
      reject(error)
    }, timeoutSeconds * 1000)
    try {
      return await Promise.race([work(deadline.signal), promise])
    } catch (error) {
      throw toError(operation, error)
    } finally {
      clearTimeout(timer)
    }
  }
  return {
    call,
    commit: (operation, decide) => call(operation, (signal) => guardedCommit(firestore, signal, decide)),
  }
}
