import type { AudioTrack, VideoTrack } from './live-media.ts'
import { readPictureSize } from './picture-size.ts'

/** A track with what a decoder needs to start. */
export interface VideoConfig extends VideoTrack {
  /** RFC 6381, such as `avc1.4d401f`. */
  readonly codecString: string
  readonly avcC: Uint8Array<ArrayBuffer>
}

export interface AudioConfig extends AudioTrack {
  readonly codecString: string
  readonly audioSpecificConfig: Uint8Array<ArrayBuffer>
}

const sampleRates = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350,
]

/** Reads an avcC record (ISO 14496-15, 5.3.3.1); null when it is malformed. */
export function readVideoConfig(avcC: Uint8Array<ArrayBuffer>): VideoConfig | null {
  const [version, profile, compatibility, level] = avcC
  if (version !== 1 || profile === undefined || compatibility === undefined || level === undefined)
    return null
  const length = ((avcC[6] ?? 0) << 8) | (avcC[7] ?? 0)
  const size = length === 0 ? null : readPictureSize(avcC.subarray(8, 8 + length))
  if (!size) return null
  const hex = [profile, compatibility, level].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return { codec: 'avc', width: size.width, height: size.height, codecString: `avc1.${hex}`, avcC }
}

/** Reads an AudioSpecificConfig (ISO 14496-3, 1.6.2.1); null when it is malformed. */
export function readAudioConfig(audioSpecificConfig: Uint8Array<ArrayBuffer>): AudioConfig | null {
  const [first = 0, second = 0] = audioSpecificConfig
  const objectType = first >> 3
  const sampleRateHz = sampleRates[((first & 0x07) << 1) | (second >> 7)]
  const channels = (second >> 3) & 0x0f
  if (objectType === 0 || objectType === 31 || sampleRateHz === undefined || channels === 0) return null
  return { codec: 'aac', channels, sampleRateHz, codecString: `mp4a.40.${objectType}`, audioSpecificConfig }
}
