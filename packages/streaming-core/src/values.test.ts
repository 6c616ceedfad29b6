import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { isStreamingError, StreamingError, streamingErrorTable } from './errors.ts'
import { redacted } from './redacted.ts'

describe('a cursor', () => {
  it('leads back to where it was made, and is fit for a URL', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }),
        fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
        (date, id) => {
          const position = { createdAt: date.toISOString(), id }
          const cursor = encodeCursor(position)
          expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/)
          expect(decodeCursor(cursor)).toEqual(position)
        },
      ),
    )
  })

  it('that was made by nobody is refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json()), (text) => {
        try {
          const position = decodeCursor(text)
          expect(encodeCursor(position)).toBe(text)
        } catch (error) {
          expect(isStreamingError(error, 'invalid_input')).toBe(true)
        }
      }),
    )
  })
})

describe('a redacted value', () => {
  const secret = redacted('sk_secret_value')
  const ways: readonly [string, () => string][] = [
    ['a string', () => `${secret}`],
    ['JSON', () => JSON.stringify({ nested: [{ secret }] })],
    ['inspect', () => inspect({ nested: { secret } }, { depth: 9, showHidden: true, getters: true })],
    [
      'its own keys',
      () => JSON.stringify([Object.keys(secret), Object.values(secret), Object.entries({ ...secret })]),
    ],
    ['an error', () => inspect(new Error(`failed with ${secret}`, { cause: secret }))],
    ['console’s format', () => inspect(secret, { customInspect: false, showHidden: true })],
  ]
  it.each(ways)('is hidden in %s', (_, print) => {
    expect(print()).not.toContain('secret_value')
  })

  it('is there for who asks', () => {
    expect(secret.reveal()).toBe('sk_secret_value')
  })
})

describe('an error', () => {
  it('is known by its brand, also when it comes from another copy of the package', () => {
    const error = new StreamingError({ code: 'conflict', message: 'Busy.', field: 'title' })
    const foreign = Object.assign(new Error('Busy.'), {
      [Symbol.for('stagedoor.streaming-error')]: true,
      code: 'conflict',
    })
    expect([error, foreign].map((one) => isStreamingError(one, 'conflict'))).toEqual([true, true])
    expect([error, foreign].map((one) => isStreamingError(one, 'internal'))).toEqual([false, false])
    expect([new Error('x'), { code: 'conflict' }, null].map((one) => isStreamingError(one))).toEqual([
      false,
      false,
      false,
    ])
    expect([error.status, error.retryable, error.field]).toEqual([409, false, 'title'])
  })

  it('has one status a code', () => {
    for (const [code, { status }] of Object.entries(streamingErrorTable)) {
      expect(status, code).toBeGreaterThanOrEqual(400)
    }
  })
})
