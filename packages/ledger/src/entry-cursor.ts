import { invalidInput } from './errors.ts'
import type { EntryPosition } from './ledger-store.ts'

/** Makes an opaque, URL-safe cursor. */
export function encodeEntryCursor({ recordedAt, seq, position }: EntryPosition): string {
  const text = JSON.stringify([Date.parse(recordedAt), seq, position])
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** @throws {@link LedgerError} `invalid_input` for anything that `encodeEntryCursor` did not make. */
export function decodeEntryCursor(cursor: string): EntryPosition {
  if (typeof cursor === 'string' && cursor.length <= 128 && /^[A-Za-z0-9_-]+$/.test(cursor)) {
    const position = parsePosition(cursor)
    if (position && encodeEntryCursor(position) === cursor) return position
  }
  throw invalidInput('cursor', 'it is malformed; pass the nextCursor of the page before, unchanged')
}

function parsePosition(cursor: string): EntryPosition | null {
  try {
    const parsed: unknown = JSON.parse(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')))
    if (!Array.isArray(parsed) || parsed.length !== 3) return null
    const [time, seq, position]: unknown[] = parsed
    if (!isCount(time) || !isCount(seq) || !isCount(position) || position > 50) return null
    return { recordedAt: new Date(time).toISOString(), seq, position }
  } catch {
    // Not base64, not JSON, or no time: the caller answers for all of them.
    return null
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
