import type { ChannelState } from './adapter.ts'
import { narrate } from './narrate.ts'
import type { Reduction } from './reduce-provider-event.ts'
import { isOpen, type Stream, type StreamSession } from './stream.ts'

/** A provider's answer about one channel that tells enough to correct a stream. */
export type Observation = Pick<ChannelState, 'status' | 'session'>

/** Times that bound a stream's life. */
export interface StreamLimits {
  readonly reconnectGraceSeconds: number
  readonly readyTimeoutSeconds: number
}

/**
 * Corrects a stream by what its provider says now. Unlike an event this is the present truth, so it overrules what
 * was believed; the caller's version guard keeps an observation from overruling anything newer.
 *
 * @param now - When the provider was asked.
 */
export function reduceObservation(
  stream: Stream,
  observation: Observation,
  limits: StreamLimits,
  now: Date,
): Reduction | null {
  if (!isOpen(stream)) return null
  const corrected = correct(stream, observation, now)
  const expired = expire(corrected ?? stream, observation, limits, now)
  const next = expired ?? corrected
  if (!next) return null
  return { next: { ...next, observedAt: now.toISOString() }, events: narrate(stream, next) }
}

function correct(stream: Stream, { status, session }: Observation, now: Date): Stream | null {
  // A stream in `ready` may know a session by its end alone; only the provider can say that there was one.
  const newest = session ?? (stream.status === 'ready' ? null : stream.session)
  const believed = status === 'live' ? 'live' : 'interrupted'
  if (newest === null && believed === 'interrupted') return null
  if (stream.status === believed && sameSession(stream.session, newest)) return null
  const { interruptedAt, ...rest } = stream
  const corrected = {
    ...rest,
    session: newest,
    liveAt: stream.liveAt ?? newest?.startedAt ?? now.toISOString(),
  }
  if (believed === 'live') return { ...corrected, status: 'live' }
  return {
    ...corrected,
    status: 'interrupted',
    interruptedAt: interruptedAt ?? newest?.endedAt ?? now.toISOString(),
  }
}

function sameSession(known: StreamSession | null, newest: StreamSession | null): boolean {
  return (
    known?.id === newest?.id && known?.startedAt === newest?.startedAt && known?.endedAt === newest?.endedAt
  )
}

/**
 * The grace window opens when the provider has let the session go: while it holds one, the encoder may return to it.
 * A provider that is offline and does not tell since when has let go when the encoder was lost.
 */
function expire(stream: Stream, { status }: Observation, limits: StreamLimits, now: Date): Stream | null {
  const lostAt = stream.session?.endedAt ?? (status === 'offline' ? stream.interruptedAt : undefined)
  if (stream.status === 'interrupted' && secondsSince(lostAt, now) >= limits.reconnectGraceSeconds) {
    return ended(stream, 'The encoder did not come back.', now)
  }
  if (stream.status === 'ready' && secondsSince(stream.createdAt, now) >= limits.readyTimeoutSeconds) {
    return ended(stream, 'The stream was never started.', now)
  }
  return null
}

/** The stream after its end. Its channel stays until it was deleted. */
export function ended(stream: Stream, endReason: string, now: Date): Stream {
  const { interruptedAt: _, ...rest } = stream
  return {
    ...rest,
    status: 'ended',
    endedAt: now.toISOString(),
    endReason,
    viewers: { ...stream.viewers, current: 0 },
  }
}

function secondsSince(time: string | undefined, now: Date): number {
  return time === undefined ? -1 : (now.getTime() - Date.parse(time)) / 1000
}
