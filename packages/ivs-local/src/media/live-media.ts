/**
 * What the control plane knows of the media plane: encoders come in by RTMP, HLS goes out of memory.
 * The media plane knows nothing of channels but their ARN; who may publish is asked through `authorize`.
 */

/** An encoder that asks to publish. `streamKey` is a secret: it may be compared, never logged. */
export interface PublishAttempt {
  readonly app: string
  readonly streamKey: string
  /** What followed `?` in the stream name, such as `priority` or `keyframeInterval`. */
  readonly query: URLSearchParams
  readonly remoteAddress: string
}

export type PublishDecision =
  | { readonly accepted: true; readonly channelArn: string }
  | { readonly accepted: false; readonly reason: PublishRefusal; readonly message: string }

export type PublishRefusal = 'invalid_key' | 'already_live' | 'insecure_ingest' | 'quota' | 'bad_request'

export interface VideoTrack {
  readonly codec: 'avc'
  readonly width: number
  readonly height: number
  /** Frames a second as the encoder announced it, absent when it did not. */
  readonly framesPerSecond?: number
}

export interface AudioTrack {
  readonly codec: 'aac'
  readonly channels: number
  readonly sampleRateHz: number
}

/** Why a session is over: the encoder said so, it stayed away too long, StopStream, or its media was unusable. */
export type SessionEnd = 'unpublished' | 'hold_expired' | 'stopped' | 'failed'

/** A session begins with an accepted encoder and ends with `session.ended`; a lost encoder may return in between. */
export type LiveMediaEvent =
  | { readonly type: 'session.created'; readonly channelArn: string }
  | {
      /** The first segment is listed: viewers can play. */
      readonly type: 'media.started'
      readonly channelArn: string
      readonly video: VideoTrack
      readonly audio: AudioTrack | null
    }
  | { readonly type: 'encoder.lost'; readonly channelArn: string }
  | { readonly type: 'encoder.resumed'; readonly channelArn: string }
  | {
      readonly type: 'session.ended'
      readonly channelArn: string
      readonly end: SessionEnd
      /** For `failed`: what was wrong and what to change. */
      readonly message?: string
    }
  | { readonly type: 'publish.refused'; readonly reason: PublishRefusal; readonly message: string }
  | {
      /** The stream goes on, but the encoder is set up badly. */
      readonly type: 'media.warning'
      readonly channelArn: string
      readonly code:
        | 'long_keyframe_interval'
        | 'no_audio'
        | 'audio_stopped'
        | 'video_stopped'
        | 'bitrate'
        | 'resolution'
      readonly message: string
    }

/** Bytes a second and frames a second over the last few seconds, for stream health. */
export interface IngestRate {
  readonly bitsPerSecond: number
  readonly framesPerSecond: number
}

export interface LiveMedia {
  /** The port that RTMP listens on; known once `start` has resolved. */
  readonly rtmpPort: number
  /** Rejects with the listener's error, such as `EADDRINUSE`; never ends the process. */
  start(): Promise<void>
  /** Ends every session and closes every socket and worker. */
  close(): Promise<void>
  /** Drops the encoder and ends the session; resolves when `session.ended` was reported. False when none is live. */
  stop(channelArn: string): Promise<boolean>
  rate(channelArn: string): IngestRate | null
  /** The master playlist, or null before `media.started` and some time after the end. */
  masterPlaylist(channelArn: string, playlistUrl: (rendition: string) => string): string | null
  mediaPlaylist(channelArn: string, rendition: string, segmentUrl: (name: string) => string): string | null
  segment(channelArn: string, rendition: string, name: string): Uint8Array | null
}
