import { settleUsage } from './metering.ts'
import { isOpen, type JsonValue, type Stream } from './stream.ts'
import type { StreamEvent, StreamEventBody } from './stream-event.ts'
import type { InboxKey, StreamStore } from './stream-store.ts'

interface Claim {
  readonly fingerprint: string
  readonly claimedAt: number
  readonly response?: JsonValue
}

/**
 * A stream store within one process, for tests and demos: everything is forgotten when the process ends.
 * Each method runs to its end before another starts, which makes it atomic.
 */
export function memoryStreamStore(): StreamStore {
  const streams = new Map<string, Stream>()
  const logs = new Map<string, StreamEvent[]>()
  const inbox = new Set<string>()
  const claims = new Map<string, Claim>()
  const denied = new Map<string, Set<string>>()

  const inboxId = (key: InboxKey) => JSON.stringify([key.adapterId, key.eventId])

  const append = (streamId: string, bodies: readonly StreamEventBody[], at: string) => {
    const log = logs.get(streamId) ?? []
    logs.set(streamId, log)
    const events = bodies.map((body, index) => ({ streamId, seq: log.length + index + 1, at, ...body }))
    log.push(...events)
    return events
  }

  return {
    insert: async (stream, events, at) => {
      const existing = streams.get(stream.id)
      if (existing) return { outcome: 'exists', stream: existing }
      for (const other of streams.values()) {
        if (other.creatorId === stream.creatorId && isOpen(other))
          return { outcome: 'creator_busy', stream: other }
      }
      const stored = { ...stream, version: 1 }
      streams.set(stream.id, stored)
      append(stream.id, events, at)
      return { outcome: 'inserted', stream: stored }
    },

    get: async (streamId) => streams.get(streamId) ?? null,

    findByChannel: async (adapterId, channelId) => {
      for (const stream of streams.values()) {
        if (stream.adapterId === adapterId && stream.channel?.id === channelId) return stream
      }
      return null
    },

    list: async (query) => {
      const { after } = query
      return [...streams.values()]
        .filter((stream) => query.status === undefined || query.status.includes(stream.status))
        .filter((stream) => query.creatorId === undefined || stream.creatorId === query.creatorId)
        .filter((stream) => after === undefined || newestFirst(after, stream) < 0)
        .sort(newestFirst)
        .slice(0, query.limit)
    },

    listUnsettled: async ({ afterId, limit }) =>
      [...streams.values()]
        .filter((stream) => isOpen(stream) || stream.channel !== null)
        .filter((stream) => afterId === undefined || stream.id > afterId)
        .sort((left, right) => (left.id < right.id ? -1 : 1))
        .slice(0, limit),

    transition: async ({ streamId, expectedVersion, next, events, inbox: key, at }) => {
      if (key && inbox.has(inboxId(key))) return { outcome: 'duplicate' }
      const current = streams.get(streamId)
      if (!current || current.version !== expectedVersion) return { outcome: 'lost', stream: current ?? null }
      const stored = {
        ...next,
        viewers: mergeViewers(current, next),
        usage: settleUsage(current, at),
        version: expectedVersion + 1,
      }
      streams.set(streamId, stored)
      if (key) inbox.add(inboxId(key))
      return { outcome: 'applied', stream: stored, events: append(streamId, events, at) }
    },

    recordInbox: async (key) => {
      const id = inboxId(key)
      if (inbox.has(id)) return false
      inbox.add(id)
      return true
    },

    listEvents: async ({ streamId, afterSeq, limit }) =>
      (logs.get(streamId) ?? []).filter((event) => event.seq > afterSeq).slice(0, limit),

    meter: async ({ streamId, viewers, at }) => {
      const stream = streams.get(streamId)
      if (!stream || !isOpen(stream)) return null
      const current = viewers ?? stream.viewers.current
      const stored = {
        ...stream,
        usage: settleUsage(stream, at),
        viewers: { current, peak: Math.max(stream.viewers.peak, current) },
      }
      streams.set(streamId, stored)
      return stored
    },

    denyViewer: async (streamId, userId) => {
      denied.set(streamId, (denied.get(streamId) ?? new Set()).add(userId))
    },

    allowViewer: async (streamId, userId) => void denied.get(streamId)?.delete(userId),

    isViewerDenied: async (streamId, userId) => denied.get(streamId)?.has(userId) ?? false,

    listDeniedViewers: async ({ streamId, afterUserId, limit }) =>
      [...(denied.get(streamId) ?? [])]
        .filter((userId) => afterUserId === undefined || userId > afterUserId)
        .sort()
        .slice(0, limit),

    claimIdempotencyKey: async ({ key, fingerprint, at, leaseSeconds }) => {
      const now = Date.parse(at)
      const claim = claims.get(key)
      if (claim && claim.fingerprint !== fingerprint) return { outcome: 'mismatch' }
      if (claim?.response !== undefined) return { outcome: 'done', response: claim.response }
      if (claim && now - claim.claimedAt < leaseSeconds * 1000) return { outcome: 'in_progress' }
      claims.set(key, { fingerprint, claimedAt: now })
      return { outcome: 'claimed' }
    },

    completeIdempotencyKey: async (key, response) => {
      const claim = claims.get(key)
      if (claim) claims.set(key, { ...claim, response })
    },

    releaseIdempotencyKey: async (key) => {
      if (claims.get(key)?.response === undefined) claims.delete(key)
    },
  }
}

type Position = Pick<Stream, 'createdAt' | 'id'>

/** Orders by creation, newest first; the id breaks ties. */
function newestFirst(left: Position, right: Position): number {
  if (left.createdAt !== right.createdAt) return left.createdAt > right.createdAt ? -1 : 1
  if (left.id === right.id) return 0
  return left.id > right.id ? -1 : 1
}

/** Viewer counts have no version, so a transition computed before the newest count must not take it back. */
function mergeViewers(current: Stream, next: Stream): Stream['viewers'] {
  const peak = Math.max(current.viewers.peak, next.viewers.peak)
  return { current: isOpen(next) ? current.viewers.current : 0, peak }
}
