import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  HlsOutputFormat,
  MpegTsOutputFormat,
  NullTarget,
  Output,
  PathedTarget,
} from 'mediabunny'
import type { AudioConfig, VideoConfig } from './track-config.ts'

interface SegmenterOptions {
  readonly segmentSeconds: number
  readonly video: VideoConfig
  readonly audio: AudioConfig | null
  onSegment(data: Uint8Array<ArrayBuffer>, durationSeconds: number): void
  onBandwidth(bitsPerSecond: number): void
}

/** Cuts one continuous stretch of media into MPEG-TS segments, each beginning with a key frame. */
export interface Segmenter {
  addVideo(data: Uint8Array, isKey: boolean, ptsSeconds: number): Promise<void>
  addAudio(data: Uint8Array, ptsSeconds: number): Promise<void>
  close(): Promise<void>
}

/** Packaging by mediabunny; the playlist that it writes tells the exact duration of each segment. */
export async function createSegmenter(options: SegmenterOptions): Promise<Segmenter> {
  const { video, audio } = options
  let finished: ArrayBuffer | null = null
  const format = new HlsOutputFormat({
    segmentFormat: new MpegTsOutputFormat(),
    targetDuration: options.segmentSeconds,
    live: true,
    maxLiveSegmentCount: 1,
    onSegment: (target) => {
      finished = target instanceof BufferTarget ? target.buffer : null
    },
    onPlaylist: (text) => {
      const duration = lastDuration(text)
      if (finished && duration !== null) options.onSegment(new Uint8Array(finished), duration)
      finished = null
    },
    onMaster: (text) => {
      const bandwidth = /[:,]BANDWIDTH=(\d+)/.exec(text)?.[1]
      if (bandwidth) options.onBandwidth(Number(bandwidth))
    },
  })
  const output = new Output({
    format,
    target: new PathedTarget('master.m3u8', ({ path }) =>
      path.endsWith('.m3u8') ? new NullTarget() : new BufferTarget(),
    ),
  })
  const videoSource = new EncodedVideoPacketSource('avc')
  output.addVideoTrack(videoSource)
  const audioSource = audio ? new EncodedAudioPacketSource('aac') : null
  if (audioSource) output.addAudioTrack(audioSource)
  await output.start()

  const videoMeta = {
    decoderConfig: {
      codec: video.codecString,
      codedWidth: video.width,
      codedHeight: video.height,
      description: video.avcC,
    },
  }
  const audioMeta = audio && {
    decoderConfig: {
      codec: audio.codecString,
      numberOfChannels: audio.channels,
      sampleRate: audio.sampleRateHz,
      description: audio.audioSpecificConfig,
    },
  }
  const audioFrameSeconds = audio ? 1024 / audio.sampleRateHz : 0
  return {
    addVideo: (data, isKey, ptsSeconds) =>
      videoSource.add(new EncodedPacket(data, isKey ? 'key' : 'delta', ptsSeconds, 0), videoMeta),
    addAudio: async (data, ptsSeconds) => {
      if (!audioSource || !audioMeta) return
      await audioSource.add(new EncodedPacket(data, 'key', ptsSeconds, audioFrameSeconds), audioMeta)
    },
    close: () => output.finalize(),
  }
}

function lastDuration(playlist: string): number | null {
  const duration = [...playlist.matchAll(/#EXTINF:([\d.]+)/g)].at(-1)?.[1]
  return duration === undefined ? null : Number(duration)
}
