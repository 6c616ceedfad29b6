import type { ChannelState, StreamSession } from '@stagedoor/streaming-core'
import { z } from 'zod'

/** What is read of IVS's `Stream` and `StreamSummary`. */
export const streamSchema = z.object({
  channelArn: z.string(),
  streamId: z.string(),
  state: z.string().optional(),
  health: z.string().optional(),
  viewerCount: z.number().optional(),
  startTime: z.date().optional(),
})

/** What is read of IVS's `StreamSession`. */
export const sessionSchema = z.object({
  streamId: z.string(),
  startTime: z.date().nullish(),
  endTime: z.date().nullish(),
  truncatedEvents: z.array(z.object({ name: z.string().optional() })).optional(),
})

/**
 * A stream that IVS holds. Starving means that IVS gets too little or nothing from the encoder; its session waits some
 * 30 seconds. A count of -1 is IVS's way to say that it could not count (IVS API reference, Stream).
 */
export function toStreamState(
  stream: z.infer<typeof streamSchema>,
): Pick<ChannelState, 'status' | 'viewers'> & { readonly session: StreamSession } {
  const { health, viewerCount, streamId, startTime } = stream
  return {
    status: health === 'STARVING' ? 'interrupted' : 'live',
    viewers: viewerCount === undefined || viewerCount < 0 ? null : viewerCount,
    session: { id: streamId, ...(startTime ? { startedAt: startTime.toISOString() } : {}) },
  }
}

/** A session of the past; null for one that never went live, as when the encoder was set up wrongly. */
export function toSession(session: z.infer<typeof sessionSchema>): StreamSession | null {
  const names = session.truncatedEvents?.map(({ name }) => name) ?? []
  if (names.includes('Session Created') && !names.includes('Stream Start')) return null
  return {
    id: session.streamId,
    ...(session.startTime ? { startedAt: session.startTime.toISOString() } : {}),
    ...(session.endTime ? { endedAt: session.endTime.toISOString() } : {}),
  }
}
