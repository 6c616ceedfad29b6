import { invalidInput } from './errors.ts'
import type { Tip } from './tip.ts'
import { isId } from './validate.ts'

type Position = Pick<Tip, 'createdAt' | 'id'>

/** Makes an opaque, URL-safe cursor. */
export function encodeTipCursor({ createdAt, id }: Position): string {
  return encodeText(JSON.stringify([Date.parse(createdAt), id]))
}

/** @throws {@link TipError} `invalid_input` for anything that `encodeTipCursor` did not make. */
export function decodeTipCursor(cursor: string): Position {
  const position = decodeText(cursor, (parsed) => {
    if (!Array.isArray(parsed) || parsed.length !== 2) return null
    const [time, id]: unknown[] = parsed
    if (typeof time !== 'number' || !Number.isSafeInteger(time) || time < 0 || !isId(id)) return null
    return { createdAt: new Date(time).toISOString(), id }
  })
  if (position && encodeTipCursor(position) === cursor) return position
  throw malformed()
}

/** Makes an opaque, URL-safe cursor of a payer's id. */
export function encodePayerCursor(payerId: string): string {
  return encodeText(JSON.stringify(encodeURIComponent(payerId)))
}

/** @throws {@link TipError} `invalid_input` for anything that `encodePayerCursor` did not make. */
export function decodePayerCursor(cursor: string): string {
  const payerId = decodeText(cursor, (parsed) =>
    typeof parsed === 'string' ? decodeURIComponent(parsed) : null,
  )
  if (isId(payerId) && encodePayerCursor(payerId) === cursor) return payerId
  throw malformed()
}

function encodeText(text: string): string {
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function decodeText<Value>(cursor: string, read: (parsed: unknown) => Value | null): Value | null {
  if (cursor.length > 2048 || !/^[A-Za-z0-9_-]+$/.test(cursor)) return null
  try {
    return read(JSON.parse(atob(cursor.replaceAll('-', '+').replaceAll('_', '/'))))
  } catch {
    // Not base64, not JSON, or no time: the caller answers for all of them.
    return null
  }
}

function malformed() {
  return invalidInput('cursor', 'it is malformed; pass the nextCursor of the page before, unchanged')
}
