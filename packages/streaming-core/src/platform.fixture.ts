import { createStreaming } from './create-streaming.ts'
import { memory } from './memory-adapter.ts'
import { memoryStreamStore } from './memory-stream-store.ts'
import type { StreamingOptions } from './streaming.ts'

/** A whole platform in memory, at a time that only the test moves: everybody may go live and watch. */
export function createPlatform(options: Partial<StreamingOptions> = {}) {
  let now = Date.parse('2026-01-01T00:00:00.000Z')
  const clock = () => new Date(now)
  const adapter = memory({ clock })
  const store = memoryStreamStore()
  const streaming = createStreaming({
    adapters: [adapter],
    store,
    access: () => ({ allowed: true }),
    eligibility: () => ({ eligible: true, verified: true }),
    clock,
    ...options,
  })
  return {
    adapter,
    control: adapter.control,
    store,
    streaming,
    clock,
    advance: (seconds: number) => {
      now += seconds * 1000
    },
    /** A stream of `creatorId` that is ready to be pushed to. */
    open: async (creatorId = 'ava') => {
      const { stream } = await streaming.createStream({ userId: creatorId }, { title: 'Show' })
      return { streamId: stream.id, channelId: stream.channel?.id ?? '' }
    },
    /** The types of everything in the log of a stream. */
    told: async (streamId: string) => (await streaming.listEvents(streamId, 0)).map(({ type }) => type),
  }
}
