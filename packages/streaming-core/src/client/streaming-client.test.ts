import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { StreamingAdapter } from '../adapter.ts'
import { backoff } from '../backoff.ts'
import { createSite } from '../http/site.fixture.ts'
import { memory } from '../memory-adapter.ts'
import { redacted } from '../redacted.ts'
import { handlerFetch } from './handler-fetch.fixture.ts'
import { createStreamingClient, type StreamingClientOptions } from './index.ts'

function connect(core: Parameters<typeof createSite>[0] = {}, options: StreamingClientOptions = {}) {
  const site = createSite(core)
  const wire = handlerFetch(site.handler)
  const as = (userId: string | null) =>
    createStreamingClient({
      fetch: wire.fetch,
      headers: userId === null ? {} : { authorization: `Bearer ${userId}` },
      ...options,
    })
  return { ...site, wire, as }
}

/** Pauses between tries are passed over. */
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true, advanceTimeDelta: 20 })
  return () => void vi.useRealTimers()
})

async function afterPauses<Result>(work: Promise<Result>): Promise<Result> {
  let isDone = false
  const settled = work.finally(() => {
    isDone = true
  })
  settled.catch(() => {})
  while (!isDone) await vi.advanceTimersByTimeAsync(1000)
  return settled
}

describe('every method of the client', () => {
  it('reaches its route and gives what it answers', async () => {
    const { as, control } = connect()
    const [ava, vic] = [as('ava'), as('vic')]
    const { stream, decision } = await ava.createStream({ title: 'Show', expectedViewers: 5 })
    expect(stream).toMatchObject({ title: 'Show', status: 'ready', creatorId: 'ava' })
    expect(decision).toMatchObject({ candidate: 'memory', adapterId: 'memory' })
    expect(await vic.getStream(stream.id)).toEqual(stream)
    expect(await vic.listStreams({ status: ['ready', 'live'], creatorId: 'ava', limit: 1 })).toEqual({
      items: [stream],
      nextCursor: null,
    })
    const ingest = await ava.getIngest(stream.id)
    expect(ingest).toMatchObject({ type: 'rtmps', streamKey: expect.stringMatching(/^sk_/) })
    const rotated = await ava.rotateIngest(stream.id)
    expect(rotated).not.toEqual(ingest)
    expect(await ava.getIngest(stream.id)).toEqual(rotated)
    expect(await vic.getPlayback(stream.id)).toMatchObject({
      allowed: true,
      playback: { type: 'hls', url: expect.stringMatching(/^https:/), expiresAt: expect.any(String) },
    })
    expect(await vic.getStatus(stream.id)).toEqual({ status: 'ready', viewers: { current: 0, peak: 0 } })
    expect(await vic.listRecordings(stream.id)).toEqual({ items: [], nextCursor: null })
    expect(await vic.estimate({ expectedViewers: 5 })).toMatchObject({
      decision: { candidate: 'memory' },
      quotes: [{ feasible: true }],
    })
    expect(await ava.endStream(stream.id)).toBeUndefined()
    expect(await ava.endStream(stream.id)).toBeUndefined()
    expect(control.channelIds()).toEqual([])
  })

  it('gives a denial as an answer, with its offers', async () => {
    const { as, open } = connect()
    const { streamId } = await open()
    expect(await as(null).getPlayback(streamId)).toEqual({
      allowed: false,
      denial: { reason: 'sign_in', offers: [] },
    })
    expect(await as('sam').getPlayback(streamId)).toMatchObject({
      allowed: false,
      denial: { reason: 'buy_ticket', offers: [{ id: 't1' }] },
    })
    await expect(as('sam').listRecordings(streamId)).rejects.toMatchObject({ code: 'payment_required' })
  })

  it('goes through a list page after page', async () => {
    const { as, open, advance } = connect()
    for (const creator of ['ava', 'noa']) {
      await open(creator)
      advance(1)
    }
    const seen: string[] = []
    for await (const stream of as(null).iterateStreams({ limit: 1 })) seen.push(stream.creatorId)
    expect(seen).toEqual(['noa', 'ava'])
  })

  it('passes cursors and limits of recordings on', async () => {
    const provider = memory()
    const files = [2, 1].map((index) => ({
      id: `r${index}`,
      key: `${index}.mp4`,
      startedAt: `2026-01-01T00:0${index}:00.000Z`,
      durationSeconds: 1,
    }))
    const recorder: StreamingAdapter = {
      ...provider,
      quote: (plan) => provider.quote({ ...plan, record: false }),
      recording: {
        list: async () => ({ items: files, pending: false }),
        play: async ({ id, durationSeconds }) => {
          const url = redacted(`https://example.invalid/${id}`)
          return { id, durationSeconds, url, expiresAt: '2026-01-01T00:00:00.000Z' }
        },
      },
    }
    const { as } = connect({ core: { adapters: [recorder] } })
    const { stream } = await as('ava').createStream({ title: 'Show', record: true })
    const first = await as('vic').listRecordings(stream.id, { limit: 1 })
    expect(first).toMatchObject({ items: [{ url: 'https://example.invalid/r2' }], nextCursor: 'r2' })
    const rest = await as('vic').listRecordings(stream.id, { cursor: 'r2', limit: 7 })
    expect(rest).toMatchObject({ items: [{ id: 'r1' }], nextCursor: null })
    expect(JSON.stringify([first, rest])).not.toContain('.mp4')
  })
})

describe('a failure', () => {
  it('has the server’s code, message and field', async () => {
    const { as, open } = connect()
    const { streamId } = await open()
    await expect(as('noa').createStream({ title: '' })).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'title',
      status: 400,
    })
    await expect(as(null).createStream({ title: 'x' })).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(as('ava').createStream({ title: 'x' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(as('vic').getIngest(streamId)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(as('vic').getStream('unknown')).rejects.toMatchObject({ code: 'not_found' })
    await expect(as('vic').getStream('../status')).rejects.toMatchObject({ code: 'not_found' })
  })

  it.each([
    ['a proxy’s page', new Response('<h1>Bad gateway</h1>', { status: 502 }), 'provider_unavailable'],
    ['a proxy’s refusal', new Response('no', { status: 418 }), 'internal'],
    ['a success that is no JSON', new Response('<h1>Hi</h1>'), 'provider_unavailable'],
    [
      'a code that nobody knows',
      Response.json({ error: { code: 'new_code' } }, { status: 500 }),
      'provider_unavailable',
    ],
  ])('of a server that answers %s is typed too', async (_, response, code) => {
    const { as, wire } = connect({}, { attempts: 1 })
    wire.next(response)
    await expect(as(null).getStream('some')).rejects.toMatchObject({ name: 'StreamingError', code })
  })

  it('of a connection that breaks inside the answer is no empty answer', async () => {
    const { as, wire } = connect({}, { attempts: 1 })
    const broken = new ReadableStream({
      start: (controller) => controller.error(new TypeError('terminated')),
    })
    wire.next(new Response(broken, { headers: { 'content-type': 'application/json' } }))
    await expect(as(null).listStreams()).rejects.toMatchObject({ code: 'provider_unavailable' })
  })
})

describe('an abort', () => {
  it('ends a call with the code aborted, before, during and between tries', async () => {
    const { as, wire } = connect()
    const client = as(null)
    await expect(client.listStreams({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    })
    expect(wire.requests).toHaveLength(1)

    const during = new AbortController()
    const call = client.listStreams({}, { signal: during.signal })
    during.abort()
    await expect(call).rejects.toMatchObject({ code: 'aborted' })

    wire.next('lost')
    const between = new AbortController()
    const waiting = client.listStreams({}, { signal: between.signal })
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0))
    between.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' })
  })
})

describe('a repeated call', () => {
  it('reads again after a lost request, and gives up after three tries', async () => {
    const { as, wire } = connect()
    wire.next('lost', 'lost')
    expect(await afterPauses(as(null).listStreams())).toMatchObject({ items: [] })
    expect(wire.requests).toHaveLength(3)
    wire.next('lost', 'lost', 'lost', 'through')
    await expect(afterPauses(as(null).listStreams())).rejects.toMatchObject({ code: 'provider_unavailable' })
    expect(wire.requests).toHaveLength(6)
  })

  it('waits twice as long before each try, up to 15 seconds, and never the same as everybody', () => {
    for (const [attempt, longest] of [
      [1, 250],
      [2, 500],
      [3, 1000],
      [7, 15_000],
      [5000, 15_000],
    ] as const) {
      const waits = Array.from({ length: 100 }, () => backoff(attempt))
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(longest / 2)
      expect(Math.max(...waits)).toBeLessThanOrEqual(longest)
      expect(new Set(waits).size).toBeGreaterThan(50)
    }
  })

  it('makes one stream when the answer was lost', async () => {
    const { as, wire, control } = connect()
    wire.next('answer lost')
    const { stream } = await afterPauses(as('ava').createStream({ title: 'Show' }))
    const keys = wire.requests.map((request) => request.headers.get('idempotency-key'))
    expect(keys).toHaveLength(2)
    expect(keys[0]).toBe(keys[1])
    expect(control.channelIds()).toEqual([`channel-${stream.id}`])
  })

  it('takes a key of the caller, and makes a new one for each stream otherwise', async () => {
    const { as, wire } = connect()
    const ava = as('ava')
    const { stream } = await ava.createStream({ title: 'Show' }, { idempotencyKey: 'mine' })
    await ava.endStream(stream.id)
    await ava.createStream({ title: 'Show' })
    const keys = wire.requests.flatMap(({ headers }) => headers.get('idempotency-key') ?? [])
    expect(keys).toEqual(['mine', expect.stringMatching(/^[\w-]{36}$/)])
  })

  it('is not made where that would change more: a key is rotated once', async () => {
    const { as, wire, open } = connect()
    const { streamId } = await open()
    wire.next('answer lost')
    await expect(as('ava').rotateIngest(streamId)).rejects.toMatchObject({ code: 'provider_unavailable' })
    expect(wire.requests).toHaveLength(1)
  })

  it('is not made for a refusal', async () => {
    const { as, wire } = connect()
    await expect(as(null).getStream('unknown')).rejects.toThrow()
    expect(wire.requests).toHaveLength(1)
  })
})

describe('a request', () => {
  it('goes to the mount point with fresh headers and the credentials that were asked for', async () => {
    const sent: [string, RequestInit][] = []
    let token = 0
    const client = createStreamingClient({
      baseUrl: 'https://example.com/live/',
      headers: async () => ({ Authorization: `Bearer ${++token}` }),
      credentials: 'include',
      fetch: async (input, init) => {
        sent.push([input, init])
        return Response.json({ items: [], nextCursor: null })
      },
    })
    await client.listStreams({ status: 'live' })
    await client.estimate({ expectedViewers: 5 })
    expect(sent.map(([input]) => input)).toEqual([
      'https://example.com/live/streams?status=live',
      'https://example.com/live/estimates',
    ])
    expect(sent.map(([, init]) => new Headers(init.headers).get('authorization'))).toEqual([
      'Bearer 1',
      'Bearer 2',
    ])
    expect(sent.map(([, init]) => init.credentials)).toEqual(['include', 'include'])
    expect(new Headers(sent[1]?.[1].headers).get('content-type')).toBe('application/json')
  })
})
