import { describe, expect, it } from 'vitest'
import type { ProviderEvent } from './provider-event.ts'
import { reduceProviderEvent } from './reduce-provider-event.ts'
import type { Stream } from './stream.ts'
import { sampleStream } from './testing/index.ts'

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()

const channel = { id: 'channel1', details: {} }
const ready = sampleStream({ channel })
const running = { id: 's1', startedAt: at(10) }
const live: Stream = { ...ready, status: 'live', session: running, liveAt: at(10), observedAt: at(10) }
const lost: Stream = { ...live, status: 'interrupted', interruptedAt: at(20), observedAt: at(20) }
const over: Stream = { ...lost, session: { ...running, endedAt: at(30) }, observedAt: at(30) }

type SessionType = 'session.started' | 'session.interrupted' | 'session.resumed' | 'session.ended'

const event = (type: SessionType, second: number, sessionId = 's1'): ProviderEvent => ({
  id: 'e1',
  channelId: channel.id,
  type,
  sessionId,
  occurredAt: at(second),
})

/** What is compared: the fields that a session event can change, and what is told. */
function outcome(stream: Stream, provided: ProviderEvent) {
  const reduction = reduceProviderEvent(stream, provided)
  if (!reduction) return null
  const { status, session, liveAt, interruptedAt } = reduction.next
  return { status, session, liveAt, interruptedAt, told: reduction.events.map(({ type }) => type) }
}

describe('an event of a session', () => {
  const ended = { ...running, endedAt: at(30) }
  const cases: [string, Stream, ProviderEvent, ReturnType<typeof outcome>][] = [
    [
      'starts a stream that is ready',
      ready,
      event('session.started', 10),
      {
        status: 'live',
        session: running,
        liveAt: at(10),
        interruptedAt: undefined,
        told: ['stream.started'],
      },
    ],
    [
      'starts a stream by a return whose start was lost, without inventing when it began',
      ready,
      event('session.resumed', 10),
      {
        status: 'live',
        session: { id: 's1' },
        liveAt: at(10),
        interruptedAt: undefined,
        told: ['stream.started'],
      },
    ],
    [
      'remembers the end of a session that was never seen to start, and leaves the stream ready',
      ready,
      event('session.ended', 30),
      {
        status: 'ready',
        session: { id: 's1', endedAt: at(30) },
        liveAt: undefined,
        interruptedAt: undefined,
        told: [],
      },
    ],
    [
      'interrupts a ready stream whose encoder was lost: that session is held, so it did start',
      ready,
      event('session.interrupted', 20),
      {
        status: 'interrupted',
        session: { id: 's1' },
        liveAt: at(20),
        interruptedAt: at(20),
        told: ['stream.interrupted'],
      },
    ],
    [
      'interrupts a live stream when the encoder is lost',
      live,
      event('session.interrupted', 20),
      {
        status: 'interrupted',
        session: running,
        liveAt: at(10),
        interruptedAt: at(20),
        told: ['stream.interrupted'],
      },
    ],
    [
      'interrupts a live stream when its session ends, and never ends it',
      live,
      event('session.ended', 30),
      {
        status: 'interrupted',
        session: ended,
        liveAt: at(10),
        interruptedAt: at(30),
        told: ['stream.interrupted'],
      },
    ],
    [
      'notes the end of the session of an interrupted stream, and tells viewers nothing new',
      lost,
      event('session.ended', 30),
      { status: 'interrupted', session: ended, liveAt: at(10), interruptedAt: at(20), told: [] },
    ],
    [
      'resumes an interrupted stream in the same session',
      lost,
      event('session.resumed', 25),
      {
        status: 'live',
        session: running,
        liveAt: at(10),
        interruptedAt: undefined,
        told: ['stream.resumed'],
      },
    ],
    [
      'resumes an interrupted stream in a new session',
      over,
      event('session.started', 40, 's2'),
      {
        status: 'live',
        session: { id: 's2', startedAt: at(40) },
        liveAt: at(10),
        interruptedAt: undefined,
        told: ['stream.resumed'],
      },
    ],
    [
      'tells of a new session also when the end of the last one was lost',
      live,
      event('session.started', 40, 's2'),
      {
        status: 'live',
        session: { id: 's2', startedAt: at(40) },
        liveAt: at(10),
        interruptedAt: undefined,
        told: ['stream.resumed'],
      },
    ],
    ['changes nothing when it starts what is live', live, event('session.started', 10), null],
    ['changes nothing when it resumes what is live', live, event('session.resumed', 20), null],
    ['changes nothing when it interrupts again', lost, event('session.interrupted', 25), null],
    ['does not start an ended session again', over, event('session.started', 30), null],
    ['does not resume an ended session', over, event('session.resumed', 35), null],
    ['does not end an ended session again', over, event('session.ended', 31), null],
    ['is ignored when older than what is known: a start', lost, event('session.started', 19), null],
    ['is ignored when older than what is known: an end', live, event('session.ended', 9, 's0'), null],
    ['changes nothing after the end', { ...live, status: 'ended' }, event('session.started', 99, 's9'), null],
    ['changes nothing after a failure', { ...ready, status: 'failed' }, event('session.started', 99), null],
  ]
  it.each(cases)('%s', (_, stream, provided, expected) => {
    expect(outcome(stream, provided)).toEqual(expected)
  })

  it('does not go live by a late start of a session whose end came first', () => {
    const afterEnd = reduceProviderEvent(ready, event('session.ended', 30))?.next
    expect(afterEnd && reduceProviderEvent(afterEnd, event('session.started', 10))).toBeNull()
    expect(afterEnd && outcome(afterEnd, event('session.started', 40, 's2'))).toMatchObject({
      status: 'live',
    })
  })

  it('is older or newer by its time and not by how the time is written', () => {
    const observed = { ...live, observedAt: '2026-01-01T00:00:20.500Z' }
    const written = (occurredAt: string) => ({ ...event('session.ended', 0), occurredAt })
    expect(reduceProviderEvent(observed, written('2026-01-01T00:00:20Z'))).toBeNull()
    expect(reduceProviderEvent(observed, written('2026-01-01T01:00:21+01:00'))?.next.status).toBe(
      'interrupted',
    )
  })

  it('moves the time of the newest known fact', () => {
    expect(reduceProviderEvent(ready, event('session.started', 10))?.next.observedAt).toBe(at(10))
  })

  it('passes on why the session ended', () => {
    const base = { id: 'e1', channelId: channel.id, sessionId: 's1', occurredAt: at(30) }
    const reduction = reduceProviderEvent(live, { ...base, type: 'session.ended', reason: 'Encoder closed' })
    expect(reduction?.events).toEqual([{ type: 'stream.interrupted', reason: 'Encoder closed' }])
  })
})

describe('an event beside the sessions', () => {
  const base = { id: 'e1', channelId: channel.id, occurredAt: at(50) }

  it('warns of a failed session and of a limit without moving the stream', () => {
    for (const stream of [ready, live, lost]) {
      const failed = { ...base, type: 'session.failed', sessionId: 's1', reason: 'No audio' } as const
      const limit = { ...base, type: 'limit.exceeded', limit: 'bitrate', message: 'Too many bits' } as const
      expect(reduceProviderEvent(stream, failed)).toEqual({
        next: stream,
        events: [{ type: 'stream.warned', message: 'No audio' }],
      })
      expect(reduceProviderEvent(stream, limit)).toEqual({
        next: stream,
        events: [{ type: 'stream.warned', message: 'Too many bits' }],
      })
    }
  })

  it('leaves viewer counts to their own path', () => {
    expect(reduceProviderEvent(live, { ...base, type: 'viewers.counted', viewers: 3 })).toBeNull()
  })
})
