import type { Cost } from './cost/cost.ts'
import type { StreamUsage } from './cost/usage.ts'
import type { PublishMethod, Quality, Quote, StreamPlan } from './plan.ts'
import type { ProviderEvent } from './provider-event.ts'
import type { Redacted } from './redacted.ts'
import type { Channel, Delivery, RecordedFile, StreamSession } from './stream.ts'

/** Options of every remote call. */
export interface CallOptions {
  /** Aborts the call; it then throws a `StreamingError` with code `aborted`. */
  readonly signal?: AbortSignal
}

/** What is true of every channel that an adapter makes. */
export interface Traits {
  readonly delivery: Delivery
  /** Names the way to deliver in quotes and decisions: `ivs-channel`, `ivs-stage`, `livekit`. */
  readonly candidate: string
  /** Typical glass-to-glass latency in seconds. */
  readonly latencySeconds: number
  readonly publishMethods: readonly Exclude<PublishMethod, 'auto'>[]
  /** Most concurrent viewers of one stream. */
  readonly maxViewers: number
  readonly maxQuality: Quality
  /** Most people on stage at once. Default 1. */
  readonly maxPublishers?: number
  /**
   * True where the provider keeps channels in memory and forgets them when it restarts: `createChannel` then makes the same
   * one again, and core does so for an open stream. Default false: a channel that is gone ends its stream.
   */
  readonly forgetsChannels?: boolean
}

/** What a channel is made from. The same `streamId` always names the same channel. */
export interface CreateChannelInput {
  readonly streamId: string
  readonly creatorId: string
  readonly title: string
  readonly quality: Quality
  /** How the creator sends video; one of `traits.publishMethods`. */
  readonly publishing: 'browser' | 'obs'
  readonly record: boolean
}

/** A channel as its provider sees it now. */
export interface ChannelState {
  readonly channel: Channel
  /** The stream that the channel was made for, read from its tags; null on a channel of somebody else. */
  readonly streamId: string | null
  /** `live` while a session runs, `interrupted` while the provider holds the session of a lost encoder. */
  readonly status: 'offline' | 'live' | 'interrupted'
  /** Null when the provider could not count. */
  readonly viewers: number | null
  /** The newest session. `undefined` when this answer does not tell, null when there has been none. */
  readonly session?: StreamSession | null
}

/** Who sends the video. */
export interface Host {
  readonly userId: string
  readonly displayName?: string
}

/** Who watches. `userId` is null for somebody who has not signed in. */
export interface Viewer {
  readonly userId: string | null
  readonly displayName?: string
}

/** What the creator's encoder or browser needs. The secret part is {@link Redacted}. */
export type HostAccess =
  | { readonly type: 'rtmps'; readonly url: string; readonly streamKey: Redacted }
  /** WHIP, RFC 9725: what OBS 30 and newer take as server and bearer token. */
  | { readonly type: 'whip'; readonly url: string; readonly bearerToken: Redacted }
  | { readonly type: 'webrtc'; readonly url: string; readonly token: Redacted; readonly expiresAt: string }

/** What a viewer's player needs. URLs may carry a token, so they are {@link Redacted} too. */
export type ViewerAccess =
  | { readonly type: 'hls'; readonly url: Redacted; readonly expiresAt: string }
  | { readonly type: 'webrtc'; readonly url: string; readonly token: Redacted; readonly expiresAt: string }

/** Options of {@link StreamingAdapter.viewerAccess}. */
export interface ViewerAccessOptions extends CallOptions {
  /** Access ends then at the latest (ISO 8601); the token must not outlive it. */
  readonly until?: string
  /**
   * When access was asked for (ISO 8601), before anything was decided. A revocation later than this must reach what is
   * made now, however long the access hook took to say yes. Default: now.
   */
  readonly askedAt?: string
}

/** A finished recording that can be played for a while. */
export interface Recording {
  readonly id: string
  readonly durationSeconds: number
  readonly url: Redacted
  /** ISO 8601, UTC. */
  readonly expiresAt: string
}

/** Powers that only some providers have. Present means supported; see `requireCapability`. */
export interface Capabilities {
  /** A new stream key; the old one stops working. */
  readonly keyRotation: {
    rotate(channel: Channel, host: Host, options?: CallOptions): Promise<HostAccess>
  }
  /** Ends playback of viewers who are watching. Those who are not there are no error. */
  readonly revocation: {
    /**
     * True where what was revoked stays dead at the provider, so that nobody comes back on an old token: the reconciler
     * then throws each removed viewer out once and not at every run. Default false.
     */
    readonly isLasting?: boolean
    revoke(channel: Channel, userIds: readonly string[], options?: CallOptions): Promise<void>
  }
  readonly recording: {
    /**
     * What is finished of a channel's recordings, newest first. Works after `endChannel` too. `pending` while another
     * one is still being written: core asks again, and keeps the answer once nothing is pending.
     */
    list(
      channel: Channel,
      options?: CallOptions,
    ): Promise<{ readonly items: readonly RecordedFile[]; readonly pending: boolean }>
    /** A URL that plays one of them, for as long as the viewer's access lasts at most. */
    play(file: RecordedFile, options?: ViewerAccessOptions): Promise<Recording>
  }
}

/**
 * A provider of live video behind one small interface. Make one with a factory such as `ivs()` or `memory()`;
 * prove one with `describeStreamingAdapter`. Every method throws only `StreamingError`.
 */
export interface StreamingAdapter extends Partial<Capabilities> {
  readonly specVersion: 1
  /** `ivs`, `livekit`, `memory`; stored with each stream and named in webhook URLs. */
  readonly id: string
  readonly traits: Traits
  /** What the plan would cost here, or why it cannot be carried. Pure. */
  quote(plan: StreamPlan): Quote
  /** What a usage costs here by the price book. Pure. `quote` is the same of a plan. */
  cost(usage: StreamUsage): Cost
  /** Safe to repeat: the same `streamId` adopts the channel that a lost response left behind. */
  createChannel(input: CreateChannelInput, options?: CallOptions): Promise<Channel>
  /** The channel now, with its newest session; null when it does not exist. */
  getChannel(channel: Channel, options?: CallOptions): Promise<ChannelState | null>
  /** Every channel that this deployment owns, cheaply: the session must be told of a live channel, not of others. */
  listChannels(options?: CallOptions): AsyncIterable<ChannelState>
  hostAccess(channel: Channel, host: Host, options?: CallOptions): Promise<HostAccess>
  viewerAccess(channel: Channel, viewer: Viewer, options?: ViewerAccessOptions): Promise<ViewerAccess>
  /** Stops, waits until the provider agrees, deletes. Safe to repeat; a channel that is gone is no error. */
  endChannel(channel: Channel, options?: CallOptions): Promise<void>
  /**
   * Verifies the raw body, then parses it.
   * @throws `webhook_invalid` when the sender cannot be proved. Unknown event types give an empty list.
   */
  receiveWebhook(request: Request, options?: CallOptions): Promise<readonly ProviderEvent[]>
}
