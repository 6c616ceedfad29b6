import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isStreamingError } from './errors.ts'
import { InjectedFault, type StoreFault, startProcess } from './faulty-process.fixture.ts'
import { memory } from './memory-adapter.ts'
import type { MemoryOperation } from './memory-provider.ts'
import { memoryStreamStore } from './memory-stream-store.ts'
import type { ProviderEvent } from './provider-event.ts'
import { isOpen } from './stream.ts'
import type { Streaming } from './streaming.ts'

type Command =
  | { readonly call: 'create'; readonly who: string; readonly key: string | null }
  | { readonly call: 'ingest' | 'playback' | 'end' | 'vanish'; readonly who: string }
  | {
      readonly call: 'encoder'
      readonly who: string
      readonly step: 'goLive' | 'loseEncoder' | 'resume' | 'endSession'
      /** How often the provider's event arrives. */
      readonly arrivals: number
    }
  | { readonly call: 'late event'; readonly index: number }
  | { readonly call: 'wait'; readonly seconds: number }
  | { readonly call: 'reconcile' }

const who = fc.constantFrom('ava', 'noa')

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ call: fc.constant('create'), who, key: fc.constantFrom(null, 'k1', 'k2') }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ call: fc.constantFrom('ingest', 'playback', 'end', 'end', 'vanish'), who }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      call: fc.constant('encoder'),
      who,
      step: fc.constantFrom('goLive', 'goLive', 'loseEncoder', 'resume', 'endSession'),
      arrivals: fc.nat(2),
    }),
  },
  { weight: 1, arbitrary: fc.record({ call: fc.constant('late event'), index: fc.nat(9) }) },
  {
    weight: 1,
    arbitrary: fc.record({ call: fc.constant('wait'), seconds: fc.constantFrom(1, 29, 31, 121) }),
  },
  { weight: 2, arbitrary: fc.record({ call: fc.constant('reconcile') }) },
)

const storeFault: fc.Arbitrary<StoreFault> = fc.record({
  kind: fc.constantFrom('error', 'crash'),
  when: fc.constantFrom('before', 'after'),
  write: fc.nat(3),
})

const providerFault = fc.record({
  operation: fc.constantFrom<MemoryOperation>(
    'createChannel',
    'getChannel',
    'listChannels',
    'hostAccess',
    'viewerAccess',
    'endChannel',
  ),
  when: fc.constantFrom('before', 'after'),
})

/** Commands that run at the same time, and what goes wrong meanwhile. */
const step = fc.record({
  together: fc.array(command, { minLength: 1, maxLength: 3 }),
  store: fc.option(storeFault, { freq: 2 }),
  provider: fc.option(providerFault, { freq: 2 }),
})

function world(delays: readonly number[]) {
  let now = Date.parse('2026-01-01T00:00:00.000Z')
  const clock = () => new Date(now)
  const adapter = memory({ clock })
  const store = memoryStreamStore()
  const seen: ProviderEvent[] = []
  const start = () => startProcess({ store, adapter, clock }, delays)
  let process = start()

  const advance = (seconds: number) => {
    now += seconds * 1000
  }
  const newestOf = async (creatorId: string) => (await store.list({ creatorId, limit: 1 }))[0]
  const tell = async (streaming: Streaming, event: ProviderEvent) =>
    streaming.receiveWebhook('memory', await adapter.control.signTestWebhook(event))

  const run = async (streaming: Streaming, given: Command): Promise<unknown> => {
    if (given.call === 'reconcile') return streaming.reconcile()
    if (given.call === 'wait') return advance(given.seconds)
    if (given.call === 'late event') {
      const event = seen[given.index]
      return event && tell(streaming, event)
    }
    const actor = { userId: given.who }
    if (given.call === 'create') {
      const key = given.key === null ? {} : { idempotencyKey: given.key }
      return streaming.createStream(actor, { title: 'Show' }, key)
    }
    const stream = await newestOf(given.who)
    if (!stream) return
    if (given.call === 'ingest') return streaming.getIngest(actor, stream.id)
    if (given.call === 'playback') return streaming.getPlayback({ userId: 'vic' }, stream.id)
    if (given.call === 'end') return streaming.endStream(actor, stream.id)
    const channelId = `channel-${stream.id}`
    if (!adapter.control.channelIds().includes(channelId)) return
    if (given.call !== 'encoder') return adapter.control.vanish(channelId)
    advance(1)
    const event = adapter.control[given.step](channelId)
    seen.push(event)
    for (let arrival = 0; arrival < given.arrivals; arrival++) await tell(streaming, event)
  }

  return {
    store,
    adapter,
    advance,
    play: async ({ together, store: fault, provider }: Step) => {
      process.arm(fault)
      if (provider) adapter.control.failNext(provider.operation, provider.when)
      const { streaming } = process
      const results = await Promise.allSettled(together.map((given) => run(streaming, given)))
      process.arm(null)
      if (process.isDead()) process = start()
      return results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
    },
    /** The reconciler until it has nothing to do; faults that are still armed strike it first. */
    settle: async () => {
      for (let round = 0; round < 12; round++) {
        const { checked: _, problems, ...done } = await process.streaming.reconcile()
        if (problems.length === 0 && Object.values(done).every((count) => count === 0)) return
      }
      throw new Error('The reconciler does not come to rest.')
    },
  }
}

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

async function expectOrder({ store, adapter }: ReturnType<typeof world>, isGrown: boolean) {
  const streams = await store.list({ limit: 100 })
  const channelIds = [...adapter.control.channelIds()].sort()
  const open = streams.filter(isOpen)
  const owned = open.flatMap(({ channel }) => (channel ? [channel.id] : [])).sort()
  expect(channelIds, 'every channel has an open stream, and every channel of a stream is there').toEqual(
    owned,
  )
  expect(new Set(open.map(({ creatorId }) => creatorId)).size, 'one open stream a creator').toBe(open.length)
  for (const stream of streams) {
    if (!isOpen(stream)) expect(stream.channel, 'a closed stream has no channel').toBeNull()
    if (stream.status !== 'ready' || isGrown) {
      if (isOpen(stream)) expect(stream.channel, `${stream.status} without a channel`).not.toBeNull()
    }
    const { channel } = stream
    const read = async () => channel && adapter.getChannel(channel)
    // The first reading takes a fault that nobody met.
    const state = await read().catch(read)
    expect(stream.status === 'live', 'live as the provider says').toBe(state?.status === 'live')
    const log = await store.listEvents({ streamId: stream.id, afterSeq: 0, limit: 1000 })
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1))
    expect(log.filter(({ type }) => type === 'stream.created')).toHaveLength(1)
    const closings = log.filter(({ type }) => type === 'stream.ended' || type === 'stream.failed')
    expect(closings, `the end of a stream that is ${stream.status}`).toHaveLength(isOpen(stream) ? 0 : 1)
  }
}

it('leaves no live stream without a channel and no channel without a stream, whatever fails and wherever it crashes', async () => {
  const steps = fc.array(step, { minLength: 1, maxLength: 12 })
  const delays = fc.array(fc.nat(4), { maxLength: 7 })
  await fc.assert(
    fc.asyncProperty(steps, delays, async (script, pace) => {
      const target = world(pace)
      for (const entry of script) {
        for (const error of await target.play(entry))
          expect(error instanceof InjectedFault || isStreamingError(error), String(error)).toBe(true)
      }
      await target.settle()
      await expectOrder(target, false)
      target.advance(121)
      await target.settle()
      await expectOrder(target, true)
    }),
    { numRuns: 1000 },
  )
})
