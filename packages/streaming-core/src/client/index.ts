export { isStreamingError, StreamingError, type StreamingErrorCode } from '../errors.ts'
export type { HostAccessJson, PlaybackJson, RecordingJson } from '../http/access-json.ts'
export type { PublicStream } from '../http/public-stream.ts'
export {
  type ClientCallOptions,
  createStreamingClient,
  type ListQuery,
  type PlaybackAnswer,
  type StatusAnswer,
  type StreamingClient,
  type StreamingClientOptions,
} from './streaming-client.ts'
export type { ConnectionState, StreamUpdate, SubscribeOptions } from './subscribe.ts'
