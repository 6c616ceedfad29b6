import { memoryEventBus } from '@stagedoor/streaming-core'
import { describeEventBus } from '@stagedoor/streaming-core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redisEventBus } from './event-bus.ts'
import { type RedisServer, startRedis } from './redis-server.fixture.ts'

let redis: RedisServer
let tests = 0

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.kill())

describe.each([2, 3] as const)('over RESP %i', (RESP) => {
  describeEventBus(
    { describe, it },
    {
      name: `Redis, RESP ${RESP}`,
      createBackend: async () => {
        const prefix = `test ${++tests}:`
        // Clients connect beforehand; a server takes the next one.
        const clients = await Promise.all(Array.from({ length: 4 }, () => redis.connected({ RESP })))
        const open = () => {
          const client = clients.pop()
          if (!client) throw new Error('More servers than clients.')
          const bus = redisEventBus({ client, prefix, timeoutSeconds: 1 })
          return { ...bus, close: () => bus.close().finally(() => client.destroy()) }
        }
        return {
          open,
          interrupt: redis.kill,
          restore: redis.start,
          close: async () => {
            for (const client of clients) client.destroy()
          },
        }
      },
    },
  )
})

describe('a Redis event bus', () => {
  it('says what it needs', () => {
    for (const client of [undefined, null, {}, 'redis://localhost', memoryEventBus()]) {
      expect(() => redisEventBus({ client } as never)).toThrow('client takes what createClient() of')
    }
  })
})
