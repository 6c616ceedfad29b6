import type { IngestRate, LiveMediaEvent, SessionEnd } from './live-media.ts'
import { createLiveWindow, type LiveWindow } from './live-window.ts'
import type { MediaUnit } from './media-unit.ts'
import { createPackager, type Packager, type PackagerOptions } from './packager.ts'
import { createRateMeter } from './rate-meter.ts'
import type { EncoderConnection, EncoderSink } from './rtmp-connection.ts'
import { createTimeline } from './timeline.ts'

/** A minute at the most that IVS takes, 8.5 Mbit/s: what no segment comes out of by then fills the memory. */
const maxUnpackagedBytes = 64_000_000
const tooMuch =
  'The encoder sends faster than real time, or no key frames: nothing could be packaged of 64 MB. Set the keyframe interval to 2 s.'

export interface LiveSessionOptions {
  readonly channelArn: string
  readonly segmentSeconds: number
  readonly targetDurationSeconds: number
  readonly windowSegments: number
  readonly reconnectHoldSeconds: number
  readonly silenceSeconds: number
  readonly clock: () => Date
  /** Replaced by tests that let the packager break. */
  readonly createPackager?: (options: PackagerOptions) => Packager
  onEvent(event: LiveMediaEvent): void
  /** The session is over; its window stays readable. */
  onEnd(): void
}

/** One session: from an accepted encoder to the end, over any number of reconnects within the hold. */
export interface LiveSession {
  readonly window: LiveWindow
  /** An encoder is there and sends. One that has gone silent gives way to the next that has the key. */
  readonly isOccupied: boolean
  /** It is about to be over and takes nobody any more. */
  readonly isEnding: boolean
  attach(connection: EncoderConnection): EncoderSink
  end(end: SessionEnd, message?: string): Promise<void>
  rate(): IngestRate
}

export function createLiveSession(options: LiveSessionOptions): LiveSession {
  const { channelArn, clock, onEvent } = options
  const window = createLiveWindow(options.windowSegments, options.targetDurationSeconds)
  const meter = createRateMeter(clock)
  let encoder: EncoderConnection | null = null
  let hasAttached = false
  let hasStarted = false
  let isLost = false
  let ending: Promise<void> | null = null
  let holdTimer: NodeJS.Timeout | undefined
  let silenceTimer: NodeJS.Timeout | undefined
  let closed = () => {}
  /** Since the last segment was finished. */
  let unpackagedBytes = 0

  const packager = (options.createPackager ?? createPackager)({
    segmentSeconds: options.segmentSeconds,
    onReport: (report) => {
      switch (report.type) {
        case 'segment':
          unpackagedBytes = 0
          window.add(report.data, report.durationSeconds, clock())
          return announce()
        case 'bandwidth':
          return window.setBandwidth(report.bitsPerSecond)
        case 'closed':
          return closed()
        case 'failed':
          closed()
          void end('failed', `The stream could not be packaged: ${report.message}`)
      }
    },
  })

  let tracks: Pick<Extract<LiveMediaEvent, { type: 'media.started' }>, 'video' | 'audio'> | null = null
  const announce = () => {
    if (hasStarted || !tracks) return
    hasStarted = true
    onEvent({ type: 'media.started', channelArn, ...tracks })
  }

  const newTimeline = () =>
    createTimeline({
      send: packager.send,
      onOpen: (video, audio) => {
        window.open(video, audio)
        tracks = {
          video: { codec: 'avc', width: video.width, height: video.height },
          audio: audio && { codec: 'aac', channels: audio.channels, sampleRateHz: audio.sampleRateHz },
        }
      },
      onWarning: (code, message) => onEvent({ type: 'media.warning', channelArn, code, message }),
      onUnusable: (message) => void end('failed', message),
    })

  const lose = () => {
    if (isLost || ending) return
    isLost = true
    onEvent({ type: 'encoder.lost', channelArn })
    clearTimeout(holdTimer)
    holdTimer = setTimeout(() => void end('hold_expired'), options.reconnectHoldSeconds * 1000)
  }
  const find = () => {
    if (!isLost) return
    isLost = false
    clearTimeout(holdTimer)
    onEvent({ type: 'encoder.resumed', channelArn })
  }
  const listen = () => {
    clearTimeout(silenceTimer)
    silenceTimer = setTimeout(lose, options.silenceSeconds * 1000)
  }

  const end = (how: SessionEnd, message?: string): Promise<void> => {
    ending ??= (async () => {
      clearTimeout(holdTimer)
      clearTimeout(silenceTimer)
      encoder?.drop(message ?? 'The session has ended.')
      encoder = null
      const flushed = new Promise<void>((resolve) => {
        closed = resolve
        // A packager that hangs must not hold up the end.
        setTimeout(resolve, 1000).unref()
      })
      if (how !== 'failed') {
        packager.send({ type: 'close' })
        await flushed
      }
      window.end()
      await packager.terminate()
      options.onEnd()
      onEvent({ type: 'session.ended', channelArn, end: how, ...(message === undefined ? {} : { message }) })
    })()
    return ending
  }

  return {
    window,
    get isOccupied() {
      return encoder !== null && !isLost
    },
    get isEnding() {
      return ending !== null
    },
    attach: (connection) => {
      encoder?.drop('Another connection with the same key took over.')
      encoder = connection
      unpackagedBytes = 0
      // Time and headers of another connection have nothing to do with those of the last one.
      const timeline = newTimeline()
      if (!hasAttached) onEvent({ type: 'session.created', channelArn })
      hasAttached = true
      listen()
      return {
        onUnit: (unit: MediaUnit, bytes) => {
          if (ending || encoder !== connection) return
          find()
          listen()
          meter.add(bytes, unit.kind === 'video')
          unpackagedBytes += bytes
          if (unpackagedBytes > maxUnpackagedBytes) return void end('failed', tooMuch)
          timeline.push(unit)
        },
        onClose: (graceful) => {
          if (encoder !== connection) return
          encoder = null
          clearTimeout(silenceTimer)
          if (graceful) void end('unpublished')
          else lose()
        },
      }
    },
    end,
    rate: () => meter.read(),
  }
}
