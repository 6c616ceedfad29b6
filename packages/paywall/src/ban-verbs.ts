import { invalidInput } from './errors.ts'
import type { PaywallActor } from './options.ts'
import { pageOf, readPage } from './page.ts'
import type { Paywall } from './paywall.ts'
import { type PaywallContext, requireCreator } from './paywall-context.ts'
import { readId, readReason } from './validate.ts'

type BanVerbs = Pick<Paywall, 'banViewer' | 'unbanViewer' | 'listBans' | 'listAudit'>

/** The verbs that keep viewers out, and the log of who did what. */
export function banVerbs(context: PaywallContext): BanVerbs {
  const { store } = context.settings

  return {
    banViewer: async (actor, input) => {
      const creatorId = creatorOf(actor, input.creatorId)
      requireCreator(actor, creatorId)
      const userId = readId('userId', input.userId)
      if (userId === creatorId) throw invalidInput('userId', 'a viewer; creators see their own shows')
      const reason = readReason(input.reason)
      await context.commit({
        ban: { userId, creatorId, reason, at: context.now() },
        audit: [context.audit(actor, { action: 'viewer.banned', creatorId, userId, reason })],
        events: [context.changed(userId, creatorId)],
      })
    },
    unbanViewer: async (actor, input) => {
      const creatorId = creatorOf(actor, input.creatorId)
      requireCreator(actor, creatorId)
      const userId = readId('userId', input.userId)
      await context.commit({
        unban: { userId, creatorId },
        audit: [context.audit(actor, { action: 'viewer.unbanned', creatorId, userId })],
        events: [context.changed(userId, creatorId)],
      })
    },
    listBans: async (actor, creatorId, query = {}) => {
      requireCreator(actor, creatorId)
      const { afterId, limit } = readPage(query)
      const rows = await store.listBans(creatorId, {
        ...(afterId === undefined ? {} : { afterUserId: afterId }),
        limit: limit + 1,
      })
      return pageOf(rows, limit, ({ userId }) => userId)
    },
    listAudit: async (actor, creatorId, query = {}) => {
      requireCreator(actor, creatorId)
      const { afterId, limit } = readPage(query)
      const rows = await store.listAudit(creatorId, {
        ...(afterId === undefined ? {} : { afterId }),
        limit: limit + 1,
      })
      return pageOf(rows, limit, ({ id }) => id)
    },
  }
}

function creatorOf(actor: PaywallActor, given: string | null | undefined): string | null {
  return given === undefined
    ? readId('actor.userId', actor?.userId)
    : given === null
      ? null
      : readId('creatorId', given)
}
