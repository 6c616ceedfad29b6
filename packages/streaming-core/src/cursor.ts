import { StreamingError } from './errors.ts'
import { isStreamId } from './stream-id.ts'

/** Where a list of streams goes on: the place of the last one that was shown. */
export interface ListPosition {
  readonly createdAt: string
  readonly id: string
}

/** Makes an opaque, URL-safe cursor. */
export function encodeCursor(position: ListPosition): string {
  const text = JSON.stringify([position.createdAt, position.id])
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** @throws {@link StreamingError} `invalid_input` for anything that `encodeCursor` did not make. */
export function decodeCursor(cursor: string): ListPosition {
  if (cursor.length <= 512 && /^[A-Za-z0-9_-]+$/.test(cursor)) {
    const position = parsePosition(cursor)
    if (position && encodeCursor(position) === cursor) return position
  }
  throw new StreamingError({
    code: 'invalid_input',
    field: 'cursor',
    message: 'The cursor is malformed. Pass the nextCursor of the page before, unchanged.',
  })
}

function parsePosition(cursor: string): ListPosition | null {
  try {
    const parsed: unknown = JSON.parse(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')))
    if (!Array.isArray(parsed) || parsed.length !== 2) return null
    const [createdAt, id]: unknown[] = parsed
    if (typeof createdAt !== 'string' || typeof id !== 'string') return null
    return Number.isNaN(Date.parse(createdAt)) || !isStreamId(id) ? null : { createdAt, id }
  } catch {
    // Not base64 or not JSON: the caller answers for both.
    return null
  }
}
