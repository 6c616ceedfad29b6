import { type CoreContext, maxAttempts } from './core-context.ts'
import { StreamingError } from './errors.ts'
import type { ProviderEvent } from './provider-event.ts'
import { reduceProviderEvent } from './reduce-provider-event.ts'
import type { Stream } from './stream.ts'
import type { Streaming } from './streaming.ts'
import { takeReading } from './take-reading.ts'
import { admit } from './viewers.ts'

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
  if (event.type === 'viewers.counted') await takeReading(context, stream, event.viewers)
  else if (event.type === 'viewer.joined') await admit(context, stream, event)
  else return 'ignored'
  return 'applied'
}
