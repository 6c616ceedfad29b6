import { invalidInput } from './errors.ts'
import { type Tip, tipStatuses } from './tip.ts'
import { decodeTipCursor, encodeTipCursor } from './tip-cursor.ts'
import type { TipsPage, TipsQuery } from './tips.ts'
import type { TipsContext } from './tips-context.ts'
import { requireCount, requireId, requireObject } from './validate.ts'

/** A page of tips, newest first. Pages stay stable while tips are made. */
export async function listTips({ settings }: TipsContext, query: TipsQuery): Promise<TipsPage<Tip>> {
  requireObject('query', query)
  const { cursor, limit = 50, ...filters } = query
  for (const field of ['creatorId', 'payerId', 'streamId'] as const) {
    if (filters[field] !== undefined) requireId(field, filters[field])
  }
  if (filters.status !== undefined && !tipStatuses.includes(filters.status)) {
    throw invalidInput('status', `one of ${tipStatuses.join(', ')}`)
  }
  requireCount('limit', limit, 1, 200)
  const after = cursor === undefined ? {} : { after: decodeTipCursor(cursor) }
  // One more, to know whether there is a next page.
  const found = await settings.store.list({ ...filters, ...after, limit: limit + 1 })
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: found.length > limit && last ? encodeTipCursor(last) : null }
}
