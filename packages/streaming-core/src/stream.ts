import type { MeteredUsage } from './metering.ts'
import type { MoneyJson } from './money.ts'
import type { Decision, Quality } from './plan.ts'

/**
 * `ready -> live <-> interrupted -> ended`, and `failed` for a stream whose channel could not be made.
 * `interrupted` is a lost encoder that may still return; nothing leaves `ended` or `failed`.
 */
export type StreamStatus = 'ready' | 'live' | 'interrupted' | 'ended' | 'failed'

/** How viewers receive the stream. */
export type Delivery = 'webrtc' | 'hls'

/**
 * A provider's resource that carries one stream. Opaque to core: only its adapter reads `details`.
 * Never holds a secret, as it is stored with the stream.
 */
export interface Channel {
  /** The provider's id, such as a channel ARN or a room name. Unique within the adapter. */
  readonly id: string
  readonly details: Readonly<Record<string, string>>
}

/** A provider's session: one stretch of media from an encoder on a channel. */
export interface StreamSession {
  readonly id: string
  /** ISO 8601, UTC; absent while only later events of the session have been seen. */
  readonly startedAt?: string
  /** ISO 8601, UTC; absent while the session runs. */
  readonly endedAt?: string
}

/** A finished recording, as its provider keeps it. Not a secret, but of use to nobody without a signed URL. */
export interface RecordedFile {
  /** The provider's id of it; unique within the stream. */
  readonly id: string
  /** Where the provider put it, such as the key of an object in a bucket. Opaque to core. */
  readonly key: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly durationSeconds: number
}

/** JSON that the platform attaches to a stream to say who may watch; core stores it and hands it to the access hook. */
export type AccessRule = { readonly [key: string]: JsonValue }

/** Anything that JSON can carry. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** One show of one creator, from the plan to its end. All times are ISO 8601 strings in UTC. */
export interface Stream {
  readonly id: string
  readonly creatorId: string
  readonly title: string
  readonly status: StreamStatus
  readonly adapterId: string
  readonly delivery: Delivery
  /** Null while the channel is being made, and after it was deleted and its recordings were noted. */
  readonly channel: Channel | null
  readonly decision: Decision
  readonly quality: Quality
  readonly access: AccessRule
  /** True when the creator asked for a recording. */
  readonly recording: boolean
  /** What was recorded, newest first; filled after the end, when the provider has finished it. */
  readonly recordings: readonly RecordedFile[]
  /** Upper bound of what the stream may cost, when the creator set one. */
  readonly budget: MoneyJson | null
  readonly createdAt: string
  /** When the first session began. */
  readonly liveAt?: string
  /** When the encoder was lost; present while `interrupted`. */
  readonly interruptedAt?: string
  readonly endedAt?: string
  /** Why a stream ended or failed, in one sentence. */
  readonly endReason?: string
  readonly viewers: { readonly current: number; readonly peak: number }
  /** What it has used so far, for its cost. */
  readonly usage: MeteredUsage
  /** The part of `budget` in percent that was announced as spent. */
  readonly budgetReached: 0 | 80 | 100
  /** The newest session that is known. */
  readonly session: StreamSession | null
  /** When the newest provider fact that was applied happened; older facts change nothing. */
  readonly observedAt?: string
  /** Grows by one with each stored change; guards transitions. */
  readonly version: number
}

/** True while a creator cannot open another stream. */
export function isOpen(stream: Pick<Stream, 'status'>): boolean {
  return stream.status === 'ready' || stream.status === 'live' || stream.status === 'interrupted'
}
