import type { EventBusConnection, EventBusEars } from '@stagedoor/streaming-core'
import { createChannels } from './channels.ts'
import type { RedisSubscriber } from './redis-client.ts'

/**
 * Connects a client for listening. Its own way of coming back is not used: it does not tell when messages may have been
 * missed, and does not notice a connection that is dead without a word.
 */
export async function connectSubscriber(
  subscriber: RedisSubscriber,
  { hear, lost, signal }: EventBusEars,
  prefix: string,
): Promise<EventBusConnection> {
  let isOver = false
  const end = () => {
    isOver = true
    subscriber.destroy()
  }
  // A connection that was on its way comes up in spite of `destroy`, and would hear everything as well.
  subscriber.on('connect', () => {
    if (isOver) subscriber.destroy()
  })
  const failed = new Promise<never>((_, reject) => {
    subscriber.on('error', reject)
    signal.addEventListener('abort', () => reject(new Error('Given up.')))
  })
  subscriber.on('error', lost)
  subscriber.on('end', () => lost(new Error('The connection to Redis ended.')))
  try {
    await Promise.race([subscriber.connect(), failed])
  } catch (cause) {
    end()
    throw cause
  }
  const channels = createChannels(subscriber, hear)
  return {
    listen: (streamIds) => channels.add(streamIds.map((streamId) => prefix + streamId)),
    unlisten: (streamId) => channels.remove(prefix + streamId),
    probe: () => subscriber.ping(),
    close: async () => end(),
  }
}
