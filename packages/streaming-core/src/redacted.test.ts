import { format, inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { StreamingError } from './errors.ts'
import { redacted } from './redacted.ts'

const secret = 'sk_live_do-not-print'

describe('a redacted value', () => {
  const wrapped = redacted(secret)
  const nested = { access: { streamKey: wrapped, list: [wrapped] } }

  it('gives the secret to who asks for it', () => {
    expect(wrapped.reveal()).toBe(secret)
  })

  it.each([
    ['JSON', () => JSON.stringify(nested)],
    ['inspect', () => inspect(nested, { depth: 9, showHidden: true, getters: true })],
    ['inspect without its hooks', () => inspect(wrapped, { customInspect: false, showHidden: true })],
    ['console formats', () => format('%s %o %O %j', wrapped, wrapped, wrapped, nested)],
    ['a template string', () => `${wrapped}`],
    ['String()', () => String(wrapped)],
    ['its entries', () => Object.entries(wrapped).map(String).join()],
    ['its spread', () => JSON.stringify({ ...wrapped })],
    [
      'an error',
      () => inspect(new StreamingError({ code: 'internal', message: `${wrapped}`, cause: nested })),
    ],
  ])('is not shown by %s', (_, print) => {
    const printed = print()
    expect(printed).not.toContain(secret)
    expect(printed.length).toBeGreaterThan(0)
  })

  it('cannot be changed into one that talks', () => {
    expect(Object.isFrozen(wrapped)).toBe(true)
  })
})
