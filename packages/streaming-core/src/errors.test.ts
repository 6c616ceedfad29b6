import { describe, expect, it } from 'vitest'
import { requireCapability } from './capability.ts'
import { isStreamingError, isStreamingErrorCode, StreamingError, streamingErrorTable } from './errors.ts'
import { memory } from './memory-adapter.ts'

describe('a streaming error', () => {
  it.each([
    ['invalid_input', 400, false],
    ['unauthenticated', 401, false],
    ['payment_required', 402, false],
    ['forbidden', 403, false],
    ['not_found', 404, false],
    ['conflict', 409, false],
    ['payload_too_large', 413, false],
    ['rate_limited', 429, true],
    ['unsupported', 501, false],
    ['provider_unavailable', 503, true],
    ['webhook_invalid', 401, false],
    ['aborted', 499, false],
    ['internal', 500, false],
  ] as const)('%s is HTTP %d, retryable: %s', (code, status, retryable) => {
    expect(new StreamingError({ code, message: 'x' })).toMatchObject({
      code,
      status,
      retryable,
      message: 'x',
    })
    expect(isStreamingErrorCode(code)).toBe(true)
  })

  it('has no code beside the table', () => {
    expect(Object.keys(streamingErrorTable)).toHaveLength(13)
    for (const text of ['', 'toString', '__proto__', 'INTERNAL'])
      expect(isStreamingErrorCode(text)).toBe(false)
  })

  it('has only the fields that it was given', () => {
    const bare = new StreamingError({ code: 'internal', message: 'x' })
    expect(Object.keys(bare).sort()).toEqual(['code', 'name', 'retryable', 'status'])
    expect('cause' in bare).toBe(false)
    const full = { field: 'title', provider: 'ivs', requestId: 'r1', cause: new Error('why') }
    expect(new StreamingError({ code: 'internal', message: 'x', ...full })).toMatchObject(full)
  })

  it('is known by its brand, not by its class: that of another copy of the package is one too', () => {
    const foreign = Object.assign(new Error('x'), { code: 'conflict' })
    expect(isStreamingError(foreign)).toBe(false)
    Object.defineProperty(foreign, Symbol.for('stagedoor.streaming-error'), { value: true })
    expect(isStreamingError(foreign)).toBe(true)
    expect(isStreamingError(foreign, 'conflict')).toBe(true)
    expect(isStreamingError(foreign, 'internal')).toBe(false)
  })

  it.each([null, undefined, 'internal', { code: 'internal' }])('is not %j', (value) => {
    expect(isStreamingError(value)).toBe(false)
  })
})

describe('a capability', () => {
  it('is there or is named as missing, with the adapter that lacks it', () => {
    const adapter = memory({ id: 'mine' })
    expect(requireCapability(adapter, 'keyRotation')).toBe(adapter.keyRotation)
    expect(() => requireCapability(adapter, 'recording')).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        provider: 'mine',
        message: expect.stringMatching(/"mine".*recording/),
      }),
    )
  })
})
