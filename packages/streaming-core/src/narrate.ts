import type { Stream } from './stream.ts'
import type { StreamEventBody } from './stream-event.ts'

/**
 * What the viewers of a stream are told when it changes. A change that they cannot see tells nothing.
 *
 * @param reason - Why the encoder was lost, when the provider said so.
 */
export function narrate(before: Stream, after: Stream, reason?: string): readonly StreamEventBody[] {
  const sessionId = after.session?.id ?? ''
  switch (after.status) {
    case 'live':
      if (before.liveAt === undefined) return [{ type: 'stream.started', sessionId }]
      if (before.status === 'live' && before.session?.id === after.session?.id) return []
      return [{ type: 'stream.resumed', sessionId }]
    case 'interrupted':
      if (before.status === 'interrupted') return []
      return [{ type: 'stream.interrupted', ...(reason === undefined ? {} : { reason }) }]
    case 'ended':
      return [{ type: 'stream.ended', reason: after.endReason ?? '' }]
    default:
      return []
  }
}
