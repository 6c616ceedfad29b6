import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { isStreamingError } from './errors.ts'

const position = { createdAt: '2026-01-01T00:00:00.000Z', id: 'stream_1-A' }
const encode = (text: string) => btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

describe('a cursor', () => {
  it('comes back as the place that it was made of, and needs no escape in a URL', () => {
    const cursor = encodeCursor(position)
    expect(decodeCursor(cursor)).toEqual(position)
    expect(encodeURIComponent(cursor)).toBe(cursor)
  })

  it.each([
    ['nothing', ''],
    ['what is no base64', 'a*b'],
    ['a padded one', `${encodeCursor(position)}==`],
    ['half of one', encodeCursor(position).slice(0, 20)],
    ['a very long one', 'A'.repeat(513)],
    ['JSON that is no pair', encode('{"createdAt":"2026-01-01","id":"a"}')],
    ['a pair too many', encode('["2026-01-01","a","b"]')],
    ['numbers', encode('[1,2]')],
    ['no date', encode('["yesterday","a"]')],
    ['no id', encode('["2026-01-01","a b"]')],
    ['an injection', encode('["2026-01-01","\' or 1=1 --"]')],
    ['null', encode('null')],
  ])('refuses %s', (_, cursor) => {
    expect(() => decodeCursor(cursor)).toThrow(
      expect.objectContaining({ code: 'invalid_input', field: 'cursor', status: 400 }),
    )
  })

  it('answers any text with a place or with a refusal', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json().map(encodeAscii)), (text) => {
        try {
          decodeCursor(text)
        } catch (error) {
          expect(isStreamingError(error, 'invalid_input')).toBe(true)
        }
      }),
    )
  })
})

function encodeAscii(text: string): string {
  return encode(text.replaceAll(/[^\u0020-\u007e]/g, '?'))
}
