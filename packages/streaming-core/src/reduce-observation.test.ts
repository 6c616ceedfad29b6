import { describe, expect, it } from 'vitest'
import { type Observation, reduceObservation } from './reduce-observation.ts'
import type { Stream } from './stream.ts'
import { sampleStream } from './testing/index.ts'

const instant = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second))
const at = (second: number) => instant(second).toISOString()
const limits = { reconnectGraceSeconds: 30, readyTimeoutSeconds: 3600 }

const running = { id: 's1', startedAt: at(10) }
const finished = { ...running, endedAt: at(40) }
const ready = sampleStream({ channel: { id: 'channel1', details: {} } })
const live: Stream = { ...ready, status: 'live', session: running, liveAt: at(10) }
const lost: Stream = { ...live, status: 'interrupted', interruptedAt: at(20) }

const offline = (session?: Observation['session']): Observation =>
  session === undefined ? { status: 'offline' } : { status: 'offline', session }

function outcome(stream: Stream, observation: Observation, second: number) {
  const reduction = reduceObservation(stream, observation, limits, instant(second))
  if (!reduction) return null
  const { status, endReason } = reduction.next
  return { status, endReason, told: reduction.events.map(({ type }) => type) }
}

const notBack = 'The encoder did not come back.'

describe('what a provider says now', () => {
  const cases: [string, Stream, Observation, number, ReturnType<typeof outcome>][] = [
    [
      'starts a stream whose start was lost',
      ready,
      { status: 'live', session: running },
      15,
      { status: 'live', endReason: undefined, told: ['stream.started'] },
    ],
    ['leaves a ready stream that nobody pushed to', ready, offline(null), 50, null],
    [
      'finds a show that came and went unseen, and waits for the encoder',
      ready,
      offline(finished),
      50,
      { status: 'interrupted', endReason: undefined, told: ['stream.interrupted'] },
    ],
    [
      'ends a show that came and went unseen when its grace is over',
      ready,
      offline(finished),
      70,
      { status: 'ended', endReason: notBack, told: ['stream.ended'] },
    ],
    [
      'does not let the end of a session that the provider never had end a ready stream',
      { ...ready, session: { id: 'failed-try', endedAt: at(5) } },
      offline(null),
      3000,
      null,
    ],
    [
      'ends a stream that was never started in time',
      ready,
      offline(null),
      3600,
      { status: 'ended', endReason: 'The stream was never started.', told: ['stream.ended'] },
    ],
    ['agrees with a live stream', live, { status: 'live', session: running }, 15, null],
    [
      'interrupts a live stream whose encoder is lost',
      live,
      { status: 'interrupted', session: running },
      20,
      { status: 'interrupted', endReason: undefined, told: ['stream.interrupted'] },
    ],
    [
      'interrupts a live stream whose session ended, inside the grace',
      live,
      offline(finished),
      69,
      { status: 'interrupted', endReason: undefined, told: ['stream.interrupted'] },
    ],
    [
      'ends a live stream whose session ended a grace ago',
      live,
      offline(finished),
      70,
      { status: 'ended', endReason: notBack, told: ['stream.ended'] },
    ],
    [
      'resumes an interrupted stream',
      lost,
      { status: 'live', session: { id: 's2', startedAt: at(45) } },
      50,
      { status: 'live', endReason: undefined, told: ['stream.resumed'] },
    ],
    [
      'holds an interrupted stream as long as the provider holds its session',
      lost,
      { status: 'interrupted', session: running },
      3000,
      null,
    ],
    ['waits out the grace when the provider forgets its sessions', lost, offline(null), 49, null],
    [
      'ends an interrupted stream after the grace when the provider forgets its sessions',
      lost,
      offline(null),
      50,
      { status: 'ended', endReason: notBack, told: ['stream.ended'] },
    ],
    [
      'tells nobody when it only knows the start of the session more exactly',
      live,
      { status: 'live', session: { id: 's1', startedAt: '2026-01-01T00:00:09.750Z' } },
      15,
      { status: 'live', endReason: undefined, told: [] },
    ],
    [
      'changes nothing after the end',
      { ...live, status: 'ended' },
      { status: 'live', session: running },
      15,
      null,
    ],
  ]
  it.each(cases)('%s', (_, stream, observation, second, expected) => {
    expect(outcome(stream, observation, second)).toEqual(expected)
  })

  it('dates the change by the session, and the knowledge by the question', () => {
    const next = reduceObservation(live, offline(finished), limits, instant(50))?.next
    expect(next).toMatchObject({
      interruptedAt: at(40),
      observedAt: at(50),
      liveAt: at(10),
      session: finished,
    })
    const started = reduceObservation(ready, { status: 'live', session: running }, limits, instant(50))?.next
    expect(started).toMatchObject({ liveAt: at(10), observedAt: at(50) })
  })

  it('leaves no viewer and no lost encoder on an ended stream, and its channel until it is deleted', () => {
    const watched = { ...lost, viewers: { current: 7, peak: 9 } }
    const next = reduceObservation(watched, offline(finished), limits, instant(70))?.next
    expect(next).toMatchObject({ viewers: { current: 0, peak: 9 }, endedAt: at(70), channel: ready.channel })
    expect(next).not.toHaveProperty('interruptedAt')
  })
})
