import type { Quality } from '@stagedoor/streaming-core'
import type { IvsChannelType } from './channel-type.ts'

/** One price and where it comes from. */
export interface IvsPrice {
  /** Minor units per hour as a decimal string: `"7.2"` is 7.2 cents. */
  readonly amount: string
  /** False when the price stands on one weak source. */
  readonly verified: boolean
  readonly source: string
}

/** What IVS costs in one market. Pass your own to {@link ivs} when prices change or you have a contract. */
export interface IvsPriceBook {
  /** The day the prices were checked, `YYYY-MM-DD`. */
  readonly asOf: string
  /** ISO 4217; its minor unit is a hundredth. */
  readonly currency: string
  /** Where the viewers are whom the prices hold for, such as `North America and Europe`. */
  readonly market: string
  /** Of each channel type, for every hour that an encoder sends. */
  readonly inputPerHour: Readonly<Record<IvsChannelType, IvsPrice>>
  /** Of each quality, for every hour that one viewer watches; billed by where the viewer is. */
  readonly outputPerViewerHour: Readonly<Record<Quality, IvsPrice>>
}

const range =
  'a public cost report that read aws.amazon.com/ivs/pricing on 2026-09-13 (input 0.20 to 2.00, output 0.0072 to 0.144)'
const model = 'a public cost model, prices checked 2026-07'

/**
 * Amazon's list prices in North America and Europe, first tier (10,000 viewer-hours a month), as published third-party
 * transcriptions of aws.amazon.com/ivs/pricing give them. AWS's own page is what counts.
 */
export const ivsPriceBook: IvsPriceBook = {
  asOf: '2026-09-13',
  currency: 'USD',
  market: 'North America and Europe',
  inputPerHour: {
    BASIC: { amount: '20', verified: true, source: range },
    ADVANCED_SD: {
      amount: '50',
      verified: false,
      source: 'no published transcription; lies inside the range',
    },
    ADVANCED_HD: { amount: '85', verified: true, source: model },
    STANDARD: { amount: '200', verified: true, source: range },
  },
  outputPerViewerHour: {
    sd: { amount: '3.6', verified: true, source: model },
    hd: { amount: '7.2', verified: true, source: model },
    fhd: { amount: '14.4', verified: true, source: range },
  },
}
