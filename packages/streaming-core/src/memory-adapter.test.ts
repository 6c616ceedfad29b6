import { describe, it } from 'vitest'
import type { StreamingAdapter } from './adapter.ts'
import { type MemoryAdapter, memory } from './memory-adapter.ts'
import { signMemoryWebhook } from './memory-webhook.ts'
import { describeStreamingAdapter } from './testing/index.ts'

const occurredAt = '2026-01-01T00:00:00.000Z'
const started = (channelId: string) =>
  ({ id: 'e1', type: 'session.started', channelId, sessionId: 's1', occurredAt }) as const

function control(adapter: StreamingAdapter): MemoryAdapter['control'] {
  if ('control' in adapter) return (adapter as MemoryAdapter).control
  throw new Error('not a memory adapter')
}

for (const delivery of ['hls', 'webrtc'] as const) {
  describeStreamingAdapter(
    { describe, it },
    {
      name: `memory, ${delivery}`,
      createAdapter: () => memory({ delivery }),
      media: {
        start: async (adapter, channel) => void control(adapter).goLive(channel.id),
        stop: async (adapter, channel) => void control(adapter).endSession(channel.id),
      },
      webhooks: {
        valid: (adapter, channel) => control(adapter).signTestWebhook(started(channel.id)),
        forged: (_, channel) => signMemoryWebhook(started(channel.id), 'a wrong secret'),
        unknownType: async (_, channel) => {
          const event = { ...started(channel.id), type: 'galaxy.collided' }
          return signMemoryWebhook(event as never, 'memory-webhook-secret')
        },
      },
    },
  )
}
