import type { HostAccess, Recording, ViewerAccess } from '../adapter.ts'

/** Credentials as their owner gets them: the one place where a stream key is put into an answer. */
export type HostAccessJson =
  | { readonly type: 'rtmps'; readonly url: string; readonly streamKey: string }
  | { readonly type: 'whip'; readonly url: string; readonly bearerToken: string }
  | { readonly type: 'webrtc'; readonly url: string; readonly token: string; readonly expiresAt: string }

/** What a player needs, as an allowed viewer gets it. */
export type PlaybackJson =
  | { readonly type: 'hls'; readonly url: string; readonly expiresAt: string }
  | { readonly type: 'webrtc'; readonly url: string; readonly token: string; readonly expiresAt: string }

/** A recording, as an allowed viewer gets it. */
export interface RecordingJson {
  readonly id: string
  readonly durationSeconds: number
  readonly url: string
  readonly expiresAt: string
}

export function hostAccessJson(access: HostAccess): HostAccessJson {
  if (access.type === 'rtmps') return { type: 'rtmps', url: access.url, streamKey: access.streamKey.reveal() }
  if (access.type === 'whip')
    return { type: 'whip', url: access.url, bearerToken: access.bearerToken.reveal() }
  return { type: 'webrtc', url: access.url, token: access.token.reveal(), expiresAt: access.expiresAt }
}

export function playbackJson(access: ViewerAccess): PlaybackJson {
  if (access.type === 'hls') return { type: 'hls', url: access.url.reveal(), expiresAt: access.expiresAt }
  return { type: 'webrtc', url: access.url, token: access.token.reveal(), expiresAt: access.expiresAt }
}

export function recordingJson({ id, durationSeconds, url, expiresAt }: Recording): RecordingJson {
  return { id, durationSeconds, url: url.reveal(), expiresAt }
}
