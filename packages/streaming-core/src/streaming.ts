import type { AccessHook, Denial, EligibilityHook } from './access.ts'
import type { CallOptions, HostAccess, Recording, StreamingAdapter, Viewer, ViewerAccess } from './adapter.ts'
import type { Candidate, ChoicePolicy } from './choose.ts'
import type { Cost } from './cost/cost.ts'
import type { StreamUsage } from './cost/usage.ts'
import type { EventBus } from './event-bus.ts'
import type { Logger } from './logger.ts'
import type { MoneyJson } from './money.ts'
import type { Decision, PublishMethod, Quality, Quote, StreamPlan } from './plan.ts'
import type { ProviderEvent } from './provider-event.ts'
import type { ReconcileReport } from './reconcile.ts'
import type { AccessRule, Stream, StreamStatus } from './stream.ts'
import type { StreamEvent } from './stream-event.ts'
import type { Page, StreamStore } from './stream-store.ts'

/** Somebody who signed in, as the platform's `authenticate` tells. */
export interface Identity {
  readonly userId: string
  readonly displayName?: string
}

/** What {@link createStreaming} takes. */
export interface StreamingOptions {
  /** At least one; ids must differ. */
  readonly adapters: readonly StreamingAdapter[]
  readonly store: StreamStore
  readonly access: AccessHook
  readonly eligibility: EligibilityHook
  readonly policy?: ChoicePolicy
  /** Quoted beside the adapters in estimates and never chosen, such as a provider that is not set up. */
  readonly comparisons?: readonly Candidate[]
  /** Default: {@link memoryEventBus}, for one process. */
  readonly bus?: EventBus
  /** How long a stream waits for a new session after the provider let the last one go. Default 30. */
  readonly reconnectGraceSeconds?: number
  /** A stream that never went live ends after this. Default 86400 (a day). */
  readonly readyTimeoutSeconds?: number
  /** A stream whose channel was not made within this has failed. Default 120. */
  readonly creationTimeoutSeconds?: number
  /** Default: the current time, asked at each call. */
  readonly clock?: () => Date
  /** Makes ids of 1 to 64 letters, digits, `_` or `-`. Default: `crypto.randomUUID()` without dashes. */
  readonly generateId?: () => string
  readonly logger?: Logger
}

/** What a creator asks for. Defaults: `auto`, not interactive, 1 viewer, 1 hour, `hd`, not recorded, rule `{}`. */
export interface CreateStreamInput {
  readonly title: string
  readonly method?: PublishMethod
  readonly interactive?: boolean
  readonly expectedViewers?: number
  readonly durationHours?: number
  readonly quality?: Quality
  readonly record?: boolean
  /** People on stage at once, you included. Default 1. */
  readonly publishers?: number
  readonly access?: AccessRule
  readonly budget?: MoneyJson
}

/** Options of {@link Streaming.createStream}. */
export interface CreateStreamOptions extends CallOptions {
  /** The same key and input answer the same stream; the same key with another input is a `conflict`. */
  readonly idempotencyKey?: string
}

/** Access, or the denial to show. */
export type PlaybackResult =
  | { readonly allowed: true; readonly access: ViewerAccess }
  | { readonly allowed: false; readonly denial: Denial }

/** Recordings, or the denial to show. */
export type RecordingsResult =
  | { readonly allowed: true; readonly page: Page<Recording> }
  | { readonly allowed: false; readonly denial: Denial }

/** Where {@link Streaming.recheckViewer} looks: at one stream, or at every open stream of a creator. */
export type RecheckScope = { readonly streamId: string } | { readonly creatorId: string }

/** A decision with the quotes that it was made from. */
export interface Estimate {
  /** Null when nothing that is set up can carry the plan; each quote then says why. */
  readonly decision: Decision | null
  readonly quotes: readonly Quote[]
}

/** What a stream has cost so far, or in all once it is over. */
export interface StreamCost extends Cost {
  readonly usage: StreamUsage
  /** ISO 8601: counted up to here; null before the first reading. */
  readonly until: string | null
}

/** The SDK's server side: everything that a platform does with its streams. */
export interface Streaming {
  readonly adapters: readonly StreamingAdapter[]
  readonly store: StreamStore
  readonly bus: EventBus
  /**
   * Opens a stream and makes its channel.
   * @throws `forbidden` when the creator may not go live, `conflict` when one is open already, `invalid_input`,
   * `unsupported` when no candidate can carry the plan, `provider_unavailable`.
   */
  createStream(
    creator: Identity,
    input: CreateStreamInput,
    options?: CreateStreamOptions,
  ): Promise<{ readonly stream: Stream; readonly decision: Decision }>
  /** @throws `not_found` */
  getStream(streamId: string): Promise<Stream>
  listStreams(query: {
    readonly status?: StreamStatus | readonly StreamStatus[]
    readonly creatorId?: string
    readonly cursor?: string
    readonly limit?: number
  }): Promise<Page<Stream>>
  /** The owner's encoder or browser credentials. @throws `forbidden` for anybody else. */
  getIngest(actor: Identity, streamId: string, options?: CallOptions): Promise<HostAccess>
  /** New credentials; the old key stops working. @throws `unsupported` where the provider cannot. */
  rotateIngest(actor: Identity, streamId: string, options?: CallOptions): Promise<HostAccess>
  /** Asks the access hook, then makes a URL or token. No URL leaves without `allowed`. */
  getPlayback(viewer: Viewer, streamId: string, options?: CallOptions): Promise<PlaybackResult>
  listRecordings(
    viewer: Viewer,
    streamId: string,
    query?: { readonly cursor?: string; readonly limit?: number },
    options?: CallOptions,
  ): Promise<RecordingsResult>
  /**
   * Throws a viewer out and keeps them out: access is denied as `banned` from now on, and whoever comes back on an old
   * token is thrown out again. Their pages are told by `viewer.access_changed`, also when the provider fails.
   * @throws `forbidden` for anybody but the creator.
   */
  removeViewer(actor: Identity, streamId: string, userId: string, options?: CallOptions): Promise<void>
  /** Lets a removed viewer ask for access again. @throws `forbidden` for anybody but the creator. */
  restoreViewer(actor: Identity, streamId: string, userId: string): Promise<void>
  /**
   * What a viewer may watch has changed, as after a refund, a cancelled subscription or a purchase: asks the access hook
   * again. Their pages are told by `viewer.access_changed`, and who may not watch any more is thrown out where the provider
   * can do that. The creator is told and never thrown out; nor is anybody of a stream that is over.
   *
   * @throws `invalid_input`, `not_found` for a stream that is not there, and what the provider throws. The pages have been
   * told by then; calling again throws out whom the provider kept.
   */
  recheckViewer(userId: string, scope: RecheckScope, options?: CallOptions): Promise<void>
  /** The running meter, and the bill after the end, by the adapter's price book. @throws `not_found` */
  getCost(streamId: string): Promise<StreamCost>
  /** Ends the stream and deletes its channel. Also fine the second time. @throws `forbidden`, `not_found`. */
  endStream(actor: Identity, streamId: string, options?: CallOptions): Promise<void>
  /** Ends any stream on the platform's own authority. */
  forceEndStream(streamId: string, reason: string, options?: CallOptions): Promise<void>
  /** How a plan would be carried and what it would cost; for a verified creator unless you say otherwise. */
  estimate(plan: Partial<StreamPlan>, creator?: { readonly verified: boolean }): Estimate
  /** The same for a creator of yours, decided as `createStream` would: by `eligibility` and by their last stream. */
  estimateFor(creator: Identity, plan: Partial<StreamPlan>, options?: CallOptions): Promise<Estimate>
  /** Verifies and applies a provider's webhook. @throws `webhook_invalid`, `not_found` for an unknown adapter. */
  receiveWebhook(adapterId: string, request: Request, options?: CallOptions): Promise<void>
  /** The one apply path: inbox, then the state machine. Safe to call with duplicates and in any order. */
  applyEvent(adapterId: string, event: ProviderEvent): Promise<'applied' | 'ignored' | 'duplicate'>
  /** The log of a stream after `afterSeq`. */
  listEvents(streamId: string, afterSeq: number, limit?: number): Promise<readonly StreamEvent[]>
  /**
   * Tells the viewers of a stream of something, on every server: a server-sent event of that name. It is told to those who
   * watch now, and not stored: who comes later, or was away, is not told.
   *
   * @throws `invalid_input` unless the name is a noun and a verb such as `tip.completed`, is no name of the SDK's own, and
   * the data is at most 4096 bytes of JSON, as a bus carries it.
   */
  announce(streamId: string, name: string, data: Readonly<Record<string, unknown>>): Promise<void>
  /** Repairs what lost events and crashes left. Run it every few seconds; safe on many servers at once. */
  reconcile(options?: CallOptions): Promise<ReconcileReport>
}
