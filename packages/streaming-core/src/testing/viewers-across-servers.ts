import { createParser } from 'eventsource-parser'
import { createStreaming } from '../create-streaming.ts'
import type { EventBus } from '../event-bus.ts'
import { createStreamingHandler } from '../http/streaming-handler.ts'
import { memory } from '../memory-adapter.ts'
import { memoryStreamStore } from '../memory-stream-store.ts'
import { assert, assertEqual } from './runner.ts'
import { until } from './until.ts'

/** A platform whose servers share everything but the process: two buses on one backend, and what breaks it. */
export interface ServersOnOneBackend {
  server(): { readonly bus: EventBus }
  interrupt(): Promise<void>
  restore(): Promise<void>
}

type It = (name: string, body: (servers: ServersOnOneBackend) => Promise<void>) => void

/** What an event bus is for, from end to end: viewers on one server see what happens on another. */
export function describeViewersAcrossServers(it: It, hasOutages: boolean): void {
  it('shows a viewer on one server within a second what changed on another', async ({ server }) => {
    const platform = createTwoServers(server)
    const { channelId, streamId } = await platform.open()
    const viewer = await platform.watch(streamId)
    await viewer.sees(['stream.snapshot', 'stream.created'])
    let quickestMs = Number.POSITIVE_INFINITY
    // The quickest of some: a machine that is busy for a moment is no slow bus.
    const { second, control } = platform
    const changes: readonly (() => Promise<unknown>)[] = [
      () => second.applyEvent('memory', control.goLive(channelId)),
      () => second.applyEvent('memory', control.loseEncoder(channelId)),
      () => second.applyEvent('memory', control.resume(channelId)),
      () => second.endStream({ userId: 'ava' }, streamId),
    ]
    for (const change of changes) {
      const before = viewer.seen.length
      const began = performance.now()
      await change()
      await until('a viewer sees the change', () => viewer.seen.length > before)
      quickestMs = Math.min(quickestMs, performance.now() - began)
    }
    assertEqual(viewer.changes(), ['started', 'interrupted', 'resumed', 'ended'], 'changes')
    assert(quickestMs < 1000, `the quickest change took ${quickestMs} ms`)
    assert(viewer.isOpen(), 'the connection is the one of the beginning')
    await viewer.leave()
  })

  if (!hasOutages) return

  it('tells viewers after an outage what they missed, without their coming back', async (servers) => {
    const platform = createTwoServers(servers.server)
    const { channelId, streamId } = await platform.open()
    const viewer = await platform.watch(streamId)
    await viewer.sees(['stream.snapshot', 'stream.created'])
    await servers.interrupt()
    await platform.second.applyEvent('memory', platform.control.goLive(channelId))
    await platform.second.applyEvent('memory', platform.control.loseEncoder(channelId))
    assertEqual(viewer.changes(), [], 'seen during the outage')
    await servers.restore()
    await viewer.sees(['stream.snapshot', 'stream.created', 'stream.started', 'stream.interrupted'])
    assert(viewer.isOpen(), 'the connection is the one of the beginning')
    await viewer.leave()
  })

  it('gives a viewer who comes back during an outage what Last-Event-ID lacks', async (servers) => {
    const platform = createTwoServers(servers.server)
    const { channelId, streamId } = await platform.open()
    const viewer = await platform.watch(streamId)
    await viewer.sees(['stream.snapshot', 'stream.created'])
    await viewer.leave()
    await servers.interrupt()
    await platform.second.applyEvent('memory', platform.control.goLive(channelId))
    const again = await platform.watch(streamId, '1')
    await again.sees(['stream.snapshot', 'stream.started'])
    await servers.restore()
    await platform.second.applyEvent('memory', platform.control.loseEncoder(channelId))
    await again.sees(['stream.snapshot', 'stream.started', 'stream.interrupted'])
    await again.leave()
  })
}

function createTwoServers(server: ServersOnOneBackend['server']) {
  const adapter = memory()
  const store = memoryStreamStore()
  const start = () =>
    createStreaming({
      adapters: [adapter],
      store,
      bus: server().bus,
      access: () => ({ allowed: true }),
      eligibility: () => ({ eligible: true, verified: true }),
    })
  const [first, second] = [start(), start()]
  // So long between two heartbeats that nothing but the bus can tell a viewer.
  const handler = createStreamingHandler(first, { authenticate: () => null, heartbeatSeconds: 86_400 })
  return {
    second,
    control: adapter.control,
    open: async () => {
      const { stream } = await first.createStream({ userId: 'ava' }, { title: 'Show' })
      return { streamId: stream.id, channelId: stream.channel?.id ?? '' }
    },
    /** A viewer on the first server, with one request. */
    watch: async (streamId: string, lastEventId = '') => {
      const request = new Request(`http://localhost/api/streaming/streams/${streamId}/events`, {
        headers: lastEventId === '' ? {} : { 'last-event-id': lastEventId },
      })
      const seen: string[] = []
      let isOpen = true
      const parser = createParser({ onEvent: ({ event = '' }) => seen.push(event) })
      const reader = (await handler(request)).body?.pipeThrough(new TextDecoderStream()).getReader()
      const read = async () => {
        for (;;) {
          const part = await reader?.read()
          if (part?.value !== undefined) parser.feed(part.value)
          else break
        }
        isOpen = false
      }
      void read()
      return {
        seen,
        isOpen: () => isOpen,
        changes: () => seen.slice(2).map((type) => type.replace('stream.', '')),
        sees: async (types: readonly string[]) => {
          await until(`a viewer sees ${types.at(-1)}`, () => seen.length >= types.length)
          assertEqual(seen, types, 'seen')
        },
        leave: async () => reader?.cancel(),
      }
    },
  }
}
