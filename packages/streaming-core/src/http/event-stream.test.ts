import { afterEach, describe, expect, it, vi } from 'vitest'
import { type EventBus, memoryEventBus } from '../event-bus.ts'
import type { StreamStore } from '../stream-store.ts'
import { readEvents } from './read-events.fixture.ts'
import { createSite } from './site.fixture.ts'

/** A bus that counts who listens. */
function countingBus() {
  const inner = memoryEventBus()
  let listeners = 0
  const bus: EventBus = {
    publish: inner.publish,
    subscribe: (streamId, listener) => {
      const unsubscribe = inner.subscribe(streamId, listener)
      listeners++
      return () => {
        listeners--
        unsubscribe()
      }
    },
  }
  return { bus, listeners: () => listeners }
}

/** A site with one stream that has `warnings + 1` entries in its log, and a way to listen to it. */
async function listening(warnings = 0, core: { bus?: EventBus; store?: StreamStore } = {}) {
  const counted = countingBus()
  const site = createSite({ core: { bus: counted.bus, ...core } })
  const { streamId, channelId } = await site.open()
  const warn = (index: number) =>
    site.streaming.applyEvent('memory', {
      ...{ id: `w${index}`, type: 'session.failed', channelId, sessionId: 's', reason: `Warning ${index}` },
      occurredAt: '2026-01-01T00:00:00.000Z',
    })
  for (let index = 0; index < warnings; index++) await warn(index)
  const listen = async (lastEventId?: string, signal?: AbortSignal) => {
    const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
    const answer = await site.call('GET', `/streams/${streamId}/events`, {
      headers,
      ...(signal ? { signal } : {}),
    })
    return readEvents(answer)
  }
  return { ...site, ...counted, streamId, channelId, warn, listen }
}

it('passes on what the platform announces to those who watch now, and keeps none of it', async () => {
  const { streaming, streamId, listen, warn } = await listening(1)
  const watching = await listen('2')
  await watching.next()
  await streaming.announce(streamId, 'tip.completed', { amount: '500' })
  await warn(7)
  const announced = await watching.take(2)
  expect(announced[0]).toMatch(/ tip\.completed$/)
  expect(announced[1]).toMatch(/ stream\.warned$/)
  await watching.close()
  const later = await listen('2')
  expect((await later.take(2)).join()).not.toContain('tip.completed')
  await later.close()
  for (const name of [
    'stream.ended',
    'viewers.changed',
    'viewer.access_changed',
    'tip',
    'Tip.Completed',
    'tip.completed\nid: 9',
  ]) {
    await expect(streaming.announce(streamId, name, {})).rejects.toMatchObject({ field: 'name' })
  }
  const large = { text: 'é'.repeat(3000) }
  await expect(streaming.announce(streamId, 'tip.completed', large)).rejects.toMatchObject({ field: 'data' })
})

it('tells of the budget to the stream’s creator alone, from the log and as it happens', async () => {
  const { call, store, streamId, warn } = await listening()
  const announce = async (percent: 80 | 100) => {
    const present = await store.get(streamId)
    if (!present) throw new Error('There is no stream.')
    const next = { ...present, budgetReached: percent }
    const event = { type: 'budget.reached', percent } as const
    const at = '2026-01-01T00:00:00.000Z'
    await store.transition({ streamId, expectedVersion: present.version, next, events: [event], at })
  }
  await announce(80)
  const open = async (as: string | null) =>
    readEvents(await call('GET', `/streams/${streamId}/events`, { as }))
  const [owner, other, anybody] = [await open('ava'), await open('noa'), await open(null)]
  await announce(100)
  await warn(1)
  expect(await owner.take(5)).toEqual([
    ...['0 stream.snapshot', '1 stream.created', '2 budget.reached'],
    ...['3 budget.reached', '4 stream.warned'],
  ])
  for (const viewer of [other, anybody]) {
    expect(await viewer.take(3)).toEqual(['0 stream.snapshot', '1 stream.created', '4 stream.warned'])
  }
  for (const one of [owner, other, anybody]) await one.close()
})

it('tells a viewer of their access, on every page of theirs and on nobody else’s', async () => {
  const { streaming, call, streamId, warn } = await listening()
  const open = async (as: string | null) => {
    const events = readEvents(await call('GET', `/streams/${streamId}/events`, { as }))
    await events.take(2)
    return events
  }
  const [first, second] = [await open('sam'), await open('sam')]
  const others = [await open('vic'), await open('ava'), await open(null)]
  await streaming.recheckViewer('sam', { streamId })
  await warn(1)
  for (const page of [first, second]) {
    const message = await page.next()
    expect([message?.id, message?.event]).toEqual(['1', 'viewer.access_changed'])
    expect(JSON.parse(message?.data ?? '')).toEqual({ type: 'viewer.access_changed', allowed: false })
    expect(await page.take(1)).toEqual(['2 stream.warned'])
  }
  for (const page of others) expect(await page.take(1)).toEqual(['2 stream.warned'])
  for (const page of [first, second, ...others]) await page.close()
})

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index} stream.warned`)

afterEach(() => void vi.useRealTimers())

describe('an event stream', () => {
  it('is not kept by caches or proxies, and says when to come back', async () => {
    const { call, streamId } = await listening()
    const answer = await call('GET', `/streams/${streamId}/events`)
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-store, no-transform')
    const first = await answer.body?.getReader().read()
    expect(new TextDecoder().decode(first?.value)).toMatch(
      /^retry: 2000\n\nid: 0\nevent: stream\.snapshot\ndata: {/,
    )
  })

  it('begins with where things stand, then tells the log, then what happens', async () => {
    const { listen, streaming, control, channelId } = await listening(1)
    const events = await listen()
    expect(JSON.parse((await events.next())?.data ?? '')).toEqual({
      type: 'stream.snapshot',
      status: 'ready',
      viewers: { current: 0, peak: 0 },
    })
    expect(await events.take(2)).toEqual(['1 stream.created', '2 stream.warned'])
    await streaming.applyEvent('memory', control.goLive(channelId))
    const started = await events.next()
    expect([started?.id, started?.event]).toEqual(['3', 'stream.started'])
    expect(JSON.parse(started?.data ?? '')).toMatchObject({ type: 'stream.started', seq: 3 })
    await events.close()
  })

  it('tells viewer counts without moving the place in the log', async () => {
    const { listen, streaming, channelId } = await listening()
    const events = await listen()
    await events.take(2)
    const counted = { id: 'c', type: 'viewers.counted', channelId, viewers: 7 } as const
    await streaming.applyEvent('memory', { ...counted, occurredAt: '2026-01-01T00:00:00.000Z' })
    const message = await events.next()
    expect([message?.id, message?.event]).toEqual(['1', 'viewers.changed'])
    expect(JSON.parse(message?.data ?? '')).toMatchObject({ current: 7, peak: 7 })
    await events.close()
  })
})

describe('Last-Event-ID', () => {
  it('gives exactly what was missed, and then what happens', async () => {
    const { listen, warn } = await listening(5)
    const events = await listen('3')
    expect(await events.take(4)).toEqual(['3 stream.snapshot', ...range(4, 6)])
    await warn(99)
    expect(await events.take(1)).toEqual(['7 stream.warned'])
    await events.close()
  })

  it('of the newest event gives only what happens next', async () => {
    const { listen, warn } = await listening(2)
    const events = await listen('3')
    expect(await events.take(1)).toEqual(['3 stream.snapshot'])
    await warn(99)
    expect(await events.take(1)).toEqual(['4 stream.warned'])
    await events.close()
  })

  it.each(['0', ''])('of %j is the beginning: however old, nothing was forgotten', async (id) => {
    const { listen } = await listening(250)
    const events = await listen(id)
    expect(await events.take(252)).toEqual(['0 stream.snapshot', '1 stream.created', ...range(2, 251)])
    await events.close()
  })

  it('that the log does not have is of another log: everything is told', async () => {
    const { listen, warn } = await listening(1)
    const events = await listen('999')
    expect(await events.take(3)).toEqual(['0 stream.snapshot', '1 stream.created', '2 stream.warned'])
    await warn(99)
    expect(await events.take(1)).toEqual(['3 stream.warned'])
    await events.close()
  })

  it('may come in the address, for those who cannot set a header', async () => {
    const { call, streamId } = await listening(2)
    const events = readEvents(await call('GET', `/streams/${streamId}/events?lastEventId=2`))
    expect(await events.take(2)).toEqual(['2 stream.snapshot', '3 stream.warned'])
    await events.close()
  })

  it.each(['abc', '-1', '1.5', '1e3', '9'.repeat(16), '1; drop'])('of %j is 400', async (id) => {
    const { call, streamId, listeners } = await listening()
    const answer = await call('GET', `/streams/${streamId}/events`, { headers: { 'last-event-id': id } })
    expect([answer.status, (await answer.json()).error.field]).toEqual([400, 'Last-Event-ID'])
    expect(listeners()).toBe(0)
  })

  it('loses and doubles nothing while events and interruptions overlap', async () => {
    const { listen, warn } = await listening()
    const seen: string[] = []
    let last = '0'
    for (let round = 0; round < 10; round++) {
      const events = await listen(last)
      const writing = Promise.all([0, 1, 2].map((index) => warn(round * 3 + index)))
      for (let count = 0; count < 3; count++) {
        const message = await events.next()
        if (message?.event !== 'stream.snapshot') seen.push(message?.id ?? '')
        last = message?.id ?? ''
      }
      await events.close()
      await writing
    }
    const rest = await listen(last)
    while (Number(last) < 31) {
      const message = await rest.next()
      if (message?.event !== 'stream.snapshot') seen.push(message?.id ?? '')
      last = message?.id ?? ''
    }
    await rest.close()
    expect(seen).toEqual(Array.from({ length: 31 }, (_, index) => String(index + 1)))
  })
})

describe('a heartbeat', () => {
  it('shows that the connection lives, and finds what the bus lost', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const deaf: EventBus = { publish: async () => {}, subscribe: () => () => {} }
    const { listen, warn } = await listening(0, { bus: deaf })
    const events = await listen()
    await events.take(2)
    await warn(1)
    vi.advanceTimersByTime(15_000)
    expect(await events.take(1)).toEqual(['2 stream.warned'])
    expect(events.comments).toEqual(['still here'])
    await events.close()
  })

  it('beats as often as the platform wants', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const site = createSite({ handler: { heartbeatSeconds: 1 } })
    const { streamId } = await site.open()
    const events = readEvents(await site.call('GET', `/streams/${streamId}/events`))
    await events.take(2)
    vi.advanceTimersByTime(3000)
    for (let beat = 0; beat < 3; beat++) await events.pull()
    expect(events.comments).toHaveLength(3)
    await events.close()
  })
})

describe('a reader that goes', () => {
  const ways = ['closes the stream', 'aborts the request', 'aborted before it began', 'sent a HEAD'] as const

  it.each(ways)('and %s leaves no listener and no timer', async (way) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { listen, call, streamId, listeners } = await listening(3)
    if (way === 'sent a HEAD') {
      await call('HEAD', `/streams/${streamId}/events`)
    } else if (way === 'closes the stream') {
      const events = await listen()
      expect([listeners(), vi.getTimerCount()]).toEqual([1, 1])
      await events.take(1)
      await events.close()
    } else {
      const abort = new AbortController()
      if (way === 'aborted before it began') abort.abort()
      const events = await listen(undefined, abort.signal)
      abort.abort()
      while (await events.next()) expect(listeners()).toBe(0)
    }
    expect([listeners(), vi.getTimerCount()]).toEqual([0, 0])
  })

  it('does not disturb another', async () => {
    const { listen, warn, listeners } = await listening()
    const [first, second] = [await listen(), await listen()]
    await first.take(2)
    await second.take(2)
    await first.close()
    await warn(1)
    expect(await second.take(1)).toEqual(['2 stream.warned'])
    expect(listeners()).toBe(1)
    await second.close()
  })
})

describe('a reader that does not read', () => {
  it('is cut off instead of filling the memory, and misses nothing when it is back', async () => {
    const { listen, streaming, streamId, warn, listeners } = await listening()
    const events = await listen()
    for (let index = 0; index < 1000; index++) {
      const signal = {
        type: 'viewers.changed',
        streamId,
        current: index,
        peak: index,
        status: 'live',
      } as const
      await streaming.bus.publish(signal)
    }
    expect(listeners()).toBe(0)
    await warn(1)
    const held = await events.take(10_000)
    expect(held.length).toBeLessThanOrEqual(256)
    const lastId = held.at(-1)?.split(' ')[0] ?? ''
    const again = await listen(lastId)
    expect(await again.take(2)).toEqual([`${lastId} stream.snapshot`, '2 stream.warned'])
    await again.close()
  })

  it('gets a log longer than the queue in turns, each event once', async () => {
    const { listen } = await listening(600)
    const seen: string[] = []
    for (let turn = 0; turn < 10 && seen.length < 601; turn++) {
      const events = await listen(seen.at(-1)?.split(' ')[0] ?? '0')
      const told = await events.take(Math.min(601 - seen.length + 1, 256))
      seen.push(...told.slice(1))
      await events.close()
    }
    expect(seen).toEqual(['1 stream.created', ...range(2, 601)])
  })
})
