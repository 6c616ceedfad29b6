import type { EventBus, EventBusMessage } from '../event-bus.ts'
import type { StreamEvent } from '../stream-event.ts'
import { assert, assertEqual, assertRejects, reportSkipped, type TestRunner } from './runner.ts'
import { until } from './until.ts'
import { describeViewersAcrossServers } from './viewers-across-servers.ts'

/** What {@link describeEventBus} needs to know of an implementation. */
export interface EventBusSuite {
  /** Names the implementation in the report. */
  readonly name: string
  /** A backend on which nobody else publishes, for one test. */
  createBackend(): Promise<EventBusBackend> | EventBusBackend
  /** Why no outage can be made. Left out where `interrupt` and `restore` are there. */
  readonly withoutOutages?: string
}

/** What the servers of a platform share. */
export interface EventBusBackend {
  /** The bus of one more server. */
  open(): EventBus & { close?(): Promise<void> }
  /** Breaks all connections and refuses new ones, until `restore`. */
  interrupt?(): Promise<void>
  restore?(): Promise<void>
  /** Called after each test, when all buses are closed. */
  close?(): Promise<void>
}

const at = '2026-01-01T00:00:00.000Z'

/** The contract of an {@link EventBus} as tests. Every implementation must pass them, the one in memory included. */
export function describeEventBus(runner: TestRunner, suite: EventBusSuite): void {
  const it = (name: string, body: (platform: Platform) => Promise<void>) =>
    runner.it(name, async () => {
      const backend = await suite.createBackend()
      const platform = createPlatform(backend)
      try {
        await body(platform)
      } finally {
        await platform.close()
        await backend.close?.()
      }
    })

  runner.describe(`event bus: ${suite.name}`, () => {
    it('brings a message to every listener on every server, to the last field', async ({ server }) => {
      const [left, right] = [server(), server()]
      const ears = [await left.listen('s1'), await left.listen('s1'), await right.listen('s1')]
      const message = { ...warned('s1', 1), message: 'Nur noch 5 Minuten – 残り5分 🎬 "quoted" \\ \n\u0000' }
      await left.bus.publish(message)
      for (const ear of ears) assertEqual(await ear.next(), message, 'as it was published')
    })

    it('brings signals as well as events', async ({ server }) => {
      const [left, right] = [server(), server()]
      const ear = await right.listen('s1')
      const signal = { type: 'viewers.changed', streamId: 's1', current: 7, peak: 9, status: 'live' } as const
      await left.bus.publish(signal)
      assertEqual(await ear.next(), signal, 'the signal')
    })

    it('keeps streams apart', async ({ server }) => {
      const [left, right] = [server(), server()]
      const [one, other] = [await right.listen('s1'), await right.listen('S1')]
      await left.bus.publish(warned('S1', 1))
      await left.bus.publish(warned('s1', 2))
      assertEqual([(await one.next()).streamId, one.waiting()], ['s1', 0], 'of s1')
      assertEqual([(await other.next()).streamId, other.waiting()], ['S1', 0], 'of S1')
    })

    it('keeps the order of a stream', async ({ server }) => {
      const [left, right] = [server(), server()]
      const ears = [await left.listen('s1'), await right.listen('s1')]
      const sequence = Array.from({ length: 100 }, (_, index) => index + 1)
      for (const seq of sequence) await left.bus.publish(warned('s1', seq))
      for (const ear of ears) {
        const heard: number[] = []
        while (heard.length < sequence.length) heard.push(seqOf(await ear.next()))
        assertEqual(heard, sequence, 'in order')
      }
    })

    it('carries 100 KB, and what comes before and after it', async ({ server }) => {
      const [left, right] = [server(), server()]
      const ear = await right.listen('s1')
      const texts = ['before', 'déjà vu 🎬 '.repeat(7000), 'after']
      for (const [index, message] of texts.entries())
        await left.bus.publish({ ...warned('s1', index + 1), message })
      for (const message of texts) {
        const heard = await ear.next()
        assert('message' in heard && heard.message === message, `${message.length} characters arrive whole`)
      }
    })

    it('mixes nothing up when large messages are published at once', async ({ server }) => {
      const servers = [server(), server(), server()]
      const ear = await server().listen('s1')
      const sent = servers.flatMap(({ bus }, index) =>
        [0, 1, 2].map((turn) => {
          const message = `${index}${turn}`.repeat(10_000)
          return { message, done: bus.publish({ ...warned('s1', index * 3 + turn + 1), message }) }
        }),
      )
      await Promise.all(sent.map(({ done }) => done))
      const heard: string[] = []
      for (const _ of sent) {
        const message = await ear.next()
        heard.push('message' in message ? message.message : message.type)
      }
      assert(
        heard.sort().join() ===
          sent
            .map(({ message }) => message)
            .sort()
            .join(),
        'every message arrives whole',
      )
    })

    it('tells nothing to those who left, and the others still', async ({ server }) => {
      const [left, right] = [server(), server()]
      const [leaving, staying] = [await right.listen('s1'), await right.listen('s1')]
      leaving.stop()
      leaving.stop()
      await left.bus.publish(warned('s1', 1))
      assertEqual(seqOf(await staying.next()), 1, 'heard by who stayed')
      assertEqual(leaving.waiting(), 0, 'heard by who left')
      staying.stop()
      const again = await right.listen('s1')
      await left.bus.publish(warned('s1', 2))
      assertEqual([seqOf(await again.next()), staying.waiting()], [2, 0], 'heard by who came back')
    })

    it('reaches the others though a listener throws', async ({ server }) => {
      const [left, right] = [server(), server()]
      for (const { bus } of [left, right]) {
        bus.subscribe('s1', () => {
          throw new Error('a broken listener')
        })
      }
      const ears = [await left.listen('s1'), await right.listen('s1')]
      for (const seq of [1, 2]) {
        // In one process the publisher may be told of it.
        await left.bus.publish(warned('s1', seq)).catch(() => {})
        for (const ear of ears) assertEqual(seqOf(await ear.next()), seq, 'heard nevertheless')
      }
    })

    it('hears nothing after close, which may be called again', async ({ server }) => {
      const [left, right] = [server(), server()]
      if (!right.bus.close) return
      const [gone, there] = [await right.listen('s1'), await left.listen('s1')]
      await right.bus.close()
      await right.bus.close()
      await left.bus.publish(warned('s1', 1))
      await there.next()
      assertEqual(gone.waiting(), 0, 'heard after close')
      const closed = right.bus
      await assertRejects(() => closed.publish(warned('s1', 2)), ['conflict'])
    })

    describeViewersAcrossServers(it, suite.withoutOutages === undefined)

    if (suite.withoutOutages !== undefined) {
      reportSkipped(runner, 'outages', suite.withoutOutages)
      return
    }

    it('calls onGap after each outage, and hears again', async ({ server, interrupt, restore }) => {
      const [left, right] = [server(), server()]
      const ears = [await left.listen('s1'), await right.listen('s1'), await right.listen('s2')]
      for (const seq of [1, 2]) {
        const before = ears.map((ear) => ear.gaps())
        await interrupt()
        await restore()
        for (const [index, ear] of ears.entries())
          await until(`gap ${seq} of listener ${index}`, () => ear.gaps() > (before[index] ?? 0))
        await published(left, warned('s1', seq))
        await published(left, warned('s2', seq))
        // What was tried twice may be heard twice.
        for (const ear of ears) while (seqOf(await ear.next()) !== seq);
      }
    })

    it('says that a message could not be sent, and tells its own listeners', async (platform) => {
      const [left, right] = [platform.server(), platform.server()]
      const ears = [await left.listen('s1'), await right.listen('s1')]
      await platform.interrupt()
      await assertRejects(() => left.bus.publish(warned('s1', 1)), ['provider_unavailable'])
      assertEqual(ears[0]?.waiting(), 1, 'heard on the same server')
      assertEqual(ears[1]?.waiting(), 0, 'heard on the other one')
      await platform.restore()
    })

    it('listens once it can, to who subscribed during an outage', async (platform) => {
      const [left, right] = [platform.server(), platform.server()]
      await platform.interrupt()
      const heard: EventBusMessage[] = []
      let gaps = 0
      right.bus.subscribe('s1', (message) => heard.push(message), { onGap: () => gaps++ })
      await platform.restore()
      await until('a gap', () => gaps > 0)
      await published(left, warned('s1', 1))
      await until('a message', () => heard.length > 0)
    })

    it('closes during an outage', async ({ server, interrupt, restore }) => {
      const { bus, listen } = server()
      await listen('s1')
      await interrupt()
      await bus.close?.()
      await restore()
    })
  })
}

type Server = ReturnType<typeof createServer>
type Platform = ReturnType<typeof createPlatform>

function createPlatform(backend: EventBusBackend) {
  const servers: Server[] = []
  return {
    server: () => {
      const server = createServer(backend.open())
      servers.push(server)
      return server
    },
    interrupt: async () => backend.interrupt?.(),
    restore: async () => backend.restore?.(),
    close: async () => {
      for (const { bus } of servers) await bus.close?.()
    },
  }
}

function createServer(bus: EventBus & { close?(): Promise<void> }) {
  return {
    bus,
    /** Subscribes, and resolves when messages arrive. */
    listen: async (streamId: string) => {
      const heard: EventBusMessage[] = []
      let gaps = 0
      let isReady = false
      const hear = (message: EventBusMessage) => {
        if ('type' in message && message.type === 'stream.created') isReady = true
        else heard.push(message)
      }
      const stop = bus.subscribe(streamId, hear, { onGap: () => gaps++ })
      await until(`${streamId} is heard`, async () => {
        await bus.publish({ type: 'stream.created', streamId, seq: 1, at }).catch(() => {})
        return isReady
      })
      return {
        stop,
        gaps: () => gaps,
        waiting: () => heard.length,
        next: async (): Promise<EventBusMessage> => {
          await until(`a message of ${streamId}`, () => heard.length > 0)
          return heard.shift() as EventBusMessage
        },
      }
    },
  }
}

/** What is used for sending may be back later than what is used for listening. */
async function published({ bus }: Server, message: EventBusMessage): Promise<void> {
  await until('the message is sent', () =>
    bus.publish(message).then(
      () => true,
      () => false,
    ),
  )
}

function warned(streamId: string, seq: number): StreamEvent & { readonly type: 'stream.warned' } {
  return { streamId, seq, at, type: 'stream.warned', message: 'Low bitrate' }
}

function seqOf(message: EventBusMessage): number {
  return 'seq' in message ? message.seq : 0
}
