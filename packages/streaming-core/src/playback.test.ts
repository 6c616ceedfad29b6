import { describe, expect, it } from 'vitest'
import type { AccessDecision, AccessHook } from './access.ts'
import type { Recording, StreamingAdapter } from './adapter.ts'
import { memory } from './memory-adapter.ts'
import { createPlatform } from './platform.fixture.ts'
import { redacted } from './redacted.ts'

const vic = { userId: 'vic' }
const start = Date.parse('2026-01-01T00:00:00.000Z')
const later = (seconds: number) => new Date(start + seconds * 1000).toISOString()

/** What the hook said is answered to every viewer; the provider is asked only when the door is open. */
function guarded(access: AccessHook) {
  const platform = createPlatform({ access })
  // An armed failure shows that the provider was asked.
  const wasAsked = async (work: () => Promise<unknown>) => {
    platform.control.failNext('viewerAccess', 'before')
    return work().then(
      () => false,
      (error) => error.code === 'provider_unavailable',
    )
  }
  return { ...platform, wasAsked }
}

describe('playback', () => {
  it('asks the platform each time, with the viewer and the stream', async () => {
    const asked: unknown[] = []
    const platform = guarded((viewer, stream) => {
      asked.push([viewer.userId, stream.id, stream.access])
      return { allowed: true }
    })
    const { streamId } = await platform.open()
    for (const userId of ['vic', null, 'vic']) await platform.streaming.getPlayback({ userId }, streamId)
    expect(asked).toEqual([
      ['vic', streamId, {}],
      [null, streamId, {}],
      ['vic', streamId, {}],
    ])
  })

  it('answers a denial as data, and asks no provider for a URL', async () => {
    const offers = [
      { id: 'o1', kind: 'ticket', title: 'Ticket', price: { amount: '500', currency: 'USD' } },
    ] as const
    const platform = guarded(() => ({ allowed: false, reason: 'buy_ticket', offers }))
    const { streamId } = await platform.open()
    expect(await platform.streaming.getPlayback(vic, streamId)).toEqual({
      allowed: false,
      denial: { reason: 'buy_ticket', offers },
    })
    expect(await platform.wasAsked(() => platform.streaming.getPlayback(vic, streamId))).toBe(false)
  })

  it.each([
    ['what is no decision', '"yes"'],
    ['nothing', 'null'],
    ['a yes that is text', '{ "allowed": "true" }'],
    ['a yes that is a number', '{ "allowed": 1 }'],
    ['a yes until no date', '{ "allowed": true, "until": "soon" }'],
  ])('keeps the door shut when the hook answers %s', async (_, answer) => {
    const platform = guarded(() => JSON.parse(answer))
    const { streamId } = await platform.open()
    const work = () => platform.streaming.getPlayback(vic, streamId)
    expect(await platform.wasAsked(work)).toBe(false)
    const result = await work().catch(() => ({ allowed: false }))
    expect(result.allowed).toBe(false)
  })

  it('keeps the door shut when the hook fails', async () => {
    const platform = guarded(() => Promise.reject(new Error('database')))
    const { streamId } = await platform.open()
    await expect(platform.streaming.getPlayback(vic, streamId)).rejects.toThrow('database')
  })

  it('bounds the token by the end of the access', async () => {
    let decision: AccessDecision = { allowed: true }
    const platform = guarded(() => decision)
    const { streamId } = await platform.open()
    const expiry = async () => {
      const result = await platform.streaming.getPlayback(vic, streamId)
      return result.allowed ? result.access.expiresAt : result.denial.reason
    }
    expect(await expiry()).toBe(later(300))
    decision = { allowed: true, until: later(60) }
    expect(await expiry()).toBe(later(60))
    decision = { allowed: true, until: later(9000) }
    expect(await expiry()).toBe(later(300))
    decision = { allowed: true, until: later(0) }
    expect(await expiry()).toBe('subscribe')
  })

  it('is a conflict once the stream is over, and for a channel that is still being made', async () => {
    const platform = guarded(() => ({ allowed: true }))
    const { streamId } = await platform.open()
    await platform.streaming.endStream({ userId: 'ava' }, streamId)
    await expect(platform.streaming.getPlayback(vic, streamId)).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('recordings', () => {
  const recording: Recording = {
    id: 'r1',
    durationSeconds: 60,
    url: redacted('https://example.invalid/r1?token=secret'),
    expiresAt: later(300),
  }
  const provider = memory()
  const recorded: StreamingAdapter = {
    ...provider,
    quote: (plan) => provider.quote({ ...plan, record: false }),
    recording: { list: async () => ({ items: [recording], nextCursor: null }) },
  }

  it('are under the same access as the stream', async () => {
    let decision: AccessDecision = { allowed: true }
    const { streaming } = createPlatform({ adapters: [recorded], access: () => decision })
    const { stream } = await streaming.createStream({ userId: 'ava' }, { title: 'Show', record: true })
    expect(await streaming.listRecordings(vic, stream.id)).toEqual({
      allowed: true,
      page: { items: [recording], nextCursor: null },
    })
    decision = { allowed: false, reason: 'sign_in', offers: [] }
    expect(await streaming.listRecordings(vic, stream.id)).toEqual({
      allowed: false,
      denial: { reason: 'sign_in', offers: [] },
    })
  })

  it('are none of a stream that was not to be recorded', async () => {
    const { streaming } = createPlatform({ adapters: [recorded] })
    const { stream } = await streaming.createStream({ userId: 'ava' }, { title: 'Show' })
    expect(await streaming.listRecordings(vic, stream.id)).toMatchObject({ page: { items: [] } })
  })

  it('are refused before the stream is made where no provider records', async () => {
    const { streaming } = createPlatform()
    const opening = streaming.createStream({ userId: 'ava' }, { title: 'Show', record: true })
    await expect(opening).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('memory: does not record'),
    })
  })
})

describe('an encoder’s credentials', () => {
  it('are for the creator alone, while the stream is open', async () => {
    const { streaming, open } = createPlatform()
    const { streamId } = await open()
    const first = await streaming.getIngest({ userId: 'ava' }, streamId)
    expect(first).toMatchObject({ type: 'rtmps', url: expect.stringMatching(/^rtmps:/) })
    for (const verb of ['getIngest', 'rotateIngest'] as const)
      await expect(streaming[verb](vic, streamId)).rejects.toMatchObject({ code: 'forbidden' })
    await streaming.endStream({ userId: 'ava' }, streamId)
    await expect(streaming.getIngest({ userId: 'ava' }, streamId)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('change when they are rotated', async () => {
    const { streaming, open } = createPlatform()
    const { streamId } = await open()
    const key = async (verb: 'getIngest' | 'rotateIngest') => {
      const access = await streaming[verb]({ userId: 'ava' }, streamId)
      return access.type === 'rtmps' ? access.streamKey.reveal() : ''
    }
    const first = await key('getIngest')
    const rotated = await key('rotateIngest')
    expect(rotated).not.toBe(first)
    expect(await key('getIngest')).toBe(rotated)
  })
})
