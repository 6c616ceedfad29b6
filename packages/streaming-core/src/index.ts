export type {
  AccessDecision,
  AccessHook,
  Denial,
  DenialReason,
  EligibilityDecision,
  EligibilityHook,
  Offer,
} from './access.ts'
export type {
  CallOptions,
  Capabilities,
  ChannelState,
  CreateChannelInput,
  Host,
  HostAccess,
  Recording,
  StreamingAdapter,
  Traits,
  Viewer,
  ViewerAccess,
  ViewerAccessOptions,
} from './adapter.ts'
export { requireCapability } from './capability.ts'
export {
  type Candidate,
  type Choice,
  type ChoiceContext,
  type ChoicePolicy,
  choose,
  toCandidate,
} from './choose.ts'
export {
  type ConnectedEventBus,
  type ConnectedEventBusOptions,
  createConnectedEventBus,
  type EventBusConnection,
  type EventBusEars,
  type EventBusTransport,
} from './connected-event-bus.ts'
export {
  beyondIncluded,
  type Cost,
  type CostLine,
  costItem,
  exactProduct,
  tieredCostItems,
  toCost,
  toQuote,
  unverifiedNotes,
} from './cost/cost.ts'
export type { Price, PriceBookHeader, PriceTier } from './cost/price.ts'
export { type StreamUsage, usageOfPlan } from './cost/usage.ts'
export { createStreaming } from './create-streaming.ts'
export {
  isStreamingError,
  StreamingError,
  type StreamingErrorCode,
  type StreamingErrorInput,
  streamingErrorTable,
} from './errors.ts'
export {
  type EventBus,
  type EventBusMessage,
  memoryEventBus,
  type SubscribeToBusOptions,
} from './event-bus.ts'
export type { HostAccessJson, PlaybackJson, RecordingJson } from './http/access-json.ts'
export type { ErrorBody } from './http/denial-response.ts'
export type { PublicAccess, PublicStream } from './http/public-stream.ts'
export { createStreamingHandler, type StreamingHandlerOptions } from './http/streaming-handler.ts'
export type { Logger } from './logger.ts'
export { type MemoryAdapter, type MemoryOptions, memory } from './memory-adapter.ts'
export type { MemoryControl, MemoryOperation } from './memory-provider.ts'
export { memoryStreamStore } from './memory-stream-store.ts'
export { type MeteredUsage, noUsage, settleUsage, usageOfStream } from './metering.ts'
export type { MoneyJson } from './money.ts'
export type { Decision, PublishMethod, Quality, Quote, QuoteItem, StreamPlan } from './plan.ts'
export type { ProviderEvent } from './provider-event.ts'
export type { ReconcileReport } from './reconcile.ts'
export { type Redacted, redacted } from './redacted.ts'
export {
  type AccessRule,
  type Channel,
  type Delivery,
  isOpen,
  type JsonValue,
  type RecordedFile,
  type Stream,
  type StreamSession,
  type StreamStatus,
} from './stream.ts'
export type {
  AnnouncedSignal,
  StreamEvent,
  StreamEventBody,
  StreamSignal,
  ViewerAccessSignal,
  ViewersSignal,
} from './stream-event.ts'
export type {
  IdempotencyClaim,
  InboxKey,
  InsertResult,
  ListStreamsQuery,
  Page,
  StreamStore,
  StreamTransition,
  TransitionResult,
} from './stream-store.ts'
export type {
  CreateStreamInput,
  CreateStreamOptions,
  Estimate,
  Identity,
  PlaybackResult,
  RecheckScope,
  RecordingsResult,
  StreamCost,
  Streaming,
  StreamingOptions,
} from './streaming.ts'
