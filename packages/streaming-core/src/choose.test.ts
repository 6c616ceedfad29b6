import { describe, expect, it } from 'vitest'
import type { Traits } from './adapter.ts'
import { type Candidate, type ChoiceContext, type ChoicePolicy, choose } from './choose.ts'
import type { Quote, StreamPlan } from './plan.ts'

const plan: StreamPlan = {
  method: 'auto',
  interactive: false,
  expectedViewers: 100,
  durationHours: 1,
  quality: 'hd',
  watchShare: 1,
  record: false,
}

function candidate(name: string, cents: number | string[], traits: Partial<Traits> = {}): Candidate {
  const quote: Quote =
    typeof cents === 'number'
      ? {
          candidate: name,
          feasible: true,
          perHour: { amount: String(cents), currency: 'USD' },
          total: { amount: String(cents), currency: 'USD' },
          items: [],
          asOf: '2026-01-01',
          notes: [],
        }
      : { candidate: name, feasible: false, reasons: cents }
  return {
    adapterId: `${name}-adapter`,
    traits: {
      delivery: 'hls',
      candidate: name,
      latencySeconds: 5,
      publishMethods: ['obs'],
      maxViewers: 15_000,
      maxQuality: 'fhd',
      ...traits,
    },
    quote: () => quote,
  }
}

const webrtc = { delivery: 'webrtc', publishMethods: ['browser'], latencySeconds: 0.3 } as const
const channel = candidate('channel', 700)
const room = candidate('room', 1000, { ...webrtc, maxViewers: 3000 })

type Case = [
  name: string,
  changes: Partial<StreamPlan>,
  candidates: readonly Candidate[],
  winner: string,
  reason: RegExp,
  policy?: ChoicePolicy,
  context?: ChoiceContext,
]

const newcomer = { verified: false }

it.each([
  ['broadcastAbove', -1],
  ['broadcastAbove', Number.NaN],
  ['broadcastAbove', '50'],
  ['switchSaving', 5],
  ['switchSaving', -1],
  ['switchSaving', Number.NaN],
])('a rule %s of %s is refused by name', (rule, value) => {
  const policy = { [rule]: value } as ChoicePolicy
  expect(() => choose(plan, [channel], policy)).toThrow(
    expect.objectContaining({ code: 'invalid_input', field: `policy.${rule}` }),
  )
})

it('a quality that is none is refused by name', () => {
  expect(() => choose({ ...plan, quality: '4k' as 'hd' }, [channel])).toThrow(
    expect.objectContaining({ code: 'invalid_input', field: 'quality' }),
  )
})

it('people on stage are counted: twelve fit on a stage, and thirteen do not', () => {
  const stage = candidate('stage', 500, { ...webrtc, maxPublishers: 12 })
  expect(choose({ ...plan, publishers: 12 }, [channel, stage]).candidate).toBe('stage')
  expect(() => choose({ ...plan, publishers: 13 }, [channel, stage])).toThrow(
    'channel: takes at most 1 publishers at once, 13 are planned. stage: takes at most 12 publishers at once, 13 are planned.',
  )
})

it('a new creator is told why the browser is not for them: not set up, or too small', () => {
  const reasonsOf = (viewers: number, candidates: readonly Candidate[]) =>
    choose({ ...plan, expectedViewers: viewers }, candidates, {}, newcomer).reasons.join(' ')
  expect(reasonsOf(100, [channel])).toContain('browser streaming is not set up')
  expect(reasonsOf(5000, [channel, room])).toContain('that cannot carry what is planned')
})

describe('the choice', () => {
  const cases: Case[] = [
    ['takes the cheapest that fits', {}, [channel, room], 'channel', /costs the least of 2/],
    [
      'takes the cheapest, whatever its delivery',
      {},
      [channel, candidate('cheap', 1, webrtc)],
      'cheap',
      /least/,
    ],
    [
      'takes an interactive stream to WebRTC, though it costs more',
      { interactive: true },
      [channel, room],
      'room',
      /WebRTC/,
    ],
    [
      'warns of the delay when an interactive stream finds no WebRTC',
      { interactive: true },
      [channel],
      'channel',
      /expect seconds of delay/,
    ],
    [
      'starts a new creator in the browser, though it costs more',
      {},
      [channel, room],
      'room',
      /new creator starts in the browser/,
      {},
      newcomer,
    ],
    [
      'lets a new creator use OBS where there is no browser streaming',
      {},
      [channel],
      'channel',
      /use OBS/,
      {},
      newcomer,
    ],
    [
      'lets a verified creator choose OBS',
      { method: 'obs' },
      [candidate('dear', 9000), room],
      'dear',
      /publishes by OBS/,
    ],
    [
      'lets a verified creator choose the browser',
      { method: 'browser' },
      [channel, room],
      'room',
      /from the browser/,
    ],
    [
      'does not let a new creator choose OBS while the browser will do',
      { method: 'obs' },
      [channel, room],
      'room',
      /OBS is for verified creators/,
      {},
      newcomer,
    ],
    [
      'lets a new creator choose OBS where the browser will not do',
      { method: 'obs', expectedViewers: 5000 },
      [channel, room],
      'channel',
      /by OBS/,
      {},
      newcomer,
    ],
    [
      'broadcasts a large audience, as the only one that can carry it',
      { expectedViewers: 5000 },
      [candidate('dear', 9000), room],
      'dear',
      /only one that can carry it/,
    ],
    [
      'broadcasts above the platform’s own threshold, though it costs more',
      { expectedViewers: 51 },
      [candidate('dear', 9000), room],
      'dear',
      /More than 50 viewers/,
      { broadcastAbove: 50 },
    ],
    [
      'counts the threshold itself as below',
      { expectedViewers: 50 },
      [candidate('dear', 9000), room],
      'room',
      /least of 2/,
      { broadcastAbove: 50 },
    ],
    [
      'keeps an interactive stream on WebRTC above the threshold',
      { interactive: true, expectedViewers: 51 },
      [channel, room],
      'room',
      /sub-second/,
      { broadcastAbove: 50 },
    ],
    [
      'says so when the threshold cannot be kept',
      { expectedViewers: 51 },
      [room],
      'room',
      /HLS, which cannot carry/,
      { broadcastAbove: 50 },
    ],
    ['breaks a tie by name, in any order', {}, [candidate('b', 5), candidate('a', 5)], 'a', /least of 2/],
    ['says when there is only one provider', {}, [channel], 'channel', /only provider that is set up/],
  ]
  it.each(cases)('%s', (_, changes, candidates, winner, reason, policy, context) => {
    const asked = { ...plan, ...changes }
    const choice = choose(asked, candidates, policy, context)
    expect(choice).toMatchObject({ candidate: winner, adapterId: `${winner}-adapter` })
    expect(choice.reasons.join(' ')).toMatch(reason)
    expect(choose(asked, [...candidates].reverse(), policy, context).candidate).toBe(winner)
    expect(choice.quotes).toHaveLength(candidates.length)
  })

  const repeats: readonly [string, number, ChoicePolicy, string | null, string][] = [
    ['stays where it was for a saving of 9 %', 910, {}, 'room', 'room'],
    ['moves for a saving of 10 %', 900, {}, 'room', 'channel'],
    ['moves for less when the platform says so', 910, { switchSaving: 0.05 }, 'room', 'channel'],
    ['stays where it was when that is the cheapest', 910, {}, 'channel', 'channel'],
    ['goes by cost when what carried it is not there any more', 910, {}, 'gone', 'channel'],
    ['goes by cost the first time', 910, {}, null, 'channel'],
  ]
  it.each(repeats)('for a repeating show %s', (_, cents, policy, previous, expected) => {
    const choice = choose(plan, [candidate('channel', cents), room], policy, { previous })
    expect(choice.candidate).toBe(expected)
  })

  it('moves a repeating show that what carried it cannot carry now', () => {
    const grown = { ...plan, expectedViewers: 5000 }
    expect(choose(grown, [channel, room], { switchSaving: 1 }, { previous: 'room' }).candidate).toBe(
      'channel',
    )
  })

  it('quotes what is only compared, and never takes it', () => {
    const cheap: Candidate = { ...candidate('cheap', 0), adapterId: null }
    const choice = choose(plan, [channel, cheap])
    expect(choice).toMatchObject({
      candidate: 'channel',
      reasons: ['channel is the only provider that is set up.'],
    })
    expect(choice.quotes[1]).toMatchObject({ candidate: 'cheap', feasible: true })
    expect(() => choose(plan, [cheap])).toThrow(/No configured provider/)
    const comparedOnly: Candidate = { ...room, adapterId: null }
    expect(choose({ ...plan, method: 'obs' }, [channel, comparedOnly], {}, newcomer).candidate).toBe(
      'channel',
    )
  })

  it('says how the creator publishes', () => {
    const publishing = (
      changes: Partial<StreamPlan>,
      verified: boolean,
      publishMethods: Traits['publishMethods'],
    ) =>
      choose({ ...plan, ...changes }, [candidate('both', 1, { publishMethods })], {}, { verified }).publishing
    expect(publishing({}, true, ['obs', 'browser'])).toBe('obs')
    expect(publishing({}, false, ['obs', 'browser'])).toBe('browser')
    expect(publishing({}, true, ['browser', 'obs'])).toBe('browser')
    expect(publishing({ method: 'obs' }, true, ['browser', 'obs'])).toBe('obs')
    expect(publishing({ method: 'obs' }, false, ['browser', 'obs'])).toBe('browser')
    expect(publishing({}, false, ['obs'])).toBe('obs')
  })

  it('lists why the others cannot carry the plan', () => {
    const small = candidate('small', 1, { maxViewers: 10, maxQuality: 'sd' })
    const closed = candidate('closed', ['is out of quota'])
    const choice = choose({ ...plan, quality: 'fhd' }, [small, closed, channel])
    expect(choice.candidate).toBe('channel')
    expect(choice.infeasible).toEqual([
      {
        candidate: 'small',
        reasons: ['carries at most 10 viewers, 100 are expected', 'carries at most sd, fhd was asked for'],
      },
      { candidate: 'closed', reasons: ['is out of quota'] },
    ])
    expect(choice.quotes.map(({ feasible }) => feasible)).toEqual([false, false, true])
  })

  it('says of everyone why nobody can', () => {
    const nobody = () => choose({ ...plan, method: 'browser' }, [channel, candidate('closed', ['is full'])])
    expect(nobody).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        message: expect.stringMatching(/channel: cannot be published to by browser\. closed: .*is full/),
      }),
    )
    expect(() => choose(plan, [])).toThrow(/No adapter is configured/)
  })
})
