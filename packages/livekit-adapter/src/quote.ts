import {
  type Candidate,
  type Price,
  type Quote,
  StreamingError,
  type StreamPlan,
  type Traits,
  toQuote,
  usageOfPlan,
} from '@stagedoor/streaming-core'
import { type CostSettings, costOf, downstreamGigabytes, transcodeMinutes } from './cost.ts'
import type { IncludedLeft } from './livekit-options.ts'
import { type LivekitPlan, type LivekitPriceBook, livekitPriceBook } from './prices.ts'

/** The name of this way to deliver, beside `ivs-channel` and `ivs-stage`. */
const candidate = 'livekit'

/** Second-hand, of a benchmark with 16 cores; a room has to fit on one node, and there is no fixed limit. */
export const viewersOfOneNode = 3000

/** What a quote needs to know of a set-up. */
export interface QuoteSettings extends CostSettings {
  readonly maxViewers: number
  readonly canRecord: boolean
  readonly publishMethods: Traits['publishMethods']
}

/** What LiveKit costs for a plan, or why it cannot carry it. Pure. */
export function quote(plan: StreamPlan, settings: QuoteSettings, name = candidate): Quote {
  const publishing = publishingOf(plan, settings.publishMethods)
  const reasons = obstacles(plan, settings, publishing)
  if (reasons.length > 0) return { candidate: name, feasible: false, reasons }
  const cost = costOf(usageOfPlan(plan, publishing), settings)
  return toQuote(name, plan, { ...cost, notes: [...assumptions(plan, settings), ...cost.notes] })
}

function publishingOf(plan: StreamPlan, methods: Traits['publishMethods']): 'browser' | 'obs' {
  if (plan.method !== 'auto') return plan.method
  return methods[0] ?? 'browser'
}

function obstacles(
  plan: StreamPlan,
  settings: QuoteSettings,
  publishing: 'browser' | 'obs',
): readonly string[] {
  const { maxParticipants } = settings.priceBook.plans[settings.plan]
  const viewers = plan.expectedViewers
  return [
    ...(viewers > settings.maxViewers
      ? [`carries at most ${settings.maxViewers} viewers, ${viewers} are expected`]
      : []),
    ...(settings.selfHosted === null && viewers <= settings.maxViewers && viewers + 1 > maxParticipants
      ? [`the plan ${settings.plan} allows ${maxParticipants} participants at once, the host included`]
      : []),
    ...(plan.record && !settings.canRecord ? ['recording is not set up on LiveKit'] : []),
    ...hardCaps(plan, settings, publishing),
  ]
}

/** A plan without prices beyond its quota ends there. */
function hardCaps(
  plan: StreamPlan,
  settings: QuoteSettings,
  publishing: 'browser' | 'obs',
): readonly string[] {
  const prices = settings.priceBook.plans[settings.plan]
  if (settings.selfHosted !== null || prices.participantMinute !== null) return []
  const usage = usageOfPlan(plan, publishing)
  const hostHours = publishing === 'browser' ? usage.streamHours : 0
  const minutes = (usage.viewerHours + hostHours) * 60
  const gigabytes = downstreamGigabytes(usage, settings.priceBook)
  const {
    participantMinutes,
    gigabytes: gigabytesLeft,
    transcodeMinutes: transcodeLeft,
  } = settings.includedLeft
  return [
    ...(minutes > participantMinutes
      ? [
          `the plan ${settings.plan} has ${participantMinutes} participant minutes left this month and sells no more`,
        ]
      : []),
    ...(gigabytes > gigabytesLeft
      ? [`the plan ${settings.plan} has ${gigabytesLeft} GB left this month and sells no more`]
      : []),
    ...(transcodeMinutes(usage) > transcodeLeft
      ? [`the plan ${settings.plan} has ${transcodeLeft} transcode minutes left this month and sells no more`]
      : []),
  ]
}

function assumptions(plan: StreamPlan, settings: QuoteSettings): readonly string[] {
  return [
    ...(settings.selfHosted ? [] : cloudAssumptions(settings)),
    `Every viewer receives ${plan.quality.toUpperCase()}; taxes are not included.`,
    ...(plan.watchShare === 1 ? ['Every viewer is counted for the whole event.'] : []),
  ]
}

function cloudAssumptions({ plan, includedLeft, priceBook }: QuoteSettings): readonly string[] {
  const hasQuota = Object.values(includedLeft).some((left) => left > 0)
  return [
    `LiveKit Cloud, plan ${plan}, ${hasQuota ? 'with what its quota still includes' : 'beyond its included quota'}.`,
    ...(priceBook === livekitPriceBook
      ? [
          `That it takes ${priceBook.plans[plan].maxParticipants} participants at once is of 2025 and not verified.`,
        ]
      : []),
  ]
}

/** Options of {@link livekitCloudQuotes}. */
export interface LivekitCloudQuoteOptions {
  /** Default `ship`. */
  readonly plan?: LivekitPlan
  /** What is left of the plan's monthly quota; `all` of it at the start of a month. Default: nothing. */
  readonly includedLeft?: IncludedLeft | 'all'
  /** Adds the plan's monthly fee. Default false. */
  readonly countPlanFee?: boolean
  /** Default {@link livekitPriceBook}. */
  readonly priceBook?: LivekitPriceBook
}

/**
 * LiveKit Cloud as a comparison in estimates, for a platform on which it is not set up: quoted and never chosen.
 *
 * @example
 * ```ts
 * import { livekitCloudQuotes } from '@stagedoor/livekit-adapter'
 *
 * const comparisons = [livekitCloudQuotes({ plan: 'scale' })]
 * ```
 */
export function livekitCloudQuotes(options: LivekitCloudQuoteOptions = {}): Candidate {
  const { plan = 'ship', priceBook = livekitPriceBook, countPlanFee = false } = options
  const prices = priceBook.plans[plan]
  const settings: QuoteSettings = {
    plan,
    priceBook,
    countPlanFee,
    includedLeft: resolveIncluded(options.includedLeft, plan, priceBook),
    maxViewers: prices.maxParticipants - 1,
    canRecord: true,
    publishMethods: ['browser', 'obs'],
    selfHosted: null,
  }
  return { adapterId: null, traits: traitsOf(settings), quote: (asked) => quote(asked, settings) }
}

/** Options of {@link livekitSelfHostedQuotes}. */
export interface LivekitSelfHostedQuoteOptions {
  /** What a GB that leaves your servers costs, such as `{ amount: '1', verified: true, source: 'our contract' }`. */
  readonly gigabyte: Price
  /** What your servers carry at once. Default 3000, the most that one large node was reported to carry. */
  readonly maxViewers?: number
  /** Bitrates and the price of storage are taken from it. Default {@link livekitPriceBook}. */
  readonly priceBook?: LivekitPriceBook
}

/**
 * Your own LiveKit servers as a comparison in estimates: what leaves them at your price of a GB.
 *
 * @throws `StreamingError` `invalid_input` for a price that is none.
 */
export function livekitSelfHostedQuotes(options: LivekitSelfHostedQuoteOptions): Candidate {
  const { gigabyte, priceBook = livekitPriceBook, maxViewers = viewersOfOneNode } = options
  if (!/^\d+(\.\d+)?$/.test(gigabyte.amount)) {
    throw new StreamingError({
      code: 'invalid_input',
      provider: 'livekit',
      field: 'gigabyte.amount',
      message: 'gigabyte.amount takes minor units as a decimal string, such as "1.5" for 1.5 cents.',
    })
  }
  const name = 'livekit-self-hosted'
  const settings: QuoteSettings = {
    plan: 'ship',
    priceBook,
    countPlanFee: false,
    includedLeft: resolveIncluded(undefined, 'ship', priceBook),
    maxViewers,
    canRecord: true,
    publishMethods: ['browser', 'obs'],
    selfHosted: gigabyte,
  }
  return {
    adapterId: null,
    traits: { ...traitsOf(settings), candidate: name },
    quote: (plan) => quote(plan, settings, name),
  }
}

/** What is true of every room. */
export function traitsOf({
  maxViewers,
  publishMethods,
}: Pick<QuoteSettings, 'maxViewers' | 'publishMethods'>): Traits {
  return {
    ...{ delivery: 'webrtc', candidate, latencySeconds: 0.3, publishMethods, maxViewers, maxQuality: 'fhd' },
    // A participant takes at most 100 videos (LiveKit Cloud, "Quotas and limits", copy of 2025).
    maxPublishers: 100,
    forgetsChannels: true,
  }
}

/** The quota that is left, in full. A plan that sells nothing beyond it would carry nothing without. */
export function resolveIncluded(
  left: IncludedLeft | 'all' | undefined,
  plan: LivekitPlan,
  book: LivekitPriceBook,
): Required<IncludedLeft> {
  const prices = book.plans[plan]
  const all = {
    participantMinutes: prices.includedParticipantMinutes,
    gigabytes: prices.includedGigabytes,
    transcodeMinutes: prices.includedTranscodeMinutes,
  }
  if (left === 'all') return all
  const nothing = { participantMinutes: 0, gigabytes: 0, transcodeMinutes: 0 }
  return { ...(prices.participantMinute === null ? all : nothing), ...left }
}
