import { createHash } from 'node:crypto'
import { StreamingError } from '@stagedoor/streaming-core'

/**
 * The id of a document that is named by text of others: user ids, provider events, idempotency keys. Hashed, as such
 * text may be long or hold a `/`, and as ids in ascending order would all be written to one place.
 */
export function hashedId(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

/** The id of a log entry: sorts as its number. */
export function logId(seq: number): string {
  return String(seq).padStart(10, '0')
}

/** True for an id that Firestore can hold; what it cannot hold is not there. */
export function isDocumentId(id: string): boolean {
  if (id === '' || id === '.' || id === '..' || id.includes('/')) return false
  return !/^__.*__$/.test(id) && Buffer.byteLength(id) <= 1500
}

/** @throws {@link StreamingError} `invalid_input` */
export function requireDocumentId(id: string): void {
  if (isDocumentId(id)) return
  throw new StreamingError({
    code: 'invalid_input',
    field: 'streamId',
    message:
      'Firestore takes no id that is empty, holds a "/", is "." or "..", or begins and ends with "__".',
  })
}
