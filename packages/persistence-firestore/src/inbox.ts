import type { StreamStore } from '@stagedoor/streaming-core'
import { hashedId } from './document-id.ts'
import { isTaken } from './errors.ts'
import type { StoreContext } from './store-context.ts'

const retentionDays = 30

/** When an entry may go; the shipped TTL policies delete by this field. Providers repeat events for hours, not weeks. */
export function expiryOf(at: string): Date {
  return new Date(Date.parse(at) + retentionDays * 86_400_000)
}

/** `create()` lets one caller through. */
export function recordInboxVerb(context: StoreContext): StreamStore['recordInbox'] {
  return async (key, at) => {
    const entry = context.inbox.doc(hashedId(key.adapterId, key.eventId))
    const writeId = crypto.randomUUID()
    return context.call('recordInbox', async () => {
      try {
        await entry.create({ ...key, at, writeId, expireAt: expiryOf(at) })
        return true
      } catch (error) {
        if (!isTaken(error)) throw error
        // The client repeats a create whose answer was lost, and then finds its own.
        return (await entry.get()).data()?.writeId === writeId
      }
    })
  }
}
