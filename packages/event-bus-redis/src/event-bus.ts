import {
  type ConnectedEventBus,
  type ConnectedEventBusOptions,
  createConnectedEventBus,
  StreamingError,
} from '@stagedoor/streaming-core'
import { connectSubscriber } from './connect-subscriber.ts'
import type { RedisClient } from './redis-client.ts'

/** Options of {@link redisEventBus}. */
export interface RedisEventBusOptions extends ConnectedEventBusOptions {
  /** Sends. It belongs to the caller, who connects it, listens to its `error` and closes it. */
  readonly client: RedisClient
  /** Before the stream's id in the names of channels, which all databases of a Redis share. Default `stagedoor:events:`. */
  readonly prefix?: string
}

/**
 * An event bus over Redis: for platforms that outgrow what one database can notify. It listens with a duplicate of the
 * client, to one channel for each stream that has a viewer on this server.
 *
 * @throws `StreamingError` `invalid_input` when an option cannot work.
 *
 * @example
 * ```ts
 * import { redisEventBus } from '@stagedoor/event-bus-redis'
 * import { createClient } from 'redis'
 *
 * const client = createClient({ url: 'redis://localhost:6379' })
 * client.on('error', (error) => console.error('Redis:', error.message))
 * await client.connect()
 * const bus = redisEventBus({ client })
 * ```
 */
export function redisEventBus(options: RedisEventBusOptions): ConnectedEventBus {
  const { client, prefix = 'stagedoor:events:' } = options
  if (typeof client?.duplicate !== 'function' || typeof client.publish !== 'function') {
    throw new StreamingError({
      code: 'invalid_input',
      field: 'client',
      message: 'client takes what createClient() of the package "redis" gives.',
    })
  }
  const send = async (streamId: string, text: string) => {
    // It would keep the message until it is connected, and whoever waits for that.
    if (!client.isReady) throw new Error('The Redis client is not connected.')
    return client.publish(`${prefix}${streamId}`, text)
  }
  const connect = (ears: Parameters<typeof connectSubscriber>[1]) =>
    connectSubscriber(client.duplicate(), ears, prefix)
  return createConnectedEventBus({ name: 'redis', send, connect }, options)
}
