import type { PaywallOffer } from './offer.ts'
import type { AccessQuery, StoredAccess } from './paywall-store.ts'

/** What a decision was made from, as it was read. */
export interface CachedAccess {
  readonly stored: StoredAccess
  readonly offers: readonly PaywallOffer[]
}

/** Keeps what was read for a time that is stated, so that a viewer who asks again costs no round trip. */
export interface AccessCache {
  /** Reads by `load` what is not there, once for all who ask meanwhile. A failure is kept for nobody. */
  read(query: AccessQuery, load: () => Promise<CachedAccess>): Promise<CachedAccess>
  /** Forgets a viewer; what is being read for them now is not kept either. */
  forget(userId: string): void
  forgetAll(): void
}

interface Slot {
  readonly value: Promise<CachedAccess>
  readonly readAt: number
}

const mostUsers = 50_000

/**
 * @param maxAgeMs - How old an answer may be, counted from before it was read. 0 keeps nothing.
 * @param now - Milliseconds that only go forward.
 */
export function createAccessCache(maxAgeMs: number, now: () => number): AccessCache {
  const users = new Map<string, Map<string, Slot>>()

  const slotsOf = (userId: string) => {
    const slots = users.get(userId) ?? new Map<string, Slot>()
    if (users.has(userId)) return slots
    users.set(userId, slots)
    const [oldest] = users.size > mostUsers ? users.keys() : []
    if (oldest !== undefined) users.delete(oldest)
    return slots
  }

  return {
    read: (query, load) => {
      const { userId, streamId } = query
      if (maxAgeMs === 0) return load()
      const slots = slotsOf(userId ?? '')
      const at = now()
      const known = slots.get(streamId)
      if (known && at - known.readAt < maxAgeMs) return known.value
      const slot: Slot = { value: load(), readAt: at }
      slots.set(streamId, slot)
      slot.value.catch(() => {
        if (slots.get(streamId) === slot) slots.delete(streamId)
      })
      for (const [id, { readAt }] of slots) {
        if (at - readAt >= maxAgeMs) slots.delete(id)
      }
      return slot.value
    },
    forget: (userId) => {
      users.delete(userId)
    },
    forgetAll: () => users.clear(),
  }
}
