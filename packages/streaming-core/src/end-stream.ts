import type { CallOptions } from './adapter.ts'
import { type CoreContext, maxAttempts } from './core-context.ts'
import { StreamingError } from './errors.ts'
import { mergeRecordings } from './recordings.ts'
import { ended } from './reduce-observation.ts'
import { type Channel, isOpen, type RecordedFile, type Stream } from './stream.ts'

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

/** How long after the end a recording may be written before it is given up. LiveKit forgets its own after a day. */
const recordingPatienceMs = 24 * 3600 * 1000

/**
 * Deletes the channel of a closed stream, notes what was recorded on it, and forgets it. Safe to repeat. False while a
 * recording is still being written: the reconciler then comes back.
 */
export async function releaseChannel(
  context: CoreContext,
  stream: Stream,
  options: CallOptions = {},
): Promise<boolean> {
  const { channel } = stream
  if (isOpen(stream) || channel === null) return false
  const adapter = context.adapter(stream.adapterId)
  await context.call(adapter, () => adapter.endChannel(channel, options))
  const { recordings, pending } = await recordedBy(context, stream, channel, options)
  const closedForMs = context.now().getTime() - Date.parse(stream.endedAt ?? stream.createdAt)
  const isOver = !pending || closedForMs > recordingPatienceMs
  if (pending && isOver)
    context.logger.warn('a recording was not finished within a day', { streamId: stream.id })
  if (!isOver && recordings.length === stream.recordings.length) return false
  const next = { ...stream, recordings, channel: isOver ? null : channel }
  const result = await context.transition(stream, { next, events: [] })
  return isOver && result.outcome === 'applied'
}

/** What the provider has finished, together with what was noted before: a provider may forget. */
async function recordedBy(
  context: CoreContext,
  stream: Stream,
  channel: Channel,
  options: CallOptions,
): Promise<{ readonly recordings: readonly RecordedFile[]; readonly pending: boolean }> {
  const adapter = context.adapter(stream.adapterId)
  const { recording } = adapter
  if (!stream.recording || !recording) return { recordings: stream.recordings, pending: false }
  const { items, pending } = await context.call(adapter, () => recording.list(channel, options))
  return { recordings: mergeRecordings(items, stream.recordings), pending }
}
