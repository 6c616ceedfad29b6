import type { RedisSubscriber } from './redis-client.ts'

/**
 * The channels of one connection. One command runs at a time, for all that was wished meanwhile: of commands for the same
 * channel that overtake each other, the client would lose track.
 */
export function createChannels(
  subscriber: Pick<RedisSubscriber, 'subscribe' | 'unsubscribe'>,
  hear: (text: string) => void,
) {
  const wanted = new Set<string>()
  const active = new Set<string>()
  let settling: Promise<void> | undefined

  const settle = async () => {
    try {
      for (;;) {
        // What is wished at the same time goes along.
        await Promise.resolve()
        const missing = [...wanted].filter((channel) => !active.has(channel))
        const unwanted = [...active].filter((channel) => !wanted.has(channel))
        if (missing.length === 0 && unwanted.length === 0) return
        if (missing.length > 0) await subscriber.subscribe(missing, hear)
        for (const channel of missing) active.add(channel)
        if (unwanted.length > 0) await subscriber.unsubscribe(unwanted, hear)
        for (const channel of unwanted) active.delete(channel)
      }
    } finally {
      settling = undefined
    }
  }
  const settled = (): Promise<void> => {
    settling ??= settle()
    return settling
  }
  return {
    /** Resolves when Redis has confirmed them. */
    add: (channels: readonly string[]): Promise<void> => {
      for (const channel of channels) wanted.add(channel)
      return settled()
    },
    remove: (channel: string): Promise<void> => {
      wanted.delete(channel)
      return settled()
    },
  }
}
