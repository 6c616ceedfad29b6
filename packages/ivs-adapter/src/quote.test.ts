import { choose, type StreamPlan, toCandidate } from '@stagedoor/streaming-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ivs } from './ivs.ts'
import type { IvsOptions } from './ivs-options.ts'
import { ivsStageQuotes } from './ivs-stage.ts'
import { ivsPriceBook } from './prices.ts'

const plan: StreamPlan = {
  method: 'auto',
  interactive: false,
  expectedViewers: 1000,
  durationHours: 1,
  quality: 'hd',
  watchShare: 1,
  record: false,
}
const quote = (change: Partial<StreamPlan>, options: Partial<IvsOptions> = {}) =>
  ivs({ region: 'us-east-1', publicPlayback: true, ...options }).quote({ ...plan, ...change })
const feasible = (change: Partial<StreamPlan>, options?: Partial<IvsOptions>) => {
  const answer = quote(change, options)
  if (!answer.feasible) throw new Error(answer.reasons.join())
  return answer
}
const reasons = (change: Partial<StreamPlan>, options?: Partial<IvsOptions>) => {
  const answer = quote(change, options)
  return answer.feasible ? [] : answer.reasons
}

describe('a quote', () => {
  it.each([
    ['sd', 1, '3650'],
    ['sd', 2, '7300'],
    ['sd', 4, '14600'],
    ['hd', 1, '7285'],
    ['hd', 2, '14570'],
    ['hd', 4, '29140'],
    ['fhd', 1, '14600'],
    ['fhd', 2, '29200'],
    ['fhd', 4, '58400'],
  ] as const)('for 1,000 viewers in %s over %i h is %s cents', (quality, durationHours, total) => {
    expect(feasible({ quality, durationHours }).total).toEqual({ amount: total, currency: 'USD' })
  })

  it('lists what it counts, and from which prices', () => {
    expect(feasible({ durationHours: 4, watchShare: 0.5 })).toMatchObject({
      candidate: 'ivs-channel',
      perHour: { amount: '3685', currency: 'USD' },
      total: { amount: '14740', currency: 'USD' },
      asOf: '2026-09-13',
      items: [
        {
          label: 'Input, ADVANCED_HD channel',
          quantity: 4,
          unit: 'input-hour',
          unitPrice: { amount: '85' },
          amount: { amount: '340' },
        },
        {
          label: 'Output, HD, North America and Europe',
          quantity: 2000,
          unit: 'viewer-hour',
          unitPrice: { amount: '7.2' },
          amount: { amount: '14400' },
        },
      ],
    })
  })

  it('says which of its prices is not verified, and only then', () => {
    expect(feasible({ quality: 'sd' }).notes.join()).toContain('ADVANCED_SD input is not verified')
    expect(feasible({ quality: 'hd' }).notes.join()).not.toContain('not verified')
  })

  it('is exact where binary fractions are not, and rounds an exact half up', () => {
    expect(feasible({ expectedViewers: 1, durationHours: 0.1, quality: 'sd' }).items[0]?.amount.amount).toBe(
      '5',
    )
    const output = (expectedViewers: number, durationHours: number) =>
      feasible({ expectedViewers, durationHours, quality: 'hd' }).items[1]?.amount.amount
    expect(output(1, 1.1)).toBe('8')
    expect(output(5, 0.125)).toBe('5')
    expect(output(1, 0.625)).toBe('5')
    expect(output(1, 0.6249)).toBe('4')
  })

  it('always adds up, and never falls when more is asked for', () => {
    const plans = {
      expectedViewers: fc.integer({ min: 1, max: 15_000 }),
      durationHours: fc.double({ min: 0.01, max: 48, noNaN: true }),
      watchShare: fc.double({ min: 0.01, max: 1, noNaN: true }),
      quality: fc.constantFrom('sd', 'hd', 'fhd'),
    }
    fc.assert(
      fc.property(fc.record(plans), (change) => {
        const answer = feasible(change)
        const sum = answer.items.reduce((total, { amount }) => total + BigInt(amount.amount), 0n)
        expect(answer.total.amount).toBe(sum.toString())
        const more = feasible({ ...change, expectedViewers: Math.min(15_000, change.expectedViewers + 100) })
        expect(BigInt(more.total.amount)).toBeGreaterThanOrEqual(BigInt(answer.total.amount))
      }),
    )
  })

  it('follows the channel type and the prices that were passed', () => {
    expect(feasible({ quality: 'sd' }, { channelType: 'STANDARD' }).total.amount).toBe('3800')
    const priceBook = {
      ...ivsPriceBook,
      currency: 'EUR',
      asOf: '2027-01-01',
      inputPerHour: {
        ...ivsPriceBook.inputPerHour,
        ADVANCED_HD: { amount: '5', verified: true, source: 'our contract' },
      },
    }
    expect(feasible({}, { priceBook })).toMatchObject({
      total: { amount: '7205', currency: 'EUR' },
      asOf: '2027-01-01',
    })
  })
})

describe('an audience', () => {
  it('is billed by where it is', () => {
    const viewerRegions = { 'north-america-europe': 0.75, korea: 0.25 }
    const answer = feasible({}, { viewerRegions })
    expect(answer.items.map(({ label, amount }) => [label, amount.amount])).toEqual([
      ['Input, ADVANCED_HD channel', '85'],
      ['Output, HD, North America and Europe', '5400'],
      ['Output, HD, Korea', '3125'],
    ])
    expect(answer.notes[0]).toContain('75 % in North America and Europe, 25 % in Korea')
    expect(feasible({ quality: 'sd' }, { viewerRegions }).notes.join()).toContain(
      'SD output in Korea is not verified',
    )
  })

  it('must be somewhere as a whole', () => {
    expect(() => quote({}, { viewerRegions: { korea: 0.5 } })).toThrow(/viewerRegions.*0.5/)
  })

  it('reaches cheaper tiers with what was watched before in the month', () => {
    const items = feasible({ durationHours: 4 }, { usedViewerHours: 8000 }).items.slice(1)
    expect(
      items.map(({ quantity, unitPrice, amount }) => [quantity, unitPrice.amount, amount.amount]),
    ).toEqual([
      [2000, '7.2', '14400'],
      [2000, '6.6', '13200'],
    ])
    const large = feasible({ expectedViewers: 15_000, durationHours: 48 }).items.slice(1)
    expect(large.map(({ quantity }) => quantity)).toEqual([10_000, 40_000, 100_000, 350_000, 220_000])
  })
})

describe('a stage', () => {
  const stage = (change: Partial<StreamPlan>) => {
    const answer = ivsStageQuotes().quote({ ...plan, ...change })
    if (!answer.feasible) throw new Error(answer.reasons.join())
    return answer
  }

  it.each([1, 2, 4])(
    'for 1,000 viewers over %i h is $72 an hour for them and 7 cents for the host',
    (durationHours) => {
      const { items } = stage({ durationHours })
      expect(items.map(({ label, amount }) => [label, amount.amount])).toEqual([
        ['Viewers on the stage, North America and Europe', String(7200 * durationHours)],
        ['Host on the stage, North America and Europe', String(Math.round(7.2 * durationHours))],
      ])
    },
  )

  it('is recorded by a composition, kept on S3, and replayed by a CDN', () => {
    const { items } = stage({ durationHours: 2, record: true, replayViewerHours: 1000 })
    expect(items.slice(2).map(({ label, amount }) => [label, amount.amount])).toEqual([
      ['Composition for the recording', '60'],
      ['Recording kept for a month, S3', '10'],
      ['Replays, CloudFront', '9350'],
    ])
  })

  it('is compared and never chosen', () => {
    const comparison = ivsStageQuotes()
    const own = toCandidate(ivs({ region: 'us-east-1', publicPlayback: true }))
    const choice = choose({ ...plan, expectedViewers: 2 }, [own, comparison])
    expect(choice.candidate).toBe('ivs-channel')
    expect(choice.quotes.map(({ candidate, feasible: fits }) => [candidate, fits])).toEqual([
      ['ivs-channel', true],
      ['ivs-stage', true],
    ])
  })
})

describe('the price book', () => {
  it('is younger than a year: look the prices up again, and set asOf', () => {
    const ageDays = (Date.now() - Date.parse(ivsPriceBook.asOf)) / 86_400_000
    expect(ageDays).toBeLessThan(365)
  })

  it('names a source for every price', () => {
    const prices: { amount: string; source: string }[] = []
    JSON.stringify(ivsPriceBook, (_key, value) => {
      if (typeof value === 'object' && value !== null && 'verified' in value) prices.push(value)
      return value
    })
    expect(prices.length).toBeGreaterThan(40)
    for (const { amount, source } of prices) {
      expect(Number(amount)).toBeGreaterThan(0)
      expect(source.length).toBeGreaterThan(10)
    }
  })
})

describe('a plan that a channel cannot carry', () => {
  it.each([
    ['is interactive', { interactive: true }, 'WebRTC'],
    ['is published from a browser', { method: 'browser' }, 'OBS'],
    ['is recorded', { record: true }, 'recording'],
    ['has too many viewers', { expectedViewers: 15_001 }, '"Concurrent views" allows 15000'],
  ] as const)('%s', (_, change, why) => {
    expect(reasons(change)).toEqual([expect.stringContaining(why)])
  })

  it('is told all its reasons at once', () => {
    expect(reasons({ interactive: true, method: 'browser', expectedViewers: 20_000 })).toHaveLength(3)
  })

  it('is one again when the account’s quota was raised', () => {
    expect(reasons({ expectedViewers: 50_000 }, { maxViewers: 50_000 })).toEqual([])
  })

  it('is above the quality of the channel type', () => {
    const own = ivs({ region: 'us-east-1', publicPlayback: true, channelType: 'ADVANCED_HD' })
    expect(own.traits.maxQuality).toBe('hd')
    expect(reasons({ quality: 'fhd' }, { channelType: 'ADVANCED_HD' })).toEqual([
      expect.stringContaining('ADVANCED_HD do not deliver fhd'),
    ])
  })

  it('is no number', () => {
    expect(() => quote({ durationHours: Number.NaN })).toThrow(/NaN/)
  })
})
