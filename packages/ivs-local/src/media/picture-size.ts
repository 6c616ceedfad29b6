/** Profiles whose parameter set tells of chroma and scaling (ITU-T H.264, 7.3.2.1.1). */
const highProfiles = new Set([44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244])

/** The most entries of a picture order count cycle (H.264, 7.4.2.1.1). */
const maxCycle = 255
const maxSide = 16_384

/**
 * Width and height out of an H.264 sequence parameter set; null when it is malformed. It comes from the network, so that
 * every loop is bounded by the standard and every read by the bytes.
 */
export function readPictureSize(sps: Uint8Array): { readonly width: number; readonly height: number } | null {
  const read = bitReader(withoutEmulation(sps.subarray(1)))
  try {
    return parse(read)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function parse({
  bits,
  unsigned,
  signed,
}: BitReader): { readonly width: number; readonly height: number } | null {
  const profile = bits(8)
  bits(16)
  unsigned()
  let chroma = 1
  if (highProfiles.has(profile)) {
    chroma = unsigned()
    if (chroma > 3) return null
    if (chroma === 3) bits(1)
    unsigned()
    unsigned()
    bits(1)
    if (bits(1) === 1) skipScalingLists(chroma === 3 ? 12 : 8, bits, signed)
  }
  unsigned()
  const orderType = unsigned()
  if (orderType === 0) unsigned()
  else if (orderType === 1) {
    bits(1)
    signed()
    signed()
    const cycle = unsigned()
    if (cycle > maxCycle) return null
    for (let index = 0; index < cycle; index++) signed()
  } else if (orderType !== 2) return null
  unsigned()
  bits(1)
  const columns = unsigned() + 1
  const rows = unsigned() + 1
  const fields = 2 - bits(1)
  if (fields === 2) bits(1)
  bits(1)
  const [left, right, top, bottom] =
    bits(1) === 1 ? [unsigned(), unsigned(), unsigned(), unsigned()] : [0, 0, 0, 0]
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1
  const unitY = (chroma === 1 ? 2 : 1) * fields
  const width = columns * 16 - unitX * (left + right)
  const height = rows * 16 * fields - unitY * (top + bottom)
  const isPossible = width > 0 && height > 0 && width <= maxSide && height <= maxSide
  return isPossible ? { width, height } : null
}

function skipScalingLists(count: number, bits: BitReader['bits'], signed: BitReader['signed']): void {
  for (let list = 0; list < count; list++) {
    if (bits(1) === 0) continue
    let last = 8
    let next = 8
    for (let entry = 0; entry < (list < 6 ? 16 : 64); entry++) {
      if (next !== 0) next = (last + signed() + 256) % 256
      if (next !== 0) last = next
    }
  }
}

interface BitReader {
  bits(count: number): number
  /** Exp-Golomb, 32 bits at most. */
  unsigned(): number
  signed(): number
}

/** Reading past the end throws a RangeError. */
function bitReader(bytes: Uint8Array): BitReader {
  let at = 0
  const bit = (): number => {
    const byte = bytes[at >> 3]
    if (byte === undefined) throw new RangeError('The parameter set ends early.')
    const value = (byte >> (7 - (at & 7))) & 1
    at++
    return value
  }
  const bits = (count: number): number => {
    let value = 0
    for (let index = 0; index < count; index++) value = value * 2 + bit()
    return value
  }
  const unsigned = (): number => {
    let zeros = 0
    while (bit() === 0) if (++zeros > 31) throw new RangeError('A number of the parameter set is too large.')
    return 2 ** zeros - 1 + bits(zeros)
  }
  return {
    bits,
    unsigned,
    signed: () => {
      const code = unsigned()
      return code % 2 === 1 ? (code + 1) / 2 : -code / 2
    },
  }
}

/** The bytes 0 0 3 stand for 0 0 (H.264, 7.3.1). */
function withoutEmulation(bytes: Uint8Array): Uint8Array {
  return bytes.filter(
    (byte, index) => !(byte === 3 && index >= 2 && bytes[index - 1] === 0 && bytes[index - 2] === 0),
  )
}
