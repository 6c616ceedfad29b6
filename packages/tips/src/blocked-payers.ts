import { TipError } from './errors.ts'
import type { Tip } from './tip.ts'
import { decodePayerCursor, encodePayerCursor } from './tip-cursor.ts'
import type { BlockedPayer } from './tip-store.ts'
import type { BlockedViewer, Tips } from './tips.ts'
import { requireTip, type TipsContext } from './tips-context.ts'
import { requireCount, requireId, requireObject } from './validate.ts'

type BlockVerbs = Pick<Tips, 'blockPayer' | 'blockPayerOfTip' | 'unblockPayer' | 'listBlockedPayers'>

/**
 * The verbs of whom a creator takes no tips of.
 *
 * Who was blocked by a tip is blocked once for each tip, beside being blocked by id: were it one entry, whoever blocks a name
 * and then an anonymous tip would learn from the list whether they are the same.
 */
export function blockVerbs(context: TipsContext): BlockVerbs {
  const { store } = context.settings
  return {
    blockPayer: async (creatorId, payerId) => {
      requireId('creatorId', creatorId)
      requireId('payerId', payerId)
      await store.block(creatorId, { id: payerId, payerId, blockedAt: context.now() })
    },
    blockPayerOfTip: async (creatorId, tipId) => {
      requireId('creatorId', creatorId)
      const tip = await requireTip(context, tipId)
      if (tip.creatorId !== creatorId) {
        throw new TipError({
          ...{ code: 'not_found', field: 'tipId' },
          message: `${creatorId.slice(0, 60)} got no tip ${tipId.slice(0, 60)}.`,
        })
      }
      const blocked = { id: tip.id, payerId: tip.payerId, blockedAt: context.now() }
      await store.block(creatorId, blocked)
      return viewerOf(blocked, tip)
    },
    unblockPayer: async (creatorId, id) => {
      requireId('creatorId', creatorId)
      requireId('id', id)
      await store.unblock(creatorId, id)
    },
    listBlockedPayers: async (creatorId, query = {}) => {
      requireId('creatorId', creatorId)
      requireObject('query', query)
      const { cursor, limit = 50 } = query
      requireCount('limit', limit, 1, 200)
      const after = cursor === undefined ? {} : { after: decodePayerCursor(cursor) }
      const found = await store.listBlocked(creatorId, { ...after, limit: limit + 1 })
      const items = await Promise.all(
        found.slice(0, limit).map(async (one) => {
          const isByTip = one.id !== one.payerId
          return viewerOf(one, isByTip ? (await context.load({ tipId: one.id })).tip : null)
        }),
      )
      const last = items.at(-1)
      return { items, nextCursor: found.length > limit && last ? encodePayerCursor(last.id) : null }
    },
  }
}

function viewerOf({ id, payerId, blockedAt }: BlockedPayer, tip: Tip | null): BlockedViewer {
  if (!tip) return { id, payerId, name: null, isAnonymous: false, blockedAt }
  const { isAnonymous, payerName } = tip
  return {
    id,
    payerId,
    tipId: tip.id,
    name: isAnonymous ? null : (payerName ?? null),
    isAnonymous,
    blockedAt,
  }
}
