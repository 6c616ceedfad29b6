import { type Entry, entryKey } from './entry.ts'
import type { PaywallOffer } from './offer.ts'
import type {
  AccessQuery,
  AuditRecord,
  Ban,
  PaywallChange,
  PaywallEvent,
  PaywallStore,
  StoredAccess,
} from './paywall-store.ts'
import { creatorResource, streamResource } from './resource.ts'
import type { PaywallSale } from './sale.ts'

/** A paywall within one process, for tests and demos: everything is forgotten when the process ends. */
export function memoryPaywallStore(): PaywallStore {
  const offers = new Map<string, PaywallOffer>()
  const keys = new Set<string>()
  const log: Entry[] = []
  const byUser = new Map<string, Entry[]>()
  const bans = new Map<string, Ban>()
  const audit: AuditRecord[] = []
  const previews = new Map<string, string>()
  const sales = new Map<string, PaywallSale>()
  const presentSales = new Map<string, PaywallSale>()
  const outbox = new Map<string, { readonly event: PaywallEvent; freeAt: string }>()

  const isNextVersion = ({ id, version }: PaywallOffer) => (offers.get(id)?.version ?? 0) === version - 1
  const add = (entry: Entry) => {
    keys.add(entryKey(entry))
    log.push(entry)
    byUser.set(entry.userId, [...(byUser.get(entry.userId) ?? []), entry])
  }
  const load = ({ userId, streamId, creatorId }: AccessQuery): StoredAccess => {
    if (userId === null) return { entries: [], isBanned: false, previewStartedAt: null }
    const resources = new Set<string>([streamResource(streamId), creatorResource(creatorId)])
    const all = byUser.get(userId) ?? []
    const grants = all.filter((entry) => entry.kind === 'grant' && resources.has(entry.resource))
    const sources = new Set(grants.map(({ sourceRef }) => sourceRef))
    const revocations = all.filter((entry) => entry.kind === 'revocation' && sources.has(entry.sourceRef))
    return {
      entries: [...grants, ...revocations],
      isBanned: [creatorId, null].some((one) => bans.has(banKey({ userId, creatorId: one }))),
      previewStartedAt: previews.get(previewKey(userId, streamId)) ?? null,
    }
  }

  return {
    commit: async (change: PaywallChange) => {
      const { offer, entries = [], ban, unban } = change
      if (offer && !isNextVersion(offer)) return 'stale'
      const fresh = [...new Map(entries.map((entry) => [entryKey(entry), entry])).entries()].filter(
        ([key]) => !keys.has(key),
      )
      const isNewBan = ban !== undefined && !bans.has(banKey(ban))
      const isOver = unban !== undefined && bans.has(banKey(unban))
      const isOnlyAudit = !offer && entries.length === 0 && !ban && !unban
      if (!offer && fresh.length === 0 && !isNewBan && !isOver && !isOnlyAudit) return 'unchanged'
      if (offer) offers.set(offer.id, offer)
      for (const [, entry] of fresh) add(entry)
      if (isNewBan) bans.set(banKey(ban), ban)
      if (unban) bans.delete(banKey(unban))
      audit.push(...change.audit)
      for (const event of change.events) outbox.set(event.id, { event, freeAt: '' })
      return 'committed'
    },
    loadAccess: async (queries) => queries.map(load),
    startPreview: async (userId, streamId, at) => {
      const key = previewKey(userId, streamId)
      const startedAt = previews.get(key) ?? at
      previews.set(key, startedAt)
      return startedAt
    },
    getOffer: async (offerId) => offers.get(offerId) ?? null,
    listOffers: async (creatorId, { afterId, limit, isOnSale }) => {
      // A Map keeps the place in which an offer was first set.
      const own = [...offers.values()].filter((offer) => offer.creatorId === creatorId)
      own.sort((left, right) => compare(left.createdAt, right.createdAt) || compare(left.id, right.id))
      const from = afterId === undefined ? 0 : own.findIndex(({ id }) => id === afterId) + 1
      return own
        .slice(from)
        .filter((offer) => isOnSale === undefined || offer.isOnSale === isOnSale)
        .slice(0, limit)
    },
    startSale: async (sale, replacing) => {
      const stored = sales.get(sale.id)
      if (stored) return stored
      const key = JSON.stringify([sale.userId, sale.offerId])
      const present = presentSales.get(key)
      if (present && present.id !== replacing) return present
      sales.set(sale.id, sale)
      presentSales.set(key, sale)
      return sale
    },
    getSale: async (saleId) => sales.get(saleId) ?? null,
    listSales: async (query) => {
      const own = [...sales.values()]
        .filter((sale) =>
          'userId' in query ? sale.userId === query.userId : sale.creatorId === query.creatorId,
        )
        .sort((left, right) => compare(right.createdAt, left.createdAt) || compare(right.id, left.id))
      const from = query.afterId === undefined ? 0 : own.findIndex(({ id }) => id === query.afterId) + 1
      return own.slice(from, from + query.limit)
    },
    findEntries: async (sourceRef) => log.filter((entry) => entry.sourceRef === sourceRef),
    listEntries: async (userId, { after = 0, limit }) =>
      (byUser.get(userId) ?? [])
        .map((entry, index) => ({ position: index + 1, entry }))
        .filter(({ position }) => position > after)
        .slice(0, limit),
    listBans: async (creatorId, { afterUserId = '', limit }) =>
      [...bans.values()]
        .filter((ban) => ban.creatorId === creatorId && ban.userId > afterUserId)
        .sort((left, right) => compare(left.userId, right.userId))
        .slice(0, limit),
    listAudit: async (creatorId, { afterId, limit }) => {
      const own = audit.filter((record) => creatorId === null || record.creatorId === creatorId).reverse()
      const from = afterId === undefined ? 0 : own.findIndex(({ id }) => id === afterId) + 1
      return own.slice(from, from + limit)
    },
    claimEvents: async ({ at, until, limit }) => {
      const free = [...outbox.values()].filter(({ freeAt }) => freeAt <= at).slice(0, limit)
      for (const row of free) row.freeAt = until
      return free.map(({ event }) => event)
    },
    removeEvents: async (ids) => {
      for (const id of ids) outbox.delete(id)
    },
  }
}

function banKey({ userId, creatorId }: Pick<Ban, 'userId' | 'creatorId'>): string {
  return JSON.stringify([userId, creatorId])
}

function previewKey(userId: string, streamId: string): string {
  return JSON.stringify([userId, streamId])
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
