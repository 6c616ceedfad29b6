import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type ConnectedEventBusOptions, createConnectedEventBus } from './connected-event-bus.ts'
import type { EventBusMessage } from './event-bus.ts'
import { startHub } from './hub.fixture.ts'
import { describeEventBus } from './testing/index.ts'

describeEventBus(
  { describe, it },
  {
    name: 'connected, over a hub on TCP',
    createBackend: async () => {
      const hub = await startHub()
      return {
        open: () => createConnectedEventBus(hub.transport()),
        interrupt: hub.stop,
        restore: hub.listen,
        close: hub.stop,
      }
    },
  },
)

const at = '2026-01-01T00:00:00.000Z'

async function opened(options?: ConnectedEventBusOptions) {
  const hub = await startHub()
  const said: string[] = []
  const say = (text: string) => said.push(text)
  const bus = createConnectedEventBus(hub.transport(), {
    logger: { info: say, warn: say, error: say },
    ...options,
  })
  onTestFinished(async () => {
    await bus.close()
    await hub.stop()
  })
  const heard: EventBusMessage[] = []
  let gaps = 0
  const stop = bus.subscribe('s1', (message) => heard.push(message), { onGap: () => gaps++ })
  await vi.waitUntil(() => gaps === 1)
  return { hub, bus, heard, said, stop, gaps: () => gaps }
}

describe('a connected event bus', () => {
  it('notices a connection that has gone silent, and is back when somebody answers', async () => {
    const { hub, said, gaps } = await opened({ probeSeconds: 0.02, timeoutSeconds: 0.1 })
    hub.silence(true)
    await vi.waitUntil(() => said.includes('the event bus lost its connection'))
    hub.silence(false)
    await vi.waitUntil(() => gaps() > 1)
  })

  it('keeps a connection that is alive, and a single one for any number of listeners', async () => {
    const { hub, bus, said, gaps } = await opened({ probeSeconds: 0.01 })
    for (let count = 0; count < 100; count++) bus.subscribe(`s${count}`, () => {})
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect([hub.connections(), gaps(), said]).toEqual([1, 1, []])
  })

  it('passes on nothing that is no event', async () => {
    const { hub, bus, heard, said } = await opened()
    const nonsense = ['', '{', 'null', '[]', '7', '{"streamId":"s1"}', '{"streamId":1,"type":"x"}']
    const badSeq = ['0', '1.5', '"1"', 'null'].map((seq) => `{"streamId":"s1","type":"x","seq":${seq}}`)
    for (const line of [...nonsense, ...badSeq]) hub.write(line)
    await bus.publish({ streamId: 's1', seq: 1, at, type: 'stream.created' })
    await vi.waitUntil(() => heard.length > 0)
    expect(heard).toEqual([{ streamId: 's1', seq: 1, at, type: 'stream.created' }])
    expect(said).toHaveLength(11)
  })

  it('says that a listener failed', async () => {
    const { bus, said } = await opened()
    bus.subscribe('s1', () => {
      throw new Error('broken')
    })
    await bus.publish({ streamId: 's1', seq: 1, at, type: 'stream.created' })
    await vi.waitUntil(() => said.includes('a listener of the event bus failed'))
  })

  it('connects for nobody, and leaves nothing behind', async () => {
    const hub = await startHub()
    onTestFinished(hub.stop)
    const bus = createConnectedEventBus(hub.transport())
    await bus.publish({ streamId: 's1', seq: 1, at, type: 'stream.created' })
    await vi.waitUntil(() => hub.connections() === 0)
    bus.subscribe('s1', () => {})
    await vi.waitUntil(() => hub.connections() === 1)
    await bus.close()
    await vi.waitUntil(() => hub.connections() === 0)
    expect(bus.subscribe('s1', () => {})).toBeTypeOf('function')
    expect(hub.connections()).toBe(0)
  })

  it.each(['probeSeconds', 'timeoutSeconds'])('takes a %s above 0 only', async (field) => {
    const hub = await startHub()
    onTestFinished(hub.stop)
    for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => createConnectedEventBus(hub.transport(), { [field]: value })).toThrow(field)
    }
  })
})
