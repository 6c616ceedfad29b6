/** What an encoder sends, one RTMP message at a time, read as far as packaging needs it. Times are milliseconds. */
export type MediaUnit =
  | { readonly kind: 'video.config'; readonly avcC: Uint8Array<ArrayBuffer> }
  | {
      readonly kind: 'video'
      /** Length-prefixed NAL units, in decode order. */
      readonly data: Uint8Array<ArrayBuffer>
      readonly isKey: boolean
      readonly dtsMs: number
      readonly ptsMs: number
    }
  | { readonly kind: 'audio.config'; readonly audioSpecificConfig: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'audio'; readonly data: Uint8Array<ArrayBuffer>; readonly dtsMs: number }
  | { readonly kind: 'unsupported'; readonly message: string }

const messageTypes = { audio: 8, video: 9 } as const
const codecs = { avc: 7, aac: 10 } as const

/**
 * Reads the body of an RTMP audio or video message (the FLV tag format, Adobe FLV 10.1 annex E).
 * Null for what carries no media, such as metadata.
 */
export function readMediaUnit(type: number, timestampMs: number, body: Uint8Array): MediaUnit | null {
  if (type === messageTypes.video) return readVideo(timestampMs, body)
  if (type === messageTypes.audio) return readAudio(timestampMs, body)
  return null
}

function readVideo(dtsMs: number, body: Uint8Array): MediaUnit | null {
  const [first = 0, packetType = 0] = body
  const isExtended = (first & 0x80) !== 0
  if (isExtended || (first & 0x0f) !== codecs.avc) {
    return unsupported(
      'The video codec is not H.264, the only one that IVS channels take. Choose H.264 (x264, NVENC).',
    )
  }
  if (body.length < 5) return null
  if (packetType === 0) return { kind: 'video.config', avcC: copyFrom(body, 5) }
  if (packetType !== 1 || body.length === 5) return null
  const composition = (((body[2] ?? 0) << 24) | ((body[3] ?? 0) << 16) | ((body[4] ?? 0) << 8)) >> 8
  const isKey = ((first >> 4) & 0x07) === 1
  return { kind: 'video', data: copyFrom(body, 5), isKey, dtsMs, ptsMs: dtsMs + composition }
}

function readAudio(dtsMs: number, body: Uint8Array): MediaUnit | null {
  const [first = 0, packetType = 0] = body
  if (body.length === 0) return null
  if (first >> 4 !== codecs.aac) {
    return unsupported('The audio codec is not AAC, the only one that IVS channels take. Choose AAC-LC.')
  }
  if (body.length <= 2) return null
  if (packetType === 0) return { kind: 'audio.config', audioSpecificConfig: copyFrom(body, 2) }
  return { kind: 'audio', data: copyFrom(body, 2), dtsMs }
}

function unsupported(message: string): MediaUnit {
  return { kind: 'unsupported', message }
}

/** A true copy: the protocol reader uses its buffer again, and a Buffer's own `slice` would share it. */
function copyFrom(body: Uint8Array, offset: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(body.subarray(offset))
}
