import type { Stream } from '@stagedoor/streaming-core'

/** Fields of a public stream document that tell how it is delivered. None is a secret. */
export interface StreamPlanFields {
  /** `ivs` is a broadcast by HLS, `webrtc` is LiveKit or another WebRTC room. */
  readonly streamType: 'webrtc' | 'ivs'
  readonly ivsChannelArn: string | null
  /** A private channel answers it with a token alone, which only `POST /streams/:id/playback` hands out. */
  readonly ivsPlaybackUrl: string | null
  /** Where OBS pushes; of no use without the stream key, which is never stored. */
  readonly rtmpIngestUrl: string | null
  readonly recordingEnabled: boolean
  /** Left as it is while a mapping does not name it: the platform writes it when a recording is ready. */
  readonly recordingS3Key?: string | null
}

/** Tells the fields of a stream. Called with each stored change; must be quick and pure. */
export type PlanFields = (stream: Stream) => StreamPlanFields

/**
 * The default mapping. It reads what `@stagedoor/ivs-adapter` stores with its channels: the ARN as the id, and the details
 * `playbackUrl`, `ingestEndpoint` and `insecureIngest`. A stream without a channel has none of them any more.
 */
export function planFieldsOf(stream: Stream): StreamPlanFields {
  const channel = stream.delivery === 'hls' ? stream.channel : null
  const { playbackUrl, ingestEndpoint, insecureIngest } = channel?.details ?? {}
  return {
    streamType: stream.delivery === 'hls' ? 'ivs' : 'webrtc',
    ivsChannelArn: channel?.id ?? null,
    ivsPlaybackUrl: playbackUrl ?? null,
    rtmpIngestUrl: ingestEndpoint ? ingestUrl(ingestEndpoint, insecureIngest === 'true') : null,
    recordingEnabled: stream.recording,
  }
}

/** RTMPS has its port in the URL, plain RTMP has not (IVS user guide, "Streaming configuration"). */
function ingestUrl(endpoint: string, isInsecure: boolean): string {
  return isInsecure ? `rtmp://${endpoint}/app/` : `rtmps://${endpoint}:443/app/`
}
