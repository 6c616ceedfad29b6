import type { AccessCache } from './access-cache.ts'
import { PaywallError } from './errors.ts'
import type { PaywallActor, PaywallSettings } from './options.ts'
import type { AuditRecord, PaywallChange, PaywallEvent } from './paywall-store.ts'
import type { Resource } from './resource.ts'
import { readId } from './validate.ts'

/** What every verb works with. */
export interface PaywallContext {
  readonly settings: PaywallSettings
  readonly cache: AccessCache
  /** ISO 8601, UTC, in milliseconds. */
  now(): string
  /** Stores a change, after which what is cached of those whom it concerns is forgotten. */
  commit(change: PaywallChange): ReturnType<PaywallSettings['store']['commit']>
  /** Whose resource it is. @throws {@link PaywallError} `not_found` for a stream that is not there. */
  creatorOf(resource: Resource): Promise<string>
  /** Makes the line of the audit log. */
  audit(actor: PaywallActor, record: Omit<AuditRecord, 'id' | 'at' | 'actorId'>): AuditRecord
  changed(userId: string, creatorId: string | null): PaywallEvent
}

/** @param cache - What {@link PaywallContext.commit} keeps true. */
export function createContext(settings: PaywallSettings, cache: AccessCache): PaywallContext {
  const now = () => settings.clock().toISOString()
  return {
    settings,
    cache,
    now,
    commit: async (change) => {
      const forget = () => {
        if (change.offer) cache.forgetAll()
        for (const { userId } of [...(change.entries ?? []), ...change.events]) cache.forget(userId)
      }
      try {
        return await settings.store.commit(change)
      } finally {
        // Also when its answer was lost: it may have been stored.
        forget()
      }
    },
    creatorOf: async (resource) => {
      const id = resource.slice(resource.indexOf(':') + 1)
      if (resource.startsWith('creator:')) return id
      const creatorId = await settings.streamCreator(id, {})
      if (creatorId !== null) return creatorId
      throw new PaywallError({ code: 'not_found', message: `There is no stream ${id.slice(0, 60)}.` })
    },
    audit: (actor, record) => ({
      id: settings.generateId(),
      at: now(),
      actorId: actor.userId,
      ...record,
    }),
    changed: (userId, creatorId) => ({
      id: settings.generateId(),
      at: now(),
      type: 'access.changed',
      userId,
      creatorId,
    }),
  }
}

/** @throws {@link PaywallError} `forbidden` unless the creator or the platform's staff; `invalid_input` */
export function requireCreator(actor: PaywallActor, creatorId: string | null): void {
  readId('actor.userId', actor?.userId)
  if (actor.isAdmin === true || actor.userId === creatorId) return
  throw new PaywallError({
    code: 'forbidden',
    message:
      creatorId === null
        ? 'This is for the platform’s staff alone.'
        : 'This is for the creator whose it is, and for the platform’s staff.',
  })
}
