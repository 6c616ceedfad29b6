import { beforeEach, describe, expect, it } from 'vitest'
import type { AccessDecision, AccessHook } from './access.ts'
import type { Recording, StreamingAdapter } from './adapter.ts'
import { memory } from './memory-adapter.ts'
import { createPlatform } from './platform.fixture.ts'
import { redacted } from './redacted.ts'
import type { RecordedFile } from './stream.ts'
import type { RecordingsResult } from './streaming.ts'

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

  it('tells the provider when it was asked, however long the platform took to say yes', async () => {
    const asked: unknown[] = []
    const provider = memory()
    const platform = createPlatform({
      adapters: [
        {
          ...provider,
          viewerAccess: async (channel, viewer, options) => {
            asked.push(options?.askedAt)
            return provider.viewerAccess(channel, viewer, options)
          },
        },
      ],
      access: () => {
        platform.advance(5)
        return { allowed: true }
      },
    })
    const { streamId } = await platform.open()
    await platform.streaming.getPlayback(vic, streamId)
    expect(asked).toEqual([later(0)])
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
  const file = (index: number): RecordedFile => ({
    id: `r${index}`,
    key: `shows/r${index}.mp4`,
    startedAt: later(index * 60),
    durationSeconds: 60,
  })
  const playing = ({ id, durationSeconds }: RecordedFile, until = later(300)): Recording => ({
    id,
    durationSeconds,
    url: redacted(`https://example.invalid/${id}?token=secret`),
    expiresAt: until,
  })
  let answer: { items: readonly RecordedFile[]; pending: boolean }
  let recorded: StreamingAdapter
  const idsOf = async (listing: Promise<RecordingsResult>) => {
    const result = await listing
    return result.allowed ? result.page.items.map(({ id }) => id) : null
  }
  beforeEach(() => {
    answer = { items: [file(1)], pending: false }
    const provider = memory()
    recorded = {
      ...provider,
      quote: (plan) => provider.quote({ ...plan, record: false }),
      recording: { list: async () => answer, play: async (one, options) => playing(one, options?.until) },
    }
  })

  it('are under the same access as the stream', async () => {
    let decision: AccessDecision = { allowed: true }
    const { streaming } = createPlatform({ adapters: [recorded], access: () => decision })
    const { stream } = await streaming.createStream({ userId: 'ava' }, { title: 'Show', record: true })
    const open = await streaming.listRecordings(vic, stream.id)
    expect(open).toMatchObject({
      allowed: true,
      page: { items: [{ id: 'r1', durationSeconds: 60, expiresAt: later(300) }], nextCursor: null },
    })
    expect(open.allowed && open.page.items[0]?.url.reveal()).toBe('https://example.invalid/r1?token=secret')
    expect(JSON.stringify(open)).not.toContain('secret')
    decision = { allowed: false, reason: 'sign_in', offers: [] }
    expect(await streaming.listRecordings(vic, stream.id)).toEqual({
      allowed: false,
      denial: { reason: 'sign_in', offers: [] },
    })
  })

  it('play for as long as access lasts', async () => {
    const access: AccessDecision = { allowed: true, until: later(100) }
    const { streaming } = createPlatform({ adapters: [recorded], access: () => access })
    const { stream } = await streaming.createStream({ userId: 'ava' }, { title: 'Show', record: true })
    expect(await streaming.listRecordings(vic, stream.id)).toMatchObject({
      page: { items: [{ expiresAt: later(100) }] },
    })
  })

  it('are listed newest first, page by page, and an unknown cursor is refused', async () => {
    answer = { items: [file(2), file(3), file(1)], pending: false }
    const { streaming } = createPlatform({ adapters: [recorded] })
    const { stream } = await streaming.createStream({ userId: 'ava' }, { title: 'Show', record: true })
    const list = (query: { cursor?: string; limit?: number }) =>
      streaming.listRecordings(vic, stream.id, query)
    expect(await list({ limit: 2 })).toMatchObject({ page: { nextCursor: 'r2' } })
    expect(await idsOf(list({ limit: 2 }))).toEqual(['r3', 'r2'])
    expect(await idsOf(list({ limit: 2, cursor: 'r2' }))).toEqual(['r1'])
    expect(await list({ limit: 3 })).toMatchObject({ page: { nextCursor: null } })
    await expect(list({ cursor: 'r9' })).rejects.toMatchObject({ code: 'invalid_input', field: 'cursor' })
  })

  it('stay when the channel is gone and the provider has forgotten them', async () => {
    const { streaming, store } = createPlatform({ adapters: [recorded] })
    const { stream } = await streaming.createStream({ userId: 'ava' }, { title: 'Show', record: true })
    answer = { items: [file(1)], pending: true }
    await streaming.endStream({ userId: 'ava' }, stream.id)
    expect((await store.get(stream.id))?.channel).not.toBeNull()
    answer = { items: [file(2)], pending: false }
    expect(await streaming.reconcile()).toMatchObject({ deletedChannels: 1, problems: [] })
    expect((await store.get(stream.id))?.channel).toBeNull()
    answer = { items: [], pending: false }
    expect(await idsOf(streaming.listRecordings(vic, stream.id))).toEqual(['r2', 'r1'])
    expect(await streaming.reconcile()).toMatchObject({ checked: 0 })
  })

  it('that are never finished are given up after a day', async () => {
    const { streaming, store, advance } = createPlatform({ adapters: [recorded] })
    const { stream } = await streaming.createStream({ userId: 'ava' }, { title: 'Show', record: true })
    answer = { items: [file(1)], pending: true }
    await streaming.endStream({ userId: 'ava' }, stream.id)
    advance(23 * 3600)
    await streaming.reconcile()
    expect((await store.get(stream.id))?.channel).not.toBeNull()
    advance(2 * 3600)
    await streaming.reconcile()
    expect(await store.get(stream.id)).toMatchObject({ channel: null, recordings: [{ id: 'r1' }] })
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
