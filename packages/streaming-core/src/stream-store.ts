import type { JsonValue, Stream, StreamStatus } from './stream.ts'
import type { StreamEvent, StreamEventBody } from './stream-event.ts'

/** A guarded change of one stream. */
export interface StreamTransition {
  readonly streamId: string
  /** The version that the change was computed from. */
  readonly expectedVersion: number
  /**
   * The whole stream after the change. The store sets `version` to `expectedVersion + 1`, keeps the viewer count and
   * settles `usage` up to `at` by what the stored stream was until then.
   */
  readonly next: Stream
  /** Appended to the stream's log, numbered by the store. */
  readonly events: readonly StreamEventBody[]
  /** Present when a provider's event caused the change: recorded in the inbox in the same commit. */
  readonly inbox?: InboxKey
  /** ISO 8601: the time of the change, for the log. */
  readonly at: string
}

/** A provider's event, seen once. */
export interface InboxKey {
  readonly adapterId: string
  readonly eventId: string
}

export type TransitionResult =
  | { readonly outcome: 'applied'; readonly stream: Stream; readonly events: readonly StreamEvent[] }
  /** Somebody else changed the stream first; nothing was written. `stream` is the present one, null when unknown. */
  | { readonly outcome: 'lost'; readonly stream: Stream | null }
  /** The inbox holds the event already; nothing was written. */
  | { readonly outcome: 'duplicate' }

export type InsertResult =
  | { readonly outcome: 'inserted'; readonly stream: Stream }
  /** The id is taken; nothing was written. `stream` is the stored one. */
  | { readonly outcome: 'exists'; readonly stream: Stream }
  /** The creator has an open stream; nothing was written. `stream` is that one. */
  | { readonly outcome: 'creator_busy'; readonly stream: Stream }

/** What the first call under an idempotency key finds, and what later ones find. */
export type IdempotencyClaim =
  | { readonly outcome: 'claimed' }
  /** The first call still runs, or died less than the lease ago. */
  | { readonly outcome: 'in_progress' }
  /** The first call had another body. */
  | { readonly outcome: 'mismatch' }
  | { readonly outcome: 'done'; readonly response: JsonValue }

/** A page of a list, newest first. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Pass it back for the next page; null at the end. */
  readonly nextCursor: string | null
}

/** Filters of {@link StreamStore.list}. */
export interface ListStreamsQuery {
  readonly status?: readonly StreamStatus[]
  readonly creatorId?: string
  /** The `id` and `createdAt` of the last stream of the page before. */
  readonly after?: { readonly createdAt: string; readonly id: string }
  /** 1 to 100. */
  readonly limit: number
}

/**
 * Where streams are kept. Every method is atomic by itself; several servers may call at once.
 * Prove an implementation with `describeStreamStore`.
 */
export interface StreamStore {
  /**
   * Adds a stream with version 1 and its first log entries in one commit.
   * A creator has one open stream at a time: of many callers at once exactly one gets `inserted`.
   */
  insert(stream: Stream, events: readonly StreamEventBody[], at: string): Promise<InsertResult>
  get(streamId: string): Promise<Stream | null>
  /** The stream that owns a provider's channel. Finds ended streams too, as late events name them. */
  findByChannel(adapterId: string, channelId: string): Promise<Stream | null>
  /** Newest first by (`createdAt`, `id`), stable while streams are added. */
  list(query: ListStreamsQuery): Promise<readonly Stream[]>
  /**
   * Ids in ascending order of streams that need the reconciler: open ones, and closed ones that still have a channel.
   */
  listUnsettled(query: { readonly afterId?: string; readonly limit: number }): Promise<readonly Stream[]>
  /** Exactly one of many callers with the same `expectedVersion` gets `applied`. */
  transition(transition: StreamTransition): Promise<TransitionResult>
  /** Records an event that changes nothing. False when it is there already. */
  recordInbox(key: InboxKey, at: string): Promise<boolean>
  /** The log after `afterSeq`, oldest first. */
  listEvents(query: {
    readonly streamId: string
    readonly afterSeq: number
    readonly limit: number
  }): Promise<readonly StreamEvent[]>
  /**
   * Takes a reading without a new version: settles the usage up to `at` by `settleUsage`, then sets the viewer count
   * where one is given; `peak` never falls. Null when the stream is not there or not open.
   */
  meter(reading: {
    readonly streamId: string
    readonly viewers?: number
    readonly at: string
  }): Promise<Stream | null>
  /** Keeps a viewer out of a stream from now on. Safe to repeat. */
  denyViewer(streamId: string, userId: string, at: string): Promise<void>
  /** Takes {@link denyViewer} back. Safe to repeat. */
  allowViewer(streamId: string, userId: string): Promise<void>
  isViewerDenied(streamId: string, userId: string): Promise<boolean>
  /** User ids in ascending order that are kept out of a stream. */
  listDeniedViewers(query: {
    readonly streamId: string
    readonly afterUserId?: string
    readonly limit: number
  }): Promise<readonly string[]>
  /**
   * Claims an idempotency key for one caller. A claim that was neither completed nor released counts as abandoned
   * after `leaseSeconds` and may be claimed again.
   */
  claimIdempotencyKey(claim: {
    readonly key: string
    readonly fingerprint: string
    readonly at: string
    readonly leaseSeconds: number
  }): Promise<IdempotencyClaim>
  completeIdempotencyKey(key: string, response: JsonValue): Promise<void>
  releaseIdempotencyKey(key: string): Promise<void>
}
