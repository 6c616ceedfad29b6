import type { AudioConfig, VideoConfig } from './track-config.ts'

/** What the session tells its packager. Media bytes are handed over, not copied. */
export type PackagerCommand =
  | { readonly type: 'open'; readonly video: VideoConfig; readonly audio: AudioConfig | null }
  | {
      readonly type: 'video'
      readonly data: Uint8Array<ArrayBuffer>
      readonly isKey: boolean
      readonly ptsMs: number
    }
  | { readonly type: 'audio'; readonly data: Uint8Array<ArrayBuffer>; readonly ptsMs: number }
  /** Flushes what is not in a segment yet. Answered by `closed`. */
  | { readonly type: 'close' }

/** What the packager tells its session. */
export type PackagerReport =
  | { readonly type: 'segment'; readonly data: Uint8Array<ArrayBuffer>; readonly durationSeconds: number }
  | { readonly type: 'bandwidth'; readonly bitsPerSecond: number }
  | { readonly type: 'closed' }
  | { readonly type: 'failed'; readonly message: string }
