import type { CallOptions } from './adapter.ts'
import { type CoreContext, maxAttempts } from './core-context.ts'
import { StreamingError } from './errors.ts'
import { ended } from './reduce-observation.ts'
import { isOpen, type Stream } from './stream.ts'

/** Ends a stream, then deletes its channel. What a failing provider leaves is finished by the reconciler. */
export async function endStreamNow(
  context: CoreContext,
  stream: Stream,
  reason: string,
  options: CallOptions = {},
): Promise<void> {
  const closed = await close(context, stream, reason)
  try {
    await releaseChannel(context, closed, options)
  } catch (cause) {
    context.logger.warn('a channel could not be deleted yet', { streamId: stream.id, cause })
  }
}

async function close(context: CoreContext, stream: Stream, reason: string): Promise<Stream> {
  let current = stream
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    if (!isOpen(current)) return current
    const next = ended(current, reason, context.now())
    const result = await context.transition(current, { next, events: [{ type: 'stream.ended', reason }] })
    if (result.outcome === 'applied') return result.stream
    current = await context.stream(stream.id)
  }
  throw new StreamingError({
    code: 'conflict',
    message: 'The stream is changing too quickly to be ended. Try again.',
  })
}

/** Deletes the channel of a closed stream and forgets it. Safe to repeat. */
export async function releaseChannel(
  context: CoreContext,
  stream: Stream,
  options: CallOptions = {},
): Promise<void> {
  const { channel } = stream
  if (isOpen(stream) || channel === null) return
  const adapter = context.adapter(stream.adapterId)
  await context.call(adapter, () => adapter.endChannel(channel, options))
  await context.transition(stream, { next: { ...stream, channel: null }, events: [] })
}
