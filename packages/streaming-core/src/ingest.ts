import { requireCapability } from './capability.ts'
import type { CoreContext } from './core-context.ts'
import { StreamingError } from './errors.ts'
import { type Channel, isOpen, type Stream } from './stream.ts'
import type { Streaming } from './streaming.ts'

/** The verbs that hand an encoder's credentials to the stream's owner, and to nobody else. */
export function ingestVerbs(context: CoreContext): Pick<Streaming, 'getIngest' | 'rotateIngest'> {
  return {
    getIngest: async (actor, streamId, options) => {
      const stream = await context.ownStream(actor, streamId)
      const channel = openChannel(stream)
      const adapter = context.adapter(stream.adapterId)
      return context.call(adapter, () => adapter.hostAccess(channel, actor, options))
    },
    rotateIngest: async (actor, streamId, options) => {
      const stream = await context.ownStream(actor, streamId)
      const channel = openChannel(stream)
      const adapter = context.adapter(stream.adapterId)
      const keyRotation = requireCapability(adapter, 'keyRotation')
      return context.call(adapter, () => keyRotation.rotate(channel, actor, options))
    },
  }
}

/** @throws {@link StreamingError} `conflict` when the stream is over or its channel is not there yet. */
export function openChannel(stream: Stream): Channel {
  if (!isOpen(stream))
    throw new StreamingError({ code: 'conflict', message: `The stream is over (${stream.status}).` })
  if (stream.channel) return stream.channel
  throw new StreamingError({
    code: 'conflict',
    message: 'The channel is still being made. Try again in a moment.',
  })
}
