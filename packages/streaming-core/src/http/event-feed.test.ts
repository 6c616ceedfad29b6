import { afterEach, describe, expect, it, vi } from 'vitest'
import type { EventBus, EventBusMessage } from '../event-bus.ts'
import { memoryStreamStore } from '../memory-stream-store.ts'
import type { StreamEvent } from '../stream-event.ts'
import type { StreamStore } from '../stream-store.ts'
import { readEvents } from './read-events.fixture.ts'
import { createSite } from './site.fixture.ts'

/** A bus whose messages the test delivers: as it likes, doubled, late or never. */
function manualBus() {
  const sent: EventBusMessage[] = []
  const ears = new Set<{ hear: (message: EventBusMessage) => void; onGap: () => void }>()
  const bus: EventBus = {
    publish: async (message) => void sent.push(message),
    subscribe: (_, hear, options) => {
      const ear = { hear, onGap: options?.onGap ?? (() => {}) }
      ears.add(ear)
      return () => ears.delete(ear)
    },
  }
  return {
    bus,
    ears,
    /** Events of the log that were published, by `seq`. */
    event: (seq: number) => sent.find((one): one is StreamEvent => 'seq' in one && one.seq === seq),
    deliver: (message: EventBusMessage | undefined) => {
      for (const { hear } of ears) if (message) hear(message)
    },
    gap: () => {
      for (const { onGap } of ears) onGap()
    },
  }
}

/**
 * A site on a manual bus and a store that counts how often the log is read, and can fail. Heartbeats are so rare that no
 * viewer is told of anything by one.
 */
async function site(heartbeatSeconds = 86_400) {
  const manual = manualBus()
  const memory = memoryStreamStore()
  const disk = { isDown: false, reads: 0, answers: Promise.resolve() }
  const store: StreamStore = {
    ...memory,
    listEvents: async (query) => {
      disk.reads++
      if (disk.isDown) throw new Error('down')
      const events = await memory.listEvents(query)
      if (query.limit > 1) await disk.answers
      return events
    },
  }
  const made = createSite({ core: { bus: manual.bus, store }, handler: { heartbeatSeconds } })
  const { streamId, channelId } = await made.open()
  const warn = (index: number) =>
    made.streaming.applyEvent('memory', {
      ...{ id: `w${index}`, type: 'session.failed', channelId, sessionId: 's', reason: `Warning ${index}` },
      occurredAt: '2026-01-01T00:00:00.000Z',
    })
  const count = (viewers: number) =>
    made.streaming.applyEvent('memory', {
      ...{ id: `c${viewers}`, type: 'viewers.counted', channelId, viewers },
      occurredAt: '2026-01-01T00:00:00.000Z',
    })
  /** A viewer who has seen what there is. */
  const watch = async () => {
    const events = readEvents(await made.call('GET', `/streams/${streamId}/events`))
    await events.take(1 + (await memory.listEvents({ streamId, afterSeq: 0, limit: 100 })).length)
    return events
  }
  return { ...made, ...manual, disk, streamId, warn, count, watch }
}

afterEach(() => void vi.useRealTimers())

describe('what the bus brings', () => {
  it('is told in order and once, though it comes doubled and the wrong way round', async () => {
    const { watch, warn, deliver, event } = await site()
    const viewer = await watch()
    for (const index of [2, 3, 4, 5]) await warn(index)
    for (const seq of [3, 2, 2, 5, 3, 4, 5]) deliver(event(seq))
    await warn(6)
    deliver(event(6))
    const ids = (await viewer.take(5)).map((told) => told.split(' ')[0])
    expect(ids).toEqual(['2', '3', '4', '5', '6'])
  })

  it('needs no reading of the log when nothing is missing', async () => {
    const { watch, warn, deliver, event, disk } = await site()
    const viewer = await watch()
    disk.reads = 0
    for (const seq of [2, 3, 4]) {
      await warn(seq)
      deliver(event(seq))
    }
    expect(await viewer.take(3)).toEqual(['2 stream.warned', '3 stream.warned', '4 stream.warned'])
    expect(disk.reads).toBe(0)
  })

  it('is looked up once for a hundred viewers when something is missing', async () => {
    const { watch, warn, deliver, event, disk, ears } = await site()
    const viewers = []
    for (let count = 0; count < 100; count++) viewers.push(await watch())
    expect(ears.size).toBe(1)
    disk.reads = 0
    for (const seq of [2, 3]) await warn(seq)
    deliver(event(3))
    for (const viewer of viewers) {
      expect(await viewer.take(2)).toEqual(['2 stream.warned', '3 stream.warned'])
    }
    expect(disk.reads).toBe(1)
  })

  it('may be a message of a later version, which is not passed on as something else', async () => {
    const { watch, warn, deliver, event, streamId } = await site()
    const viewer = await watch()
    deliver({ type: 'mood.changed', streamId } as unknown as EventBusMessage)
    await warn(2)
    deliver(event(2))
    expect(await viewer.take(1)).toEqual(['2 stream.warned'])
  })
})

describe('after a gap', () => {
  it('every viewer gets what the log has, without coming back', async () => {
    const { watch, warn, gap } = await site()
    const viewers = [await watch(), await watch()]
    for (const seq of [2, 3]) await warn(seq)
    gap()
    for (const viewer of viewers) {
      expect(await viewer.take(2)).toEqual(['2 stream.warned', '3 stream.warned'])
    }
  })

  it('what is written while the log is being read is read too', async () => {
    const { watch, warn, gap, disk, call, streamId } = await site()
    const viewer = await watch()
    const slow = Promise.withResolvers<void>()
    disk.answers = slow.promise
    disk.reads = 0
    const headers = { 'last-event-id': '1' }
    const newcomer = readEvents(await call('GET', `/streams/${streamId}/events`, { headers }))
    await vi.waitUntil(() => disk.reads === 2)
    await warn(2)
    gap()
    slow.resolve()
    expect(await viewer.take(1)).toEqual(['2 stream.warned'])
    expect(await newcomer.take(2)).toEqual(['1 stream.snapshot', '2 stream.warned'])
  })

  it('the number of viewers is what it is by now, and told only when it changed', async () => {
    const { watch, warn, count, gap, deliver, event } = await site()
    const viewer = await watch()
    await count(7)
    gap()
    const told = await viewer.next()
    expect([told?.id, told?.event]).toEqual(['1', 'viewers.changed'])
    expect(JSON.parse(told?.data ?? '')).toMatchObject({ current: 7, peak: 7, status: 'ready' })
    gap()
    await warn(2)
    deliver(event(2))
    expect(await viewer.take(1)).toEqual(['2 stream.warned'])
  })
})

describe('a failing store', () => {
  it('does not send viewers away when it is back soon', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] })
    const { watch, warn, gap, disk, ears } = await site(15)
    const viewer = await watch()
    await warn(2)
    disk.isDown = true
    gap()
    await vi.advanceTimersByTimeAsync(3000)
    disk.isDown = false
    await vi.advanceTimersByTimeAsync(1000)
    expect(await viewer.take(1)).toEqual(['2 stream.warned'])
    expect(ears.size).toBe(1)
    await viewer.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('that stays away ends the event stream: another server may reach it', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] })
    const { watch, disk, ears } = await site(15)
    const viewer = await watch()
    disk.isDown = true
    await vi.advanceTimersByTimeAsync(45_100)
    expect(await viewer.next()).toBeNull()
    expect([ears.size, vi.getTimerCount()]).toEqual([0, 0])
  })
})
