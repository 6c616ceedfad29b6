import { createHash } from 'node:crypto'

/** H.264's number of a slice of a picture that needs no other (ITU-T H.264, table 7-1). */
const idrSlice = 5

/**
 * Names a key frame by its bytes, from an RTMP video message; null for any other message.
 *
 * @param {Uint8Array} body - The FLV video tag: five bytes, then NAL units that carry their length.
 */
export function keyFrameOfMessage(body) {
  if (body[0] !== 0x17 || body[1] !== 1) return null
  const data = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  for (let at = 5; at + 4 < data.length; ) {
    const length = data.readUInt32BE(at)
    const unit = data.subarray(at + 4, at + 4 + length)
    if (((unit[0] ?? 0) & 0x1f) === idrSlice) return name(unit)
    at += 4 + length
  }
  return null
}

/**
 * Names the last key frame in an MPEG-TS segment; null when it holds none. A segment that was damaged on its way
 * matches no key frame that was sent.
 *
 * @param {Uint8Array} segment
 */
export function lastKeyFrameOfSegment(segment) {
  let found = null
  for (const access of videoPackets(Buffer.from(segment))) {
    for (const unit of unitsOf(access)) {
      if (((unit[0] ?? 0) & 0x1f) !== idrSlice) continue
      found = name(unit)
      // One picture may be several slices: the first names it.
      break
    }
  }
  return found
}

/**
 * The video stream's PES payloads of a transport stream (ISO 13818-1), one an access unit.
 *
 * @param {Buffer} stream
 */
function videoPackets(stream) {
  /** @type {Buffer[][]} */
  const packets = []
  let videoPid = -1
  for (let at = 0; at + 188 <= stream.length; at += 188) {
    const packet = stream.subarray(at, at + 188)
    const isStart = ((packet[1] ?? 0) & 0x40) !== 0
    const pid = (((packet[1] ?? 0) & 0x1f) << 8) | (packet[2] ?? 0)
    const control = ((packet[3] ?? 0) >> 4) & 3
    if ((control & 1) === 0) continue
    const payload = packet.subarray(control === 3 ? 5 + (packet[4] ?? 0) : 4)
    const isVideoStart = isStart && payload.readUIntBE(0, 3) === 1 && ((payload[3] ?? 0) & 0xf0) === 0xe0
    if (isVideoStart) {
      videoPid = pid
      packets.push([payload.subarray(9 + (payload[8] ?? 0))])
    } else if (pid === videoPid) {
      packets.at(-1)?.push(payload)
    }
  }
  return packets.map((parts) => Buffer.concat(parts))
}

/**
 * NAL units between start codes (ITU-T H.264, annex B).
 *
 * @param {Buffer} access
 */
function unitsOf(access) {
  const startCode = Buffer.from([0, 0, 1])
  const units = []
  let at = access.indexOf(startCode)
  while (at >= 0) {
    const next = access.indexOf(startCode, at + 3)
    units.push(access.subarray(at + 3, next < 0 ? undefined : next))
    at = next
  }
  return units
}

/** @param {Uint8Array} unit */
function name(unit) {
  // A start code of four bytes leaves its first zero behind the unit before it.
  let end = unit.length
  while (end > 0 && unit[end - 1] === 0) end--
  return createHash('sha256').update(unit.subarray(0, end)).digest('base64url').slice(0, 16)
}
