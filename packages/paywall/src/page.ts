import { invalidInput } from './errors.ts'
import type { PageQuery, PaywallPage } from './paywall.ts'
import { readLimit } from './validate.ts'

/** @throws {@link PaywallError} `invalid_input` */
export function readPage({ cursor, limit }: PageQuery): {
  readonly afterId?: string
  readonly limit: number
} {
  const most = readLimit(limit)
  if (cursor === undefined) return { limit: most }
  if (typeof cursor === 'string' && cursor !== '' && cursor.length <= 255)
    return { afterId: cursor, limit: most }
  throw invalidInput('cursor', 'the nextCursor of the page before, as it came')
}

/** @param rows - One more than `limit`, when there are more. */
export function pageOf<Item>(
  rows: readonly Item[],
  limit: number,
  cursorOf: (item: Item) => string,
): PaywallPage<Item> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null }
}
