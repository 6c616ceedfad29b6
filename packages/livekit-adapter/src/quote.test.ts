import { choose, type Quality, type StreamPlan, usageOfPlan } from '@stagedoor/streaming-core'
import { describe, expect, it } from 'vitest'
import { livekit } from './livekit.ts'
import type { LivekitOptions } from './livekit-options.ts'
import { livekitPriceBook } from './prices.ts'
import { livekitCloudQuotes, livekitSelfHostedQuotes } from './quote.ts'

const plan: StreamPlan = {
  method: 'auto',
  interactive: false,
  expectedViewers: 1000,
  durationHours: 1,
  quality: 'hd',
  watchShare: 1,
  record: false,
}
const keys = {
  url: 'wss://live.example',
  apiKey: 'k',
  apiSecret: 'a-secret-of-forty-characters-for-the-tests',
}
const own = (change: Partial<StreamPlan>, options: Partial<LivekitOptions> = {}) =>
  livekit({ ...keys, ...options }).quote({ ...plan, ...change })

function cents(quote: ReturnType<typeof own>): Record<string, number> {
  if (!quote.feasible) throw new Error(quote.reasons.join())
  return Object.fromEntries(quote.items.map(({ label, amount }) => [label, Number(amount.amount)]))
}

/** Viewers alone, as the tables of prices a viewer-hour count them. */
function viewerCents(quote: ReturnType<typeof own>): number {
  const { 'Viewer minutes': minutes = 0, 'Data to viewers': data = 0 } = cents(quote)
  return minutes + data
}

const big = { maxViewers: 4999 }

describe('1,000 viewers', () => {
  it.each<[Quality, number, number, number]>([
    ['sd', 1, 7590, 6225],
    ['sd', 2, 15_180, 12_450],
    ['sd', 4, 30_360, 24_900],
    ['hd', 1, 12_450, 10_275],
    ['hd', 2, 24_900, 20_550],
    ['hd', 4, 49_800, 41_100],
    ['fhd', 1, 19_470, 16_125],
    ['fhd', 2, 38_940, 32_250],
    ['fhd', 4, 77_880, 64_500],
  ])('in %s over %i h cost %i cents on Ship and %i on Scale', (quality, durationHours, ship, scale) => {
    const asked = { quality, durationHours }
    // Ship's own limit of 1,000 participants refuses the thousandth viewer: its prices are asked of a larger contract.
    const roomy = {
      ...livekitPriceBook,
      plans: { ...livekitPriceBook.plans, ship: { ...livekitPriceBook.plans.ship, maxParticipants: 5000 } },
    }
    expect(viewerCents(own(asked, { ...big, priceBook: roomy }))).toBe(ship)
    expect(viewerCents(own(asked, { ...big, plan: 'scale' }))).toBe(scale)
  })

  it('do not fit on Ship, which counts the host too', () => {
    expect(own({})).toMatchObject({
      feasible: false,
      reasons: ['carries at most 999 viewers, 1000 are expected'],
    })
    expect(own({}, big)).toMatchObject({
      feasible: false,
      reasons: [expect.stringContaining('the host included')],
    })
    expect(own({ expectedViewers: 999 }).feasible).toBe(true)
  })

  it.each([
    [1, 'ship', 11_450],
    [2, 'ship', 20_900],
    [4, 'ship', 44_300],
    [1, 'scale', 50_000],
    [2, 'scale', 50_000],
    [4, 'scale', 51_500],
  ] as const)(
    'over %i h are on %s, as the first event of a month with its fee, %i cents',
    (durationHours, name, expected) => {
      const roomy = {
        ...livekitPriceBook,
        plans: { ...livekitPriceBook.plans, ship: { ...livekitPriceBook.plans.ship, maxParticipants: 5000 } },
      }
      const comparison = livekitCloudQuotes({
        plan: name,
        includedLeft: 'all',
        countPlanFee: true,
        priceBook: roomy,
      })
      const lines = cents(comparison.quote({ ...plan, durationHours }))
      const host = lines["The host's own connection"] ?? 0
      expect(Object.values(lines).reduce((sum, line) => sum + line, 0) - host).toBe(expected)
      expect(host).toBeLessThanOrEqual(12)
    },
  )
})

describe('what else it costs', () => {
  it('the host’s own connection is 3 cents an hour on Ship', () => {
    expect(cents(own({ expectedViewers: 10, durationHours: 4 }))["The host's own connection"]).toBe(12)
  })

  it('OBS and a recording are transcoded by the minute', () => {
    const recorded = { ingress: true, recordings: { ...s3, url: async () => ({ url: '', expiresAt: '' }) } }
    const lines = cents(own({ expectedViewers: 10, method: 'obs', record: true, durationHours: 2 }, recorded))
    expect(lines).toMatchObject({
      'Transcoding of RTMP ingress and recordings': 480,
      'Recording kept for a month, S3': 4,
    })
    expect(lines).not.toHaveProperty("The host's own connection")
  })

  it('a measured usage costs what a plan of the same size does', () => {
    const small = { ...plan, expectedViewers: 50 }
    const quote = own(small)
    const cost = livekit(keys).cost(usageOfPlan(small, 'browser'))
    expect(quote.feasible && quote.total).toEqual(cost.total)
  })

  it('a plan that sells nothing beyond its quota ends there', () => {
    const build = { plan: 'build', includedLeft: { participantMinutes: 5000, gigabytes: 50 } } as const
    expect(own({ expectedViewers: 10 }, build).feasible).toBe(true)
    expect(own({ expectedViewers: 90 }, build)).toMatchObject({
      feasible: false,
      reasons: [expect.stringContaining('5000 participant minutes'), expect.stringContaining('50 GB')],
    })
    expect(
      own({ expectedViewers: 1, method: 'obs', durationHours: 2 }, { ...build, ingress: true }),
    ).toMatchObject({
      feasible: false,
      reasons: [expect.stringContaining('0 transcode minutes')],
    })
  })

  it('that plan has all of its quota where nothing else is said, or it would carry nothing', () => {
    expect(cents(own({ expectedViewers: 10 }, { plan: 'build' }))).toMatchObject({ 'Viewer minutes': 0 })
    expect(own({ expectedViewers: 90 }, { plan: 'build' }).feasible).toBe(false)
  })

  it('says which limit is not verified', () => {
    const quote = own({ expectedViewers: 10 })
    expect(quote.feasible && quote.notes.join()).toContain('1000 participants at once is of 2025')
  })
})

const s3 = { bucket: 'b', region: 'us-east-1', accessKeyId: 'k', secretAccessKey: 's' }

it('your own servers cost what leaves them', () => {
  const comparison = livekitSelfHostedQuotes({
    gigabyte: { amount: '1', verified: true, source: 'our contract' },
  })
  expect(cents(comparison.quote(plan))).toEqual({ 'Data to viewers': 788 })
  expect(() => livekitSelfHostedQuotes({ gigabyte: { amount: '$1', verified: true, source: '' } })).toThrow(
    /gigabyte/,
  )
})

it('an adapter of your own servers quotes and costs the same way, and knows no plan', () => {
  const gigabyte = { amount: '1', verified: true, source: 'our contract' }
  const adapter = livekit({ ...keys, selfHosted: { gigabyte } })
  const quote = adapter.quote({ ...plan, expectedViewers: 2500 })
  expect(quote.candidate).toBe('livekit')
  expect(cents(quote)).toEqual({ 'Data to viewers': 1969 })
  expect(quote.feasible && quote.notes.join()).not.toContain('Cloud')
  const usage = usageOfPlan({ ...plan, expectedViewers: 2500 }, 'browser')
  expect(adapter.cost(usage).total.amount).toBe('1969')
  expect(adapter.traits.maxViewers).toBe(3000)
  expect(adapter.quote({ ...plan, expectedViewers: 3001 }).feasible).toBe(false)
})

it('a comparison is never chosen', () => {
  expect(() => choose({ ...plan, expectedViewers: 10 }, [livekitCloudQuotes()])).toThrow(
    /No configured provider/,
  )
})

describe('the price book', () => {
  it('is younger than a year: look the prices up again, and set asOf', () => {
    expect((Date.now() - Date.parse(livekitPriceBook.asOf)) / 86_400_000).toBeLessThan(365)
  })
})
