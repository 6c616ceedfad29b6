import type { StreamEvent } from '@stagedoor/streaming-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openServerBus, type RedisServer, startRedis } from './redis-server.fixture.ts'
import { startRelay } from './relay.fixture.ts'
import { waitUntil } from './wait-until.fixture.ts'

let redis: RedisServer

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.kill())

const event = (seq: number, streamId = 's1'): StreamEvent => ({
  streamId,
  seq,
  at: '2026-01-01T00:00:00.000Z',
  type: 'stream.created',
})

/** A bus that listens to `s1`, and what it heard and said. */
async function listening(
  settings: Parameters<typeof openServerBus>[1] = {},
  options: Parameters<typeof openServerBus>[2] = {},
) {
  const said: string[] = []
  const say = (text: string) => said.push(text)
  const logger = { info: say, warn: say, error: say }
  const bus = await openServerBus(redis, { logger, ...settings }, options)
  onTestFinished(bus.close)
  const heard: number[] = []
  let gaps = 0
  bus.subscribe('s1', (message) => 'seq' in message && heard.push(message.seq), { onGap: () => gaps++ })
  await waitUntil('it listens', async () => gaps === 1)
  return { bus, heard, said, gaps: () => gaps }
}

/** Runs a command; each line of its answer. */
async function command(...args: string[]): Promise<readonly string[]> {
  const client = await redis.connected()
  const answer = await client.sendCommand(args)
  await client.close()
  return String(answer).split(/[\n,]/)
}

const channels = async () => (await command('PUBSUB', 'CHANNELS', 'stagedoor:*')).filter(Boolean)

describe('a Redis event bus', () => {
  it('listens again after its connection was killed, and tells of the gap', async () => {
    const { bus, heard, said, gaps } = await listening()
    expect(await command('CLIENT', 'KILL', 'TYPE', 'pubsub')).toEqual(['1'])
    await waitUntil('it is back', async () => gaps() === 2)
    await bus.publish(event(1))
    await waitUntil('it hears', async () => heard.length > 0)
    expect(heard).toEqual([1])
    // Its own connection, and no second one that the client has brought back by itself.
    expect(await command('PUBSUB', 'NUMSUB', 'stagedoor:events:s1')).toEqual(['stagedoor:events:s1', '1'])
    expect(said).toEqual(['the event bus lost its connection'])
  })

  it('hears every stream again after Redis was killed and started anew', async () => {
    const { bus, said } = await listening()
    const heard = new Set<string>()
    const gaps = new Set<string>()
    const streamIds = Array.from({ length: 200 }, (_, index) => `many${index}`)
    for (const streamId of streamIds) {
      bus.subscribe(streamId, () => heard.add(streamId), { onGap: () => gaps.add(streamId) })
    }
    await waitUntil('it listens to all', async () => gaps.size === 200)
    gaps.clear()
    await redis.kill()
    await waitUntil('it knows', async () => said.length > 0)
    await redis.start()
    await waitUntil('it listens to all again', async () => gaps.size === 200)
    const sender = await openServerBus(redis)
    onTestFinished(sender.close)
    for (const streamId of streamIds) await sender.publish(event(1, streamId))
    await waitUntil('it hears all', async () => heard.size === 200)
  })

  it('notices a connection on which nothing goes through any more', async () => {
    const relay = await startRelay(redis.port)
    onTestFinished(relay.close)
    const { bus, said, gaps } = await listening(
      { probeSeconds: 0.1, timeoutSeconds: 0.3 },
      { socket: { host: '127.0.0.1', port: relay.port } },
    )
    relay.silence(true)
    await expect(bus.publish(event(1))).rejects.toMatchObject({ code: 'provider_unavailable' })
    await waitUntil('it gives the connection up', async () => said.length > 0)
    expect(said[0]).toBe('the event bus lost its connection')
    await waitUntil('it tries anew in vain', async () => said.includes('the event bus cannot connect'))
    relay.silence(false)
    await waitUntil('it is back', async () => gaps() > 1)
  })

  it('does not make publishers wait for Redis to come back', async () => {
    const client = await redis.connected()
    client.destroy()
    const bus = await openServerBus(redis, { timeoutSeconds: 3600 })
    onTestFinished(bus.close)
    await redis.kill()
    onTestFinished(redis.start)
    await waitUntil('it is refused', () =>
      bus.publish(event(1)).then(
        () => false,
        (error) => error.cause.message === 'The Redis client is not connected.',
      ),
    )
  })

  it('subscribes once for any number of listeners, and no longer than one of them is there', async () => {
    const { bus } = await listening()
    expect(await channels()).toEqual(['stagedoor:events:s1'])
    const stops = Array.from({ length: 100 }, () => bus.subscribe('s2', () => {}))
    await waitUntil('it listens', async () => (await channels()).length === 2)
    expect(await command('PUBSUB', 'NUMSUB', 'stagedoor:events:s2')).toEqual(['stagedoor:events:s2', '1'])
    for (const stop of stops.slice(1)) stop()
    await bus.publish(event(1, 's2'))
    expect(await channels()).toHaveLength(2)
    stops[0]?.()
    await waitUntil('it has left', async () => (await channels()).length === 1)
  })

  it('listens to whoever came last, however quickly viewers come and go', async () => {
    const { bus } = await listening()
    const heard: number[] = []
    for (let round = 0; round < 50; round++) {
      const stop = bus.subscribe('s3', () => {})
      // After none, one or more turns of the event loop: in every state of the command on its way.
      for (let turn = 0; turn < round % 4; turn++) await new Promise((resolve) => setImmediate(resolve))
      stop()
      for (let turn = 0; turn < round % 3; turn++) await new Promise((resolve) => setImmediate(resolve))
      let isTold = false
      const hear = () => heard.push(round)
      const leave = bus.subscribe('s3', hear, { onGap: () => (isTold = true) })
      await waitUntil('it listens', async () => isTold)
      await bus.publish(event(round + 1, 's3'))
      await waitUntil(`round ${round} is heard`, async () => heard.at(-1) === round)
      leave()
    }
  })

  it('leaves no connection behind', async () => {
    const before = (await command('CLIENT', 'LIST')).length
    const { bus } = await listening()
    expect((await command('CLIENT', 'LIST')).length).toBe(before + 2)
    await bus.close()
    await waitUntil('they are gone', async () => (await command('CLIENT', 'LIST')).length === before)
  })
})
