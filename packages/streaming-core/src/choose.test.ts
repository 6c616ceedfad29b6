import { describe, expect, it } from 'vitest'
import type { Traits } from './adapter.ts'
import { type Candidate, type ChoiceContext, type ChoicePolicy, choose } from './choose.ts'
import type { StreamPlan } from './plan.ts'

const plan: StreamPlan = {
  method: 'auto',
  interactive: false,
  expectedViewers: 20,
  durationHours: 1,
  quality: 'hd',
  watchShare: 1,
  record: false,
}

/** A candidate that takes `perViewer` cents for each viewer and `fixed` for the stream. */
function candidate(name: string, fixed: number, perViewer: number, traits: Partial<Traits> = {}): Candidate {
  const all: Traits = {
    delivery: 'hls',
    candidate: name,
    latencySeconds: 5,
    publishMethods: ['obs'],
    maxViewers: 15_000,
    maxQuality: 'fhd',
    ...traits,
  }
  return {
    adapterId: name,
    traits: all,
    quote: ({ expectedViewers }) => {
      const money = { amount: String(fixed + perViewer * expectedViewers), currency: 'USD' }
      return {
        candidate: name,
        feasible: true,
        perHour: money,
        total: money,
        items: [],
        asOf: '2026-01-01',
        notes: [],
      }
    },
  }
}

const hls = candidate('hls', 100, 1)
const webrtc = candidate('webrtc', 0, 5, {
  delivery: 'webrtc',
  publishMethods: ['browser', 'obs'],
  maxViewers: 999,
  maxQuality: 'hd',
})

const rules: readonly [string, Partial<StreamPlan>, ChoicePolicy, ChoiceContext, string][] = [
  ['the cheapest for a small audience', {}, {}, {}, 'webrtc'],
  ['the cheapest for a larger one', { expectedViewers: 26 }, {}, {}, 'hls'],
  ['by name when both cost the same', { expectedViewers: 25 }, {}, {}, 'hls'],
  [
    'WebRTC for an interactive stream, whatever it costs',
    { interactive: true, expectedViewers: 900 },
    {},
    {},
    'webrtc',
  ],
  ['the browser for a new creator', { expectedViewers: 900 }, {}, { verified: false }, 'webrtc'],
  [
    'OBS for a new creator who asks for it',
    { expectedViewers: 900, method: 'obs' },
    {},
    { verified: false },
    'hls',
  ],
  ['the browser when it is asked for', { expectedViewers: 900, method: 'browser' }, {}, {}, 'webrtc'],
  ['broadcast above the platform’s own bound', { expectedViewers: 11 }, { broadcastAbove: 10 }, {}, 'hls'],
  ['by cost up to that bound', { expectedViewers: 10 }, { broadcastAbove: 10 }, {}, 'webrtc'],
  [
    'WebRTC for an interactive stream above the bound',
    { interactive: true },
    { broadcastAbove: 10 },
    {},
    'webrtc',
  ],
  ['what carries the quality', { quality: 'fhd' }, {}, {}, 'hls'],
  ['what carries the audience', { expectedViewers: 1000 }, {}, { verified: false }, 'hls'],
]

describe('choose', () => {
  it.each(rules)('takes %s', (_, change, policy, context, expected) => {
    const choice = choose({ ...plan, ...change }, [hls, webrtc], policy, context)
    expect(choice.candidate).toBe(expected)
    expect(choice.reasons.length).toBeGreaterThan(0)
    expect(choice.quotes).toHaveLength(2)
    expect(choose({ ...plan, ...change }, [webrtc, hls], policy, context).candidate).toBe(expected)
  })

  const repeats: readonly [string, number, ChoicePolicy, string | null, string][] = [
    ['stays where it was for a saving of 8 %', 28, {}, 'webrtc', 'webrtc'],
    ['moves for a saving of 11 %', 29, {}, 'webrtc', 'hls'],
    ['moves for less when the platform says so', 28, { switchSaving: 0.05 }, 'webrtc', 'hls'],
    ['stays where it was when that is the cheapest', 28, {}, 'hls', 'hls'],
    ['goes by cost when what carried it is not there any more', 28, {}, 'gone', 'hls'],
    ['goes by cost the first time', 28, {}, null, 'hls'],
    ['moves when what carried it cannot carry it now', 2000, { switchSaving: 1 }, 'webrtc', 'hls'],
  ]
  it.each(repeats)('a repeating show %s', (_, expectedViewers, policy, previous, expected) => {
    const own = candidate('webrtc', 0, 5, { delivery: 'webrtc', maxViewers: 999 })
    const other = candidate('hls', 129, 0)
    const choice = choose({ ...plan, expectedViewers }, [own, other], policy, { previous })
    expect(choice.candidate).toBe(expected)
  })

  it('quotes what is only compared, and never chooses it', () => {
    const cheap: Candidate = { ...candidate('cheap', 0, 0), adapterId: null }
    const choice = choose(plan, [hls, cheap])
    expect(choice).toMatchObject({
      candidate: 'hls',
      adapterId: 'hls',
      reasons: ['hls is the only provider that is set up.'],
    })
    expect(choice.quotes[1]).toMatchObject({ candidate: 'cheap', feasible: true })
    expect(() => choose(plan, [cheap])).toThrow(/No configured provider/)
  })

  it('says how the creator publishes', () => {
    const publishing = (change: Partial<StreamPlan>, verified: boolean) =>
      choose({ ...plan, ...change }, [webrtc], {}, { verified }).publishing
    expect(publishing({}, true)).toBe('browser')
    expect(publishing({ method: 'obs' }, false)).toBe('obs')
    const obsFirst = candidate('both', 0, 1, { publishMethods: ['obs', 'browser'] })
    expect(choose(plan, [obsFirst], {}, { verified: true }).publishing).toBe('obs')
    expect(choose(plan, [obsFirst], {}, { verified: false }).publishing).toBe('browser')
  })

  it('explains what cannot carry the plan', () => {
    const choice = choose({ ...plan, quality: 'fhd', expectedViewers: 1000 }, [hls, webrtc])
    expect(choice.infeasible).toEqual([
      {
        candidate: 'webrtc',
        reasons: ['carries at most 999 viewers, 1000 are expected', 'carries at most hd, fhd was asked for'],
      },
    ])
    expect(choice.quotes[1]).toMatchObject({ candidate: 'webrtc', feasible: false })
  })

  it.each([
    ['an interactive stream without WebRTC', { interactive: true }, {}, 'expect seconds of delay'],
    ['a new creator without browser streaming', {}, { verified: false }, 'browser streaming is not set up'],
  ] as const)('says so when a rule cannot be met: %s', (_, change, context, words) => {
    expect(choose({ ...plan, ...change }, [hls], {}, context).reasons.join(' ')).toContain(words)
  })

  it('says so when a large audience cannot be broadcast', () => {
    const choice = choose(plan, [webrtc], { broadcastAbove: 10 })
    expect(choice.reasons.join(' ')).toContain('should be broadcast by HLS')
  })

  it('refuses with every reason when nothing can carry the plan', () => {
    const impossible = { ...plan, method: 'browser', expectedViewers: 5000 } as const
    expect(() => choose(impossible, [hls, webrtc])).toThrow(
      /hls: cannot be published to by browser\. webrtc: carries at most 999 viewers/,
    )
    expect(() => choose(plan, [])).toThrow(/No adapter is configured/)
  })
})
