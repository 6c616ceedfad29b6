// What a platform pays for 10,000 streams when choose() decides, beside fixed rules and the clairvoyant optimum.
// Run: node --conditions=@stagedoor/source bench/choice.mjs
import { parseArgs } from 'node:util'
import { ivs } from '@stagedoor/ivs-adapter'
import { livekit } from '@stagedoor/livekit-adapter'
import { choose, toCandidate } from '@stagedoor/streaming-core'
import { table } from './support/figures.mjs'

/** @typedef {import('@stagedoor/streaming-core').StreamPlan} StreamPlan */
/** @typedef {import('@stagedoor/streaming-core').Candidate} Candidate */
/** @typedef {{ creator: number, plan: StreamPlan, forecast: StreamPlan }} Show */

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } })
const creators = 1000
const showsOfEach = 10

const channel = toCandidate(ivs({ region: 'us-east-1', publicPlayback: true, maxViewers: 1_000_000 }))
const room = toCandidate(
  livekit({
    url: 'wss://live.example',
    apiKey: 'none',
    apiSecret: 'never-used-as-nothing-is-called',
    plan: 'scale',
  }),
)

/** Numbers from 0 to 1, the same for the same seed (mulberry32). @param {number} seed */
function randomOf(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * Shows of creators whose audiences fall by rank as `rank ** -exponent`; each show draws up to half or twice of that.
 *
 * @param {number} exponent
 * @param {number} forecastError - 2: forecasts are off by up to a factor of two, either way.
 * @returns {Show[]}
 */
function makeShows(exponent, forecastError) {
  const random = randomOf(Number(values.seed))
  const factor = (/** @type {number} */ most) => most ** (2 * random() - 1)
  const whole = (/** @type {number} */ viewers) => Math.max(1, Math.min(100_000, Math.round(viewers)))
  return Array.from({ length: creators * showsOfEach }, (_, index) => {
    const creator = index % creators
    const usual = 12_000 * (creator + 1) ** -exponent
    const expectedViewers = whole(usual * factor(2))
    const quality = /** @type {const} */ (['sd', 'hd', 'hd', 'hd', 'fhd'])[creator % 5] ?? 'hd'
    const plan = /** @type {StreamPlan} */ ({
      method: 'auto',
      interactive: false,
      expectedViewers,
      durationHours: 1 + (creator % 4),
      quality,
      watchShare: 0.5,
      record: false,
    })
    return {
      creator,
      plan,
      forecast: { ...plan, expectedViewers: whole(expectedViewers * factor(forecastError)) },
    }
  })
}

/** What a show costs there in the end; LiveKit beyond its limit turns viewers away, so a channel carries that show. */
function cost(/** @type {Candidate} */ way, /** @type {StreamPlan} */ plan) {
  const quote = way.quote(plan)
  const real = quote.feasible ? quote : channel.quote(plan)
  if (!real.feasible) throw new Error(real.reasons.join())
  return Number(real.total.amount)
}

/** @param {readonly Show[]} shows @param {(show: Show) => Candidate} decide */
const total = (shows, decide) => shows.reduce((sum, show) => sum + cost(decide(show), show.plan), 0)

/** @param {boolean} staysPut - Whether a repeating show stays where it was for a saving under 10 %. */
function chooser(staysPut) {
  /** @type {Map<number, string>} */
  const last = new Map()
  return (/** @type {Show} */ { creator, forecast }) => {
    const previous = staysPut ? (last.get(creator) ?? null) : null
    const { candidate } = choose(forecast, [channel, room], {}, { previous })
    last.set(creator, candidate)
    return candidate === 'livekit' ? room : channel
  }
}

const cheaper = (/** @type {Show} */ { plan }) => (cost(room, plan) < cost(channel, plan) ? room : channel)

for (const exponent of [0.8, 1.1, 1.4]) {
  for (const forecastError of [1, 2]) {
    const shows = makeShows(exponent, forecastError)
    const best = total(shows, cheaper)
    const audiences = shows.map(({ plan }) => plan.expectedViewers).sort((left, right) => left - right)
    const row = (/** @type {string} */ name, /** @type {(show: Show) => Candidate} */ decide) => {
      const sum = total(shows, decide)
      return [
        name,
        `$${Math.round(sum / 100).toLocaleString('en')}`,
        `${((sum / best - 1) * 100).toFixed(2)} %`,
      ]
    }
    console.log(
      `\nexponent ${exponent}, median audience ${audiences[audiences.length / 2]}, ` +
        `${forecastError === 1 ? 'perfect forecast' : `forecast off by up to ${forecastError}`}\n`,
    )
    console.log(
      table([
        ['10,000 streams', 'total', 'above the optimum'],
        row('always LiveKit Cloud (Scale)', () => room),
        row('always IVS channels', () => channel),
        row('LiveKit up to 50 viewers', ({ forecast }) => (forecast.expectedViewers > 50 ? channel : room)),
        row('choose()', chooser(false)),
        row('choose(), staying where a show was', chooser(true)),
        row('clairvoyant optimum', cheaper),
      ]),
    )
  }
}
