import { type CoreContext, maxAttempts } from './core-context.ts'
import { StreamingError } from './errors.ts'
import type { ProviderEvent } from './provider-event.ts'
import { reduceProviderEvent } from './reduce-provider-event.ts'
import type { Stream } from './stream.ts'
import type { Streaming } from './streaming.ts'

/** The one apply path of provider events: inbox, state machine, guarded transition, bus. */
export function applyEventVerb(context: CoreContext): Streaming['applyEvent'] {
  return async (adapterId, event) => {
    const inbox = { adapterId, eventId: event.id }
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const stream = await context.store.findByChannel(adapterId, event.channelId)
      if (!stream) return 'ignored'
      const reduction = reduceProviderEvent(stream, event)
      if (!reduction) return applyWithoutTransition(context, stream, event, adapterId)
      const result = await context.transition(stream, { ...reduction, inbox })
      if (result.outcome !== 'lost') return result.outcome
    }
    throw new StreamingError({
      code: 'conflict',
      message: 'The stream is changing too quickly. Send the event again.',
    })
  }
}

async function applyWithoutTransition(
  context: CoreContext,
  stream: Stream,
  event: ProviderEvent,
  adapterId: string,
): Promise<'applied' | 'ignored' | 'duplicate'> {
  const isNew = await context.store.recordInbox({ adapterId, eventId: event.id }, context.now().toISOString())
  if (!isNew) return 'duplicate'
  if (event.type !== 'viewers.counted') return 'ignored'
  await countViewers(context, stream, event.viewers)
  return 'applied'
}

/** Stores a new viewer count and tells whoever listens. */
export async function countViewers(context: CoreContext, stream: Stream, viewers: number): Promise<void> {
  if (stream.viewers.current === viewers) return
  const counted = await context.store.setViewers(stream.id, viewers)
  if (!counted) return
  const { current, peak } = counted.viewers
  await context.bus
    .publish({ type: 'viewers.changed', streamId: stream.id, current, peak, status: counted.status })
    .catch((cause: unknown) => context.logger.warn('event bus failed', { cause }))
}
