import type { AudioConfig, VideoConfig } from './track-config.ts'

interface Segment {
  readonly sequence: number
  readonly name: string
  readonly durationSeconds: number
  readonly data: Uint8Array
  /** True where the timeline begins anew. */
  readonly isBreak: boolean
  readonly startedAt: Date
}

/** The last segments of a session, in memory, and the playlists that list them. */
export interface LiveWindow {
  /** A new stretch of media: the next segment does not continue the last one. */
  open(video: VideoConfig, audio: AudioConfig | null): void
  add(data: Uint8Array, durationSeconds: number, finishedAt: Date): void
  setBandwidth(bitsPerSecond: number): void
  /** No segment follows any more. */
  end(): void
  readonly segmentCount: number
  master(playlistUrl: (rendition: string) => string): string | null
  media(segmentUrl: (name: string) => string): string | null
  segment(name: string): Uint8Array | null
}

/** Segments stay this long after they left the playlist, for players that are a little late. */
const keptAfterListing = 4

/**
 * @param listed - How many segments a playlist shows.
 * @param targetDurationSeconds - What the playlist announces at least: IVS-shaped playlists announce more than a
 * segment lasts.
 */
export function createLiveWindow(listed: number, targetDurationSeconds: number): LiveWindow {
  let segments: Segment[] = []
  let nextSequence = 0
  let breaksBefore = 0
  let breakPending = false
  let isEnded = false
  let bandwidth = 0
  let longest = targetDurationSeconds
  let tracks: { video: VideoConfig; audio: AudioConfig | null } | null = null

  const listedSegments = () => segments.slice(-listed)

  return {
    open: (video, audio) => {
      breakPending = nextSequence > 0
      tracks = { video, audio }
    },
    add: (data, durationSeconds, finishedAt) => {
      const sequence = nextSequence++
      segments.push({
        sequence,
        name: `${sequence}.ts`,
        durationSeconds,
        data,
        isBreak: breakPending,
        startedAt: new Date(finishedAt.getTime() - durationSeconds * 1000),
      })
      breakPending = false
      longest = Math.max(longest, Math.ceil(durationSeconds))
      // The discontinuity sequence counts the breaks that have left the playlist (RFC 8216, 6.2.2).
      const leaving = segments[segments.length - listed - 1]
      if (leaving?.isBreak) breaksBefore++
      segments = segments.slice(-(listed + keptAfterListing))
    },
    setBandwidth: (bitsPerSecond) => {
      bandwidth = bitsPerSecond
    },
    end: () => {
      isEnded = true
    },
    get segmentCount() {
      return nextSequence
    },
    master: (playlistUrl) => {
      if (!tracks || nextSequence === 0) return null
      const { video, audio } = tracks
      const codecs = [video.codecString, ...(audio ? [audio.codecString] : [])].join(',')
      const frameRate =
        video.framesPerSecond === undefined ? '' : `,FRAME-RATE=${video.framesPerSecond.toFixed(3)}`
      const rendition = `${video.height}p`
      return [
        '#EXTM3U',
        '#EXT-X-VERSION:3',
        '#EXT-X-INDEPENDENT-SEGMENTS',
        `#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth},RESOLUTION=${video.width}x${video.height},CODECS="${codecs}"${frameRate}`,
        playlistUrl(rendition),
        '',
      ].join('\n')
    },
    media: (segmentUrl) => {
      const shown = listedSegments()
      const first = shown[0]
      if (!first) return null
      const lines = [
        '#EXTM3U',
        '#EXT-X-VERSION:3',
        `#EXT-X-TARGETDURATION:${longest}`,
        `#EXT-X-MEDIA-SEQUENCE:${first.sequence}`,
        `#EXT-X-DISCONTINUITY-SEQUENCE:${breaksBefore}`,
        '#EXT-X-INDEPENDENT-SEGMENTS',
      ]
      for (const segment of shown) {
        if (segment.isBreak) lines.push('#EXT-X-DISCONTINUITY')
        lines.push(`#EXT-X-PROGRAM-DATE-TIME:${segment.startedAt.toISOString()}`)
        lines.push(`#EXTINF:${segment.durationSeconds.toFixed(3)},`, segmentUrl(segment.name))
      }
      if (isEnded) lines.push('#EXT-X-ENDLIST')
      return `${lines.join('\n')}\n`
    },
    segment: (name) => segments.find((segment) => segment.name === name)?.data ?? null,
  }
}
