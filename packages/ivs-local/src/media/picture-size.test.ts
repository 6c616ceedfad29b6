import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import Flv from 'node-media-server/src/protocol/flv.js'
import { expect, it } from 'vitest'
import { clipPath } from './encoder.fixture.ts'
import { readPictureSize } from './picture-size.ts'

/** Writes bits as a parameter set does. */
function parameterSet(
  ...fields: readonly (readonly [kind: 'u' | 'ue', value: number, bits?: number])[]
): Uint8Array {
  const bits = fields
    .map(([kind, value, width = 0]) => {
      if (kind === 'u') return value.toString(2).padStart(width, '0')
      const code = (value + 1).toString(2)
      return '0'.repeat(code.length - 1) + code
    })
    .join('')
  const padded = `${bits}1`.padEnd(Math.ceil((bits.length + 1) / 8) * 8, '0')
  return Uint8Array.from([0x67, ...(padded.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))])
}

const head = [
  ['u', 66, 8],
  ['u', 0, 16],
  ['ue', 0],
  ['ue', 0],
] as const

it('tells the size of a picture, cropping taken off', () => {
  const full = parameterSet(
    ...head,
    ['ue', 2],
    ['ue', 1],
    ['u', 0, 1],
    ['ue', 119],
    ['ue', 67],
    ['u', 1, 1],
    ['u', 1, 1],
    ['u', 1, 1],
    ['ue', 0],
    ['ue', 0],
    ['ue', 0],
    ['ue', 4],
  )
  expect(readPictureSize(full)).toEqual({ width: 1920, height: 1080 })
})

it('reads what a real encoder sends', () => {
  const sizes: unknown[] = []
  const flv = new Flv()
  flv.onPacketCallback = ({ codec_type, data }) => {
    if (codec_type !== 9 || data[1] !== 0) return
    const avcC = data.subarray(5)
    sizes.push(readPictureSize(avcC.subarray(8, 8 + (((avcC[6] ?? 0) << 8) | (avcC[7] ?? 0)))))
  }
  flv.parserData(readFileSync(clipPath))
  expect(sizes[0]).toEqual({ width: 1280, height: 720 })
})

it('refuses a cycle without end instead of running through it', () => {
  const endless = parameterSet(...head, ['ue', 1], ['u', 0, 1], ['ue', 0], ['ue', 0], ['ue', 2 ** 29])
  expect(readPictureSize(endless)).toBeNull()
})

it('answers for any bytes, and at once', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const size = readPictureSize(bytes)
      if (size) expect(Math.max(size.width, size.height)).toBeLessThanOrEqual(16_384)
    }),
    { numRuns: 2000 },
  )
})
