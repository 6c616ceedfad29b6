import type { MediaUnit } from './media-unit.ts'
import type { PackagerCommand } from './packager-protocol.ts'
import { type AudioConfig, readAudioConfig, readVideoConfig, type VideoConfig } from './track-config.ts'

/** What {@link createTimeline} makes of the encoder's units. */
export interface TimelineOptions {
  send(command: PackagerCommand): void
  /** A stretch of media begins: the first, or one after a break. */
  onOpen(video: VideoConfig, audio: AudioConfig | null): void
  onWarning(
    code: 'long_keyframe_interval' | 'no_audio' | 'audio_stopped' | 'video_stopped' | 'resolution',
    message: string,
  ): void
  /** The media can not be used at all. */
  onUnusable(message: string): void
}

/** How long video waits for an audio header before the stream starts without sound. */
const audioPatienceMs = 1000
/** A packager waits for the sound beside a picture: at a key frame this far ahead of it, the stream goes on without. */
const audioGapMs = 1500
/** Sound for this long without a picture is worth a warning. */
const videoGapMs = 5000
/** Audio for this long without any video is an audio-only stream, which IVS does not take. */
const videoPatienceMs = 8000
/** A step in time larger than this is a new beginning. */
const maxStepMs = 10_000
/** IVS: keyframe interval of 2 s recommended, avoid more than 5 s (streaming configuration guide). */
const maxKeyframeIntervalMs = 5000
/** IVS: at most 1920 on an edge and 2.1 million pixels (service quotas). */
const maxPixels = 2_100_000

type VideoUnit = Extract<MediaUnit, { kind: 'video' }>
type AudioUnit = Extract<MediaUnit, { kind: 'audio' }>

/**
 * Turns what an encoder sends into what a packager can take: it starts with a key frame, has both headers before
 * media, runs forward from zero, and begins anew where time jumps, a header changes, or the sound stops or comes back.
 */
export function createTimeline(options: TimelineOptions): { push(unit: MediaUnit): void } {
  let video: VideoConfig | null = null
  let audio: AudioConfig | null = null
  let isOpen = false
  let mustReopen = false
  /** Whether the open stretch has sound, and whether the next key frame begins one that differs in that. */
  let hasSound = false
  let isSoundAway = false
  let reopensAtKey = false
  let originMs = 0
  let lastVideoMs = 0
  let lastAudioMs = 0
  let lastKeyMs = 0
  let firstAudioMs: number | null = null
  let waiting: (VideoUnit | AudioUnit)[] = []
  const warned = new Set<string>()

  const warn: TimelineOptions['onWarning'] = (code, message) => {
    if (warned.has(code)) return
    warned.add(code)
    options.onWarning(code, message)
  }

  const open = (startMs: number) => {
    if (!video) return
    isOpen = true
    mustReopen = false
    reopensAtKey = false
    const sound = isSoundAway ? null : audio
    hasSound = sound !== null
    originMs = startMs
    lastVideoMs = startMs - 1
    lastAudioMs = startMs - 1
    lastKeyMs = startMs
    if (!audio) warn('no_audio', 'The encoder sends no audio. Viewers see a silent stream.')
    if (video.width * video.height > maxPixels || Math.max(video.width, video.height) > 1920) {
      warn('resolution', `IVS takes at most 1920x1080; the encoder sends ${video.width}x${video.height}.`)
    }
    options.send({ type: 'open', video, audio: sound })
    options.onOpen(video, sound)
  }

  const pushVideo = (unit: VideoUnit) => {
    const step = unit.dtsMs - lastVideoMs
    const jumped = isOpen && (step > maxStepMs || step < -maxStepMs)
    if (jumped) mustReopen = true
    if (unit.isKey && isOpen && hasSound && unit.dtsMs - lastAudioMs > audioGapMs) {
      isSoundAway = true
      reopensAtKey = true
      warn(
        'audio_stopped',
        'The encoder sends no sound any more. Viewers see a silent stream until it is back.',
      )
    }
    if (unit.isKey && (mustReopen || reopensAtKey || !isOpen)) open(unit.dtsMs)
    if (!isOpen || mustReopen) return
    // A repeated or slightly older time would break the order that players rely on: move it just behind the last.
    const dtsMs = Math.max(unit.dtsMs, lastVideoMs + 1)
    const ptsMs = Math.max(unit.ptsMs + dtsMs - unit.dtsMs, dtsMs)
    if (unit.isKey) {
      const interval = dtsMs - lastKeyMs
      if (interval > maxKeyframeIntervalMs) {
        const seconds = Math.round(interval / 100) / 10
        warn(
          'long_keyframe_interval',
          `A key frame comes every ${seconds} s. Set the interval to 2 s for quick starts.`,
        )
      }
      lastKeyMs = dtsMs
    }
    lastVideoMs = dtsMs
    options.send({ type: 'video', data: unit.data, isKey: unit.isKey, ptsMs: ptsMs - originMs })
  }

  const pushAudio = (unit: AudioUnit) => {
    if (!isOpen || mustReopen || unit.dtsMs < originMs) return
    if (unit.dtsMs - lastVideoMs > videoGapMs) {
      warn('video_stopped', 'The encoder sends sound and no video any more. Viewers see a standing picture.')
    }
    if (!hasSound) {
      reopensAtKey ||= isSoundAway
      isSoundAway = false
      return
    }
    if (Math.abs(unit.dtsMs - lastVideoMs) > maxStepMs) return
    const ptsMs = Math.max(unit.dtsMs, lastAudioMs + 1)
    lastAudioMs = ptsMs
    options.send({ type: 'audio', data: unit.data, ptsMs: ptsMs - originMs })
  }

  const drain = () => {
    const units = waiting
    waiting = []
    for (const unit of units) unit.kind === 'video' ? pushVideo(unit) : pushAudio(unit)
  }

  const hold = (unit: VideoUnit | AudioUnit) => {
    waiting.push(unit)
    const first = waiting.find((entry) => entry.kind === 'video')
    if (!video || !first) {
      firstAudioMs ??= unit.dtsMs
      if (unit.dtsMs - firstAudioMs > videoPatienceMs) {
        waiting = []
        options.onUnusable('The encoder sends audio only. IVS channels need video: add a video track.')
      }
      return
    }
    if (audio || unit.dtsMs - first.dtsMs > audioPatienceMs) drain()
  }

  return {
    push: (unit) => {
      switch (unit.kind) {
        case 'unsupported':
          return options.onUnusable(unit.message)
        case 'video.config': {
          const next = readVideoConfig(unit.avcC)
          if (!next) return options.onUnusable('The H.264 header is malformed. Restart the encoder.')
          mustReopen ||= isOpen && !sameBytes(next.avcC, video?.avcC)
          video = next
          return
        }
        case 'audio.config': {
          const next = readAudioConfig(unit.audioSpecificConfig)
          if (!next)
            return options.onUnusable('The AAC header is malformed. Choose AAC-LC at 44.1 or 48 kHz.')
          mustReopen ||= isOpen && !sameBytes(next.audioSpecificConfig, audio?.audioSpecificConfig)
          audio = next
          return
        }
        default:
          if (!isOpen) return hold(unit)
          return unit.kind === 'video' ? pushVideo(unit) : pushAudio(unit)
      }
    },
  }
}

function sameBytes(left: Uint8Array, right: Uint8Array | undefined): boolean {
  return (
    right !== undefined && left.length === right.length && left.every((byte, index) => byte === right[index])
  )
}
