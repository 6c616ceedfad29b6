import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createStreaming } from './create-streaming.ts'
import type { MemoryAdapter } from './memory-adapter.ts'
import { memory } from './memory-adapter.ts'
import type { MemoryOperation } from './memory-provider.ts'
import { memoryStreamStore } from './memory-stream-store.ts'
import { isOpen } from './stream.ts'
import type { StreamStore } from './stream-store.ts'
import type { Streaming } from './streaming.ts'

/** A store write after or before which the process dies. */
type Write = 'insert' | 'transition' | 'recordInbox' | 'completeIdempotencyKey'

type Step =
  | { readonly do: 'create'; readonly creator: number; readonly key: number | null }
  | { readonly do: 'end' | 'ingest' | 'rotate'; readonly creator: number }
  | {
      readonly do: 'goLive' | 'loseEncoder' | 'resume' | 'endSession'
      readonly channel: number
      readonly lost: boolean
    }
  | { readonly do: 'vanish'; readonly channel: number }
  | { readonly do: 'fail'; readonly operation: MemoryOperation; readonly when: 'before' | 'after' }
  | { readonly do: 'crash'; readonly write: Write; readonly when: 'before' | 'after' }
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'reconcile' | 'reconcileTwiceAtOnce' }

const when = fc.constantFrom('before', 'after')
const creator = fc.nat(1)
const channel = fc.nat(3)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('create'), creator, key: fc.option(fc.nat(1)) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('end', 'ingest', 'rotate'), creator }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('goLive', 'loseEncoder', 'resume', 'endSession'),
      channel,
      lost: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('vanish'), channel }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('fail'),
      operation: fc.constantFrom('createChannel', 'endChannel', 'getChannel', 'listChannels'),
      when,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('crash'),
      write: fc.constantFrom('insert', 'transition', 'recordInbox', 'completeIdempotencyKey'),
      when,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait'), seconds: fc.constantFrom(1, 20, 61, 200) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('reconcile', 'reconcileTwiceAtOnce') }) },
)

/** A platform whose process dies at a chosen write and starts anew; its database and its provider live on. */
function setUp() {
  let now = Date.parse('2026-01-01T00:00:00.000Z')
  const clock = () => new Date(now)
  const adapter = memory({ clock })
  const durable = memoryStreamStore()
  let armed: { readonly write: Write; readonly when: 'before' | 'after' } | null = null
  let process = 0

  /** The store as one process sees it: a dead process reaches nothing, in the same call and ever after. */
  const storeOf = (own: number): StreamStore =>
    new Proxy(durable, {
      get: (target, name: keyof StreamStore) => {
        const work = target[name] as (...args: unknown[]) => Promise<unknown>
        return async (...args: unknown[]) => {
          if (own !== process) throw new Error('this process is dead')
          const crash = armed?.write === name ? armed : null
          if (crash) armed = null
          if (crash) process++
          if (crash?.when === 'before') throw new Error('the process died before it wrote')
          const result = await work(...args)
          if (crash) throw new Error('the process died after it wrote')
          return result
        }
      },
    })
  const start = () =>
    createStreaming({
      adapters: [adapter],
      store: storeOf(process),
      access: () => ({ allowed: true }),
      eligibility: () => ({ eligible: true, verified: true }),
      clock,
    })
  let running = { streaming: start(), process }
  return {
    adapter,
    durable,
    streaming: (): Streaming => {
      if (running.process !== process) running = { streaming: start(), process }
      return running.streaming
    },
    wait: (seconds: number) => {
      now += seconds * 1000
    },
    arm: (crash: NonNullable<typeof armed>) => {
      armed = crash
    },
    disarm: () => {
      armed = null
    },
  }
}

type Platform = ReturnType<typeof setUp>

async function run(platform: Platform, one: Step): Promise<void> {
  const { adapter, durable } = platform
  switch (one.do) {
    case 'create': {
      const options = one.key === null ? {} : { idempotencyKey: `key-${one.key}` }
      await platform
        .streaming()
        .createStream({ userId: `creator-${one.creator}` }, { title: 'A show' }, options)
      return
    }
    case 'end':
    case 'ingest':
    case 'rotate': {
      const creatorId = `creator-${one.creator}`
      const [newest] = await durable.list({ creatorId, limit: 1 })
      if (!newest) return
      const verb = { end: 'endStream', ingest: 'getIngest', rotate: 'rotateIngest' } as const
      await platform.streaming()[verb[one.do]]({ userId: creatorId }, newest.id)
      return
    }
    case 'goLive':
    case 'loseEncoder':
    case 'resume':
    case 'endSession': {
      const channelId = pick(adapter, one.channel)
      if (channelId === undefined) return
      const event = adapter.control[one.do](channelId)
      if (!one.lost) await platform.streaming().applyEvent('memory', event)
      return
    }
    case 'vanish': {
      const channelId = pick(adapter, one.channel)
      if (channelId !== undefined) adapter.control.vanish(channelId)
      return
    }
    case 'fail':
      return adapter.control.failNext(one.operation, one.when)
    case 'crash':
      return platform.arm(one)
    case 'wait':
      return platform.wait(one.seconds)
    case 'reconcile':
      await platform.streaming().reconcile()
      return
    case 'reconcileTwiceAtOnce': {
      const streaming = platform.streaming()
      await Promise.all([streaming.reconcile(), streaming.reconcile()])
    }
  }
}

function pick(adapter: MemoryAdapter, index: number): string | undefined {
  const ids = adapter.control.channelIds()
  return ids[index % Math.max(1, ids.length)]
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

it('no sequence of calls, failures and crashes leaves a stream without its channel or a channel without its stream', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const platform = setUp()
      for (const one of steps) await run(platform, one).catch(() => {})

      platform.disarm()
      platform.adapter.control.clearFailures()
      // What a crash left in the middle of a creation is given up after this.
      platform.wait(121)
      const report = await platform.streaming().reconcile()
      expect(report.problems).toEqual([])

      const streams = await platform.durable.list({ limit: 100 })
      const open = streams.filter(isOpen)
      const channels = await all(platform.adapter.listChannels())
      for (const stream of open) {
        const own = channels.find((state) => state.channel.id === stream.channel?.id)
        expect(own?.streamId, `the channel of ${stream.id}, ${stream.status}`).toBe(stream.id)
        if (stream.status !== 'ready') expect(stream.status === 'live').toBe(own?.status === 'live')
        else expect(own?.status).toBe('offline')
      }
      for (const { streamId } of channels) {
        expect(
          open.map(({ id }) => id),
          'streams that own a channel',
        ).toContain(streamId)
      }
      const creators = open.map(({ creatorId }) => creatorId)
      expect(new Set(creators).size, 'one open stream a creator').toBe(creators.length)
    }),
    { numRuns: 1500 },
  )
})
