import { narrate } from './narrate.ts'
import type { ProviderEvent } from './provider-event.ts'
import { isOpen, type Stream, type StreamSession } from './stream.ts'
import type { StreamEventBody } from './stream-event.ts'

/** What an event makes of a stream. */
export interface Reduction {
  readonly next: Stream
  readonly events: readonly StreamEventBody[]
}

/** The events that move the state machine. */
export type SessionEvent = Extract<
  ProviderEvent,
  { type: 'session.started' | 'session.interrupted' | 'session.resumed' | 'session.ended' }
>

/**
 * The state machine: what a provider's event makes of a stream, or null when it changes nothing.
 *
 * Facts older than the newest one that was applied are ignored, so that late events cannot turn the state back. The end
 * of a session interrupts a stream and never ends it: the encoder may be back in a new session, and only the owner, the
 * reconciler or a vanished channel end a stream. The end of a session that was never seen to start is only remembered: a
 * try that failed ends too, so whether there was a show is for the reconciler to ask.
 */
export function reduceProviderEvent(stream: Stream, event: ProviderEvent): Reduction | null {
  if (!isOpen(stream)) return null
  switch (event.type) {
    case 'viewers.counted':
    case 'viewer.joined':
      return null
    case 'limit.exceeded':
      return { next: stream, events: [{ type: 'stream.warned', message: event.message }] }
    case 'session.failed':
      return { next: stream, events: [{ type: 'stream.warned', message: event.reason }] }
    default:
      return reduceSession(stream, event)
  }
}

function reduceSession(stream: Stream, event: SessionEvent): Reduction | null {
  if (stream.observedAt !== undefined && Date.parse(event.occurredAt) < Date.parse(stream.observedAt))
    return null
  const next =
    event.type === 'session.started' || event.type === 'session.resumed'
      ? toLive(stream, event)
      : toInterrupted(stream, event)
  if (!next) return null
  const reason = event.type === 'session.ended' ? event.reason : undefined
  return { next: { ...next, observedAt: event.occurredAt }, events: narrate(stream, next, reason) }
}

function toLive(stream: Stream, event: SessionEvent): Stream | null {
  const known = stream.session?.id === event.sessionId ? stream.session : null
  // A session that has ended does not start again: this is the same start, told once more.
  if (known?.endedAt !== undefined) return null
  if (known && stream.status === 'live') return null
  const { interruptedAt: _, ...rest } = stream
  const started = event.type === 'session.started' ? { startedAt: event.occurredAt } : {}
  const session = known ?? { id: event.sessionId, ...started }
  return { ...rest, status: 'live', session, liveAt: stream.liveAt ?? event.occurredAt }
}

function toInterrupted(stream: Stream, event: SessionEvent): Stream | null {
  const known = stream.session?.id === event.sessionId ? stream.session : null
  if (known?.endedAt !== undefined) return null
  const session: StreamSession = {
    ...(known ?? { id: event.sessionId }),
    ...(event.type === 'session.ended' ? { endedAt: event.occurredAt } : {}),
  }
  if (stream.status === 'ready' && event.type === 'session.ended') return { ...stream, session }
  if (stream.status === 'interrupted' && event.type === 'session.interrupted') return null
  return {
    ...stream,
    status: 'interrupted',
    session,
    liveAt: stream.liveAt ?? event.occurredAt,
    interruptedAt: stream.interruptedAt ?? event.occurredAt,
  }
}
