import type { StreamStatus } from './stream.ts'

/**
 * What happened to a stream, as stored in its log and sent to its viewers. Nothing in it is secret.
 * `seq` counts from 1 without gaps per stream and is the `id` of the server-sent event.
 */
export type StreamEvent = {
  readonly streamId: string
  readonly seq: number
  /** ISO 8601, UTC. */
  readonly at: string
} & StreamEventBody

/** The part of a {@link StreamEvent} that its maker knows before it is stored. */
export type StreamEventBody =
  | { readonly type: 'stream.created' }
  | { readonly type: 'stream.started'; readonly sessionId: string }
  | { readonly type: 'stream.interrupted'; readonly reason?: string }
  | { readonly type: 'stream.resumed'; readonly sessionId: string }
  | { readonly type: 'stream.ended'; readonly reason: string }
  | { readonly type: 'stream.failed'; readonly reason: string }
  | { readonly type: 'stream.warned'; readonly message: string }
  /** The creator's budget is spent to this part. */
  | { readonly type: 'budget.reached'; readonly percent: 80 | 100 }

/** A passing figure or word: pushed to whoever listens, never stored and never replayed. */
export type StreamSignal = ViewersSignal | ViewerAccessSignal | AnnouncedSignal

/** How many watch now. */
export interface ViewersSignal {
  readonly streamId: string
  readonly type: 'viewers.changed'
  readonly current: number
  readonly peak: number
  readonly status: StreamStatus
}

/** What one viewer may do was looked at again: told to that viewer alone, wherever they watch. */
export interface ViewerAccessSignal {
  readonly streamId: string
  readonly type: 'viewer.access_changed'
  readonly userId: string
  /** False: playback ends now. True: whoever was kept out may ask for playback again. */
  readonly allowed: boolean
}

/** Something of the platform's that a stream's viewers see, such as a tip. See `Streaming.announce`. */
export interface AnnouncedSignal {
  readonly streamId: string
  readonly type: 'stream.announced'
  /** Noun and past verb, such as `tip.completed`: the name of the server-sent event. */
  readonly name: string
  /** Plain JSON, without secrets. */
  readonly data: Readonly<Record<string, unknown>>
}
