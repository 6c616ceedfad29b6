import { createClient, createClientPool } from 'redis'
import { redisEventBus } from './event-bus.ts'
import type { RedisClient } from './redis-client.ts'

/** The real ones fit, whatever protocol they speak. */
export const client: RedisClient = createClient()
export const resp2: RedisClient = createClient({ RESP: 2 })
redisEventBus({ client: createClient({ url: 'rediss://user:password@localhost:6379' }), prefix: 'staging:' })

// @ts-expect-error: a pool cannot subscribe.
export const pool: RedisClient = createClientPool()
