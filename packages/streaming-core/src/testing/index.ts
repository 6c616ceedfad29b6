export { describeEventBus, type EventBusBackend, type EventBusSuite } from './describe-event-bus.ts'
export { describeStreamStore, type StreamStoreSuite, sampleStream } from './describe-stream-store.ts'
export { describeStreamingAdapter, type StreamingAdapterSuite } from './describe-streaming-adapter.ts'
export type { TestRunner } from './runner.ts'
