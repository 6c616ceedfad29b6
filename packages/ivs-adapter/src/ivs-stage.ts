import {
  type Candidate,
  type Quote,
  StreamingError,
  type StreamPlan,
  type Traits,
  toQuote,
  usageOfPlan,
} from '@stagedoor/streaming-core'
import { stageCost } from './cost.ts'
import { type IvsPriceBook, ivsPriceBook } from './prices.ts'
import { assumptions } from './quote.ts'
import { regionShares, type ViewerRegions } from './viewer-regions.ts'

/** Options of {@link ivsStageQuotes}. */
export interface IvsStageQuoteOptions {
  /** Default {@link ivsPriceBook}. */
  readonly priceBook?: IvsPriceBook
  /** Which part of the audience is where. Default: all in North America and Europe. */
  readonly viewerRegions?: ViewerRegions
  /** Participant-hours of this month so far, for the volume tiers. Default 0. */
  readonly usedViewerHours?: number
  /** Most viewers of one stage. Default 10,000 (IVS user guide, "Service quotas" of Real-Time Streaming). */
  readonly maxViewers?: number
}

const candidate = 'ivs-stage'

/**
 * An IVS stage (Real-Time Streaming: WebRTC, under 300 ms, 720p, 12 publishers) as a comparison in estimates; it has no
 * adapter here, so it is quoted and never chosen.
 *
 * @throws `StreamingError` `invalid_input` when the parts of `viewerRegions` do not add up to 1.
 *
 * @example
 * ```ts
 * import { ivsStageQuotes } from '@stagedoor/ivs-adapter'
 *
 * const comparisons = [ivsStageQuotes()]
 * ```
 */
export function ivsStageQuotes(options: IvsStageQuoteOptions = {}): Candidate {
  const {
    priceBook = ivsPriceBook,
    viewerRegions = { 'north-america-europe': 1 },
    usedViewerHours = 0,
  } = options
  regionShares(viewerRegions)
  if (!Number.isFinite(usedViewerHours) || usedViewerHours < 0) {
    throw new StreamingError({
      code: 'invalid_input',
      provider: 'ivs',
      field: 'usedViewerHours',
      message: 'usedViewerHours takes a number, 0 or more.',
    })
  }
  const traits: Traits = {
    delivery: 'webrtc',
    candidate,
    latencySeconds: 0.3,
    publishMethods: ['browser', 'obs'],
    maxViewers: options.maxViewers ?? 10_000,
    maxQuality: 'hd',
    // IVS service quotas, "Stage participants (publishers)".
    maxPublishers: 12,
  }
  return {
    adapterId: null,
    traits,
    quote: (plan: StreamPlan): Quote => {
      const publishing = plan.method === 'obs' ? 'obs' : 'browser'
      const cost = stageCost(usageOfPlan(plan, publishing), { priceBook, viewerRegions, usedViewerHours })
      return toQuote(candidate, plan, {
        ...cost,
        notes: [...assumptions(plan, viewerRegions), ...cost.notes],
      })
    },
  }
}
