import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createSite } from '../http/site.fixture.ts'
import { handlerFetch } from './handler-fetch.fixture.ts'
import {
  type ConnectionState,
  createStreamingClient,
  type StreamUpdate,
  type SubscribeOptions,
} from './index.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  return () => void vi.useRealTimers()
})

/** A client that listens to a stream of its own, over a wire that the test can cut. */
async function subscribed(options: Partial<SubscribeOptions> = {}) {
  const site = createSite()
  const { streamId, channelId } = await site.open()
  const wire = handlerFetch(site.handler)
  const updates: StreamUpdate[] = []
  const states: ConnectionState[] = []
  const abort = new AbortController()
  let warnings = 0
  const warn = () =>
    site.streaming.applyEvent('memory', {
      ...{ id: `w${++warnings}`, type: 'session.failed', channelId, sessionId: 's', reason: 'Warned' },
      occurredAt: '2026-01-01T00:00:00.000Z',
    })
  const start = () =>
    createStreamingClient({ fetch: wire.fetch, headers: { authorization: 'Bearer sam' } }).subscribe(
      streamId,
      {
        onUpdate: (update) => updates.push(update),
        onConnectionChange: (state) => states.push(state),
        signal: abort.signal,
        ...options,
      },
    )
  const seqs = () => updates.flatMap((update) => ('seq' in update ? [update.seq] : []))
  const snapshots = () => updates.filter(({ type }) => type === 'stream.snapshot').length
  return { ...site, streamId, channelId, wire, updates, states, abort, warn, start, seqs, snapshots }
}

type Subscribed = Awaited<ReturnType<typeof subscribed>>

const told = (target: Subscribed, seqs: readonly number[]) =>
  vi.waitFor(() => expect(target.seqs()).toEqual(seqs))

/** Until the client waits to come back. */
const dropped = (target: Subscribed) => vi.waitFor(() => expect(target.states.at(-1)).toBe('waiting'))

describe('a subscription', () => {
  it('tells where things stand, what was and what happens', async () => {
    const target = await subscribed()
    target.start()
    await told(target, [1])
    await target.streaming.applyEvent('memory', target.control.goLive(target.channelId))
    await told(target, [1, 2])
    expect(target.updates.map(({ type }) => type)).toEqual([
      'stream.snapshot',
      'stream.created',
      'stream.started',
    ])
    expect(target.states).toEqual(['connecting', 'open'])
    target.abort.abort()
  })

  it('takes up a dropped connection where it broke: nothing is missed and nothing told twice', async () => {
    const target = await subscribed()
    target.start()
    await told(target, [1])
    await target.warn()
    await told(target, [1, 2])
    target.wire.cut()
    await dropped(target)
    await target.warn()
    await target.warn()
    await vi.advanceTimersToNextTimerAsync()
    await told(target, [1, 2, 3, 4])
    expect(target.wire.requests.map((request) => request.headers.get('last-event-id'))).toEqual([null, '2'])
    expect(target.states).toEqual(['connecting', 'open', 'waiting', 'connecting', 'open'])
    target.abort.abort()
  })

  it('tells of the viewer’s own access', async () => {
    const target = await subscribed()
    target.start()
    await told(target, [1])
    await target.streaming.recheckViewer('vic', { streamId: target.streamId })
    await target.streaming.recheckViewer('sam', { streamId: target.streamId })
    const change: StreamUpdate = { type: 'viewer.access_changed', allowed: false }
    await vi.waitFor(() => expect(target.updates.at(-1)).toEqual(change))
    expect(target.updates).toHaveLength(3)
    target.abort.abort()
  })

  it('is over when the server refuses it', async () => {
    const site = createSite()
    const wire = handlerFetch(site.handler)
    const states: ConnectionState[] = []
    createStreamingClient({ fetch: wire.fetch }).subscribe('nothere', {
      onUpdate: () => {},
      onConnectionChange: (state) => states.push(state),
      signal: new AbortController().signal,
    })
    await vi.waitFor(() => expect(states).toEqual(['connecting', 'refused']))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(wire.requests).toHaveLength(1)
  })

  it('may begin after an event that was seen before', async () => {
    const target = await subscribed({ lastEventId: '2' })
    await target.warn()
    await target.warn()
    target.start()
    await told(target, [3])
    target.abort.abort()
  })

  it('comes back to a server that could not be reached or was failing, ever more slowly', async () => {
    const times: number[] = []
    const target = await subscribed({ onConnectionChange: () => times.push(Date.now()) })
    target.wire.next('lost', new Response('down', { status: 503 }), 'lost', 'lost')
    target.start()
    await vi.advanceTimersByTimeAsync(10_000)
    await told(target, [1])
    const waits = [1, 3, 5, 7].map((index) => (times[index + 1] ?? 0) - (times[index] ?? 0))
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(125 * 2 ** index - 1)
      expect(wait).toBeLessThanOrEqual(250 * 2 ** index + 1)
    }
    target.abort.abort()
  })

  it('does not hurry to a server that ends every connection at once', async () => {
    const target = await subscribed()
    target.start()
    await told(target, [1])
    for (let round = 1; round <= 5; round++) {
      target.wire.cut()
      await dropped(target)
      const { length } = target.wire.requests
      // The server asked for two seconds; the client comes back at some time in their second half.
      await vi.advanceTimersByTimeAsync(900)
      expect(target.wire.requests).toHaveLength(length)
      await vi.advanceTimersByTimeAsync(1100)
      await vi.waitFor(() => expect(target.snapshots()).toBe(round + 1))
      expect(target.wire.requests).toHaveLength(length + 1)
    }
    expect(target.seqs()).toEqual([1])
    target.abort.abort()
  })

  it('passes over what is no JSON, such as a proxy’s own message', async () => {
    const target = await subscribed()
    const text = 'data: <keep-alive>\n\nid: 1\ndata: {"type":"stream.created","seq":1}\n\n'
    target.wire.next(new Response(text, { headers: { 'content-type': 'text/event-stream' } }))
    target.start()
    await told(target, [1])
    expect(target.updates).toHaveLength(1)
    target.abort.abort()
  })

  it('reads an event that arrives in pieces, and drops the piece that a break left', async () => {
    const target = await subscribed()
    const bytes = new TextEncoder().encode(
      'id: 1\ndata: {"type":"stream.warned","seq":1,"message":"é"}\n\nid: 9\nda',
    )
    const pieces = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (const byte of bytes) controller.enqueue(new Uint8Array([byte]))
        controller.close()
      },
    })
    target.wire.next(new Response(pieces))
    target.start()
    await told(target, [1])
    expect(target.updates[0]).toMatchObject({ message: 'é' })
    await dropped(target)
    await vi.advanceTimersToNextTimerAsync()
    await vi.waitFor(() => expect(target.wire.requests).toHaveLength(2))
    expect(target.wire.requests[1]?.headers.get('last-event-id')).toBe('1')
    target.abort.abort()
  })
})

describe('an abort', () => {
  it('ends an open subscription: nothing is told, nothing is sent and nothing waits any more', async () => {
    const target = await subscribed()
    target.start()
    await told(target, [1])
    const states = [...target.states]
    target.abort.abort()
    await target.warn()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(target.seqs()).toEqual([1])
    expect(target.states).toEqual(states)
    expect(target.wire.requests).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('ends one that waits to come back', async () => {
    const target = await subscribed()
    target.wire.next('lost')
    target.start()
    await dropped(target)
    target.abort.abort()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(target.wire.requests).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('before the beginning sends nothing', async () => {
    const target = await subscribed()
    target.abort.abort()
    target.start()
    await vi.advanceTimersByTimeAsync(1000)
    expect([target.wire.requests.length, target.states.length]).toEqual([0, 0])
  })

  it('frees the connection, though the fetch does not look at its signal', async () => {
    const target = await subscribed()
    let isCancelled = false
    const endless = new ReadableStream<Uint8Array>({
      cancel: () => {
        isCancelled = true
      },
    })
    target.wire.next(new Response(endless))
    target.start()
    await vi.waitFor(() => expect(target.states).toEqual(['connecting', 'open']))
    target.abort.abort()
    await vi.waitFor(() => expect(isCancelled).toBe(true))
  })
})

describe('a callback that throws', () => {
  it('does not end the subscription, and its failure is not swallowed', async () => {
    const surfaced: unknown[] = []
    const catchIt = (failure: unknown) => void surfaced.push(failure)
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException').on('uncaughtException', catchIt)
    try {
      const seen: string[] = []
      const target = await subscribed({
        onUpdate: ({ type }) => {
          seen.push(type)
          if (type === 'stream.created') throw new Error('a page broke')
        },
      })
      target.start()
      await vi.waitFor(() => expect(seen).toHaveLength(2))
      await target.warn()
      await vi.waitFor(() => expect(seen).toEqual(['stream.snapshot', 'stream.created', 'stream.warned']))
      await vi.waitFor(() => expect(surfaced).toEqual([new Error('a page broke')]))
      expect(target.wire.requests).toHaveLength(1)
      target.abort.abort()
    } finally {
      process.removeAllListeners('uncaughtException')
      for (const listener of others) process.on('uncaughtException', listener)
    }
  })
})
