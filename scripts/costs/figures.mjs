// The figures of docs/COSTS.md, from the price books alone.
import { ivs, ivsPriceBook, ivsStageQuotes } from '@stagedoor/ivs-adapter'
import { livekitCloudQuotes, livekitPriceBook, livekitSelfHostedQuotes } from '@stagedoor/livekit-adapter'
import { toQuote, usageOfPlan } from '@stagedoor/streaming-core'

/** @typedef {import('@stagedoor/streaming-core').Quality} Quality */
/** @typedef {import('@stagedoor/streaming-core').StreamPlan} StreamPlan */
/** @typedef {{ name: string, quote: (plan: StreamPlan) => import('@stagedoor/streaming-core').Quote }} Way */

/** @type {readonly Quality[]} */
export const qualities = ['sd', 'hd', 'fhd']

/** @type {StreamPlan} */
const base = {
  method: 'auto',
  interactive: false,
  expectedViewers: 1000,
  durationHours: 1,
  quality: 'hd',
  watchShare: 1,
  record: false,
}

/** Limits are lifted, so that prices can be compared beyond them; the page says where they are. */
const { build, ship, scale } = livekitPriceBook.plans
const unlimited = { maxParticipants: 1_000_001 }
const roomy = {
  ...livekitPriceBook,
  plans: { build, ship: { ...ship, ...unlimited }, scale: { ...scale, ...unlimited } },
}

/** @satisfies {Record<string, Way>} */
export const ways = {
  channel: {
    name: 'IVS channel',
    quote: ivs({ region: 'us-east-1', publicPlayback: true, maxViewers: 1_000_000 }).quote,
  },
  standard: {
    name: 'IVS channel, STANDARD',
    quote: ivs({ region: 'us-east-1', publicPlayback: true, maxViewers: 1_000_000, channelType: 'STANDARD' })
      .quote,
  },
  stage: { name: 'IVS stage', quote: ivsStageQuotes({ maxViewers: 1_000_000 }).quote },
  ship: {
    name: 'LiveKit Cloud Ship',
    quote: livekitCloudQuotes({ plan: 'ship', priceBook: roomy }).quote,
  },
  scale: {
    name: 'LiveKit Cloud Scale',
    quote: livekitCloudQuotes({ plan: 'scale', priceBook: roomy }).quote,
  },
  own: {
    name: 'Own LiveKit, 2 cents a GB',
    quote: livekitSelfHostedQuotes({
      gigabyte: { amount: '2', verified: true, source: 'an example' },
      maxViewers: 1_000_000,
    }).quote,
  },
}

/**
 * A channel's cost of a plan with a recording.
 *
 * @param {'STANDARD'} [channelType]
 * @returns {Way}
 */
function recordingChannel(channelType) {
  const adapter = ivs({ region: 'us-east-1', publicPlayback: true, ...(channelType ? { channelType } : {}) })
  const quote = (/** @type {StreamPlan} */ plan) =>
    toQuote('ivs-channel', plan, adapter.cost(usageOfPlan(plan, 'obs')))
  return { name: 'IVS channel', quote }
}

export const recording = { channel: recordingChannel(), standard: recordingChannel('STANDARD') }

/**
 * LiveKit where HD takes another bitrate.
 *
 * @param {'ship' | 'scale'} plan
 * @param {number} hd - Megabits a second.
 */
export function atBitrate(plan, hd) {
  const priceBook = { ...roomy, megabitsPerSecond: { ...roomy.megabitsPerSecond, hd } }
  return { name: `LiveKit ${plan}`, quote: livekitCloudQuotes({ plan, priceBook }).quote }
}

/**
 * What a way costs, in cents; null where it cannot carry the plan.
 *
 * @param {Way} way
 * @param {Partial<StreamPlan>} change
 */
export function cents(way, change) {
  const plan = { ...base, ...change }
  // A stage ends at 720p.
  if (way === ways.stage && plan.quality === 'fhd') return null
  const quote = way.quote(plan)
  return quote.feasible ? Number(quote.total.amount) : null
}

/**
 * The audience from which a way is the cheaper one, with the host's own connection and without it.
 *
 * @param {Way} cheapBelow
 * @param {Way} cheapAbove
 * @param {Quality} quality
 * @param {Partial<StreamPlan>} [change]
 */
export function breakEven(cheapBelow, cheapAbove, quality, change = {}) {
  const perHour = (/** @type {Way} */ way, /** @type {number} */ viewers) => {
    const quote = way.quote({ ...base, ...change, quality, expectedViewers: viewers, durationHours: 10 })
    if (!quote.feasible) throw new Error(quote.reasons.join())
    const host = quote.items.find(({ label }) => label === "The host's own connection")
    return { all: Number(quote.total.amount) / 10, host: Number(host?.amount.amount ?? 0) / 10 }
  }
  const slope = (/** @type {Way} */ way) => (perHour(way, 900).all - perHour(way, 100).all) / 800
  const fixed = (/** @type {Way} */ way, /** @type {boolean} */ withHost) => {
    const { all, host } = perHour(way, 100)
    return all - slope(way) * 100 - (withHost ? 0 : host)
  }
  const gap = slope(cheapBelow) - slope(cheapAbove)
  const viewers = (/** @type {boolean} */ withHost) =>
    Math.max(0, Math.floor((fixed(cheapAbove, withHost) - fixed(cheapBelow, withHost)) / gap + 1e-6))
  return { withHost: viewers(true), withoutHost: viewers(false) }
}

export const asOf = { ivs: ivsPriceBook.asOf, livekit: livekitPriceBook.asOf }
export const sources = { ivs: ivsPriceBook.source, livekit: livekitPriceBook.source }
