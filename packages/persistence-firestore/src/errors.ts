import { isStreamingError, StreamingError, type StreamingErrorCode } from '@stagedoor/streaming-core'

interface Mapping {
  readonly code: StreamingErrorCode
  /** What the operator can do about it. */
  readonly fix: string
}

const busy: Mapping = { code: 'provider_unavailable', fix: 'Try again.' }

/**
 * What each gRPC status of Firestore means here (https://firebase.google.com/docs/firestore/use-rest-api#error_codes).
 * What only an operator can mend is `internal`: not retryable, told to the log and not to callers.
 */
const mappings: Readonly<Record<number, Mapping & { readonly name: string }>> = {
  1: { name: 'CANCELLED', ...busy },
  2: { name: 'UNKNOWN', ...busy },
  3: {
    name: 'INVALID_ARGUMENT',
    code: 'internal',
    fix: 'Firestore refused the data: a document holds at most 1 MiB, an id 1,500 bytes.',
  },
  4: { name: 'DEADLINE_EXCEEDED', ...busy },
  5: {
    name: 'NOT_FOUND',
    code: 'internal',
    fix: 'Check the project id and the database id, and create the database in Native mode.',
  },
  6: {
    name: 'ALREADY_EXISTS',
    code: 'internal',
    fix: 'Two writers got the same place. Transactions rule that out: does this emulator have them?',
  },
  7: {
    name: 'PERMISSION_DENIED',
    code: 'internal',
    fix: 'Grant the service account the role roles/datastore.user, and enable the API firestore.googleapis.com.',
  },
  8: {
    name: 'RESOURCE_EXHAUSTED',
    code: 'rate_limited',
    fix: 'A quota or the rate of one document is used up. Try again later; without billing the daily quota is small.',
  },
  9: {
    name: 'FAILED_PRECONDITION',
    code: 'internal',
    fix: 'If an index is missing, deploy firestore.indexes.json of @stagedoor/persistence-firestore.',
  },
  10: {
    name: 'ABORTED',
    code: 'provider_unavailable',
    fix: 'Too many writers wanted the same document. Try again.',
  },
  13: { name: 'INTERNAL', ...busy },
  14: {
    name: 'UNAVAILABLE',
    code: 'provider_unavailable',
    fix: 'Firestore cannot be reached. Check the network (and FIRESTORE_EMULATOR_HOST), then try again.',
  },
  16: {
    name: 'UNAUTHENTICATED',
    code: 'internal',
    fix: 'Check the credentials of the client, and the clock of this machine.',
  },
}

/** Turns whatever the client threw into a `StreamingError`; its own error stays as the `cause`. */
export function mapFirestoreError(operation: string, error: unknown): StreamingError {
  if (isStreamingError(error)) return error
  const message = error instanceof Error ? error.message : 'no details'
  const known = mappings[statusOf(error) ?? -1]
  const { code, fix } = known ?? unknownFailure(message)
  const name = known ? ` with ${known.name}` : ''
  return new StreamingError({
    code,
    provider: 'firestore',
    message: `Firestore ${operation} failed${name}: ${message.replace(/^\d+ [A-Z_]+: /, '').replace(/\.$/, '')}. ${fix}`,
    cause: error,
  })
}

/** The gRPC status of an error, null for one that did not come from Firestore. */
export function statusOf(error: unknown): number | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : null
}

/** `create()` of what is there already: gRPC's ALREADY_EXISTS. */
export function isTaken(error: unknown): boolean {
  return statusOf(error) === 6
}

/** An answer that did not come in time. What the call did is not known. */
export function timeoutError(operation: string, timeoutSeconds: number): StreamingError {
  return new StreamingError({
    code: 'provider_unavailable',
    provider: 'firestore',
    message: `Firestore ${operation} did not answer within ${timeoutSeconds} s; whether it was done is not known. Try again.`,
  })
}

/** The library that looks for credentials throws without a status. */
function unknownFailure(message: string): Mapping {
  return /credentials/i.test(message)
    ? { code: 'internal', fix: 'Pass credentials to the client, or set GOOGLE_APPLICATION_CREDENTIALS.' }
    : { code: 'internal', fix: 'The client failed unexpectedly.' }
}
