import { describe, expect, it } from 'vitest'
import type { ProviderEvent } from './provider-event.ts'
import { reduceProviderEvent } from './reduce-provider-event.ts'
import type { Stream } from './stream.ts'
import { sampleStream } from './testing/describe-stream-store.ts'

const time = (seconds: number) =>
  new Date(Date.parse('2026-01-01T00:00:00.000Z') + seconds * 1000).toISOString()
const event = (type: string, seconds: number, more: object = {}) =>
  ({
    id: `e${seconds}`,
    channelId: 'c',
    sessionId: 's1',
    type,
    occurredAt: time(seconds),
    ...more,
  }) as ProviderEvent

const ready = sampleStream()
const live = sampleStream({
  status: 'live',
  session: { id: 's1', startedAt: time(10) },
  liveAt: time(10),
  observedAt: time(10),
})
const interrupted: Stream = { ...live, status: 'interrupted', interruptedAt: time(20), observedAt: time(20) }
const over: Stream = {
  ...interrupted,
  session: { id: 's1', startedAt: time(10), endedAt: time(20) },
}

const moves: readonly [string, Stream, ProviderEvent, Partial<Stream>, readonly string[]][] = [
  ['starts', ready, event('session.started', 10), { status: 'live', liveAt: time(10) }, ['stream.started']],
  [
    'is lost',
    live,
    event('session.interrupted', 20),
    { status: 'interrupted', interruptedAt: time(20) },
    ['stream.interrupted'],
  ],
  [
    'is back',
    interrupted,
    event('session.resumed', 30),
    { status: 'live', liveAt: time(10) },
    ['stream.resumed'],
  ],
  [
    'ends',
    live,
    event('session.ended', 20),
    { status: 'interrupted', session: { id: 's1', startedAt: time(10), endedAt: time(20) } },
    ['stream.interrupted'],
  ],
  [
    'ends after it was lost',
    interrupted,
    event('session.ended', 30),
    { status: 'interrupted', interruptedAt: time(20) },
    [],
  ],
  [
    'is replaced by a new one',
    over,
    event('session.started', 40, { sessionId: 's2' }),
    { status: 'live', session: { id: 's2', startedAt: time(40) } },
    ['stream.resumed'],
  ],
  [
    'is only ever seen to end',
    ready,
    event('session.ended', 20),
    { status: 'interrupted', liveAt: time(20) },
    ['stream.interrupted'],
  ],
]

describe('a session that', () => {
  it.each(moves)('%s', (_, stream, fact, expected, events) => {
    const reduction = reduceProviderEvent(stream, fact)
    expect(reduction?.next).toMatchObject({ ...expected, observedAt: fact.occurredAt })
    expect(reduction?.events.map(({ type }) => type)).toEqual(events)
    if (reduction?.next.status === 'live') expect(reduction.next).not.toHaveProperty('interruptedAt')
  })
})

const nothing: readonly [string, Stream, ProviderEvent][] = [
  ['a start that is told again', live, event('session.started', 11)],
  ['a loss that is told again', interrupted, event('session.interrupted', 21)],
  ['the start of a session that is over', over, event('session.started', 21)],
  ['the end of a session that is over', over, event('session.ended', 22)],
  ['a loss that is older than what is known', live, event('session.interrupted', 9)],
  ['an end that is older than what is known', live, event('session.ended', 9, { sessionId: 's0' })],
  [
    'a start after the stream has ended',
    { ...over, status: 'ended' },
    event('session.started', 60, { sessionId: 's2' }),
  ],
  ['a start after the stream has failed', { ...ready, status: 'failed' }, event('session.started', 60)],
  [
    'a warning after the stream has ended',
    { ...over, status: 'ended' },
    event('session.failed', 60, { reason: 'x' }),
  ],
  ['a count of viewers', live, event('viewers.counted', 30, { viewers: 3 })],
]

describe('nothing changes by', () => {
  it.each(nothing)('%s', (_, stream, fact) => {
    expect(reduceProviderEvent(stream, fact)).toBeNull()
  })
})

it.each([
  ['session.failed', { reason: 'The video has no key frames.' }, 'The video has no key frames.'],
  ['limit.exceeded', { limit: 'bitrate', message: 'Too many bits.' }, 'Too many bits.'],
])('%s warns and changes nothing else', (type, more, message) => {
  const reduction = reduceProviderEvent(live, event(type, 30, more))
  expect(reduction).toEqual({ next: live, events: [{ type: 'stream.warned', message }] })
})
