import type { Price, PriceBookHeader, PriceTier, Quality } from '@stagedoor/streaming-core'
import type { IvsChannelType } from './channel-type.ts'

/** Where viewers are: IVS bills output by the viewer's region and input everywhere alike. */
export type IvsViewerRegion =
  | 'north-america-europe'
  | 'south-america'
  | 'india-japan-southeast-asia'
  | 'australia-new-zealand'
  | 'korea'

/** What IVS costs. Pass your own to {@link ivs} when prices change or you have a contract. */
export interface IvsPriceBook extends PriceBookHeader {
  /** Of each channel type, for every hour that an encoder sends. */
  readonly inputPerHour: Readonly<Record<IvsChannelType, Price>>
  /** Of each quality, for every hour that one viewer watches a channel. */
  readonly outputPerViewerHour: Readonly<
    Record<IvsViewerRegion, Readonly<Record<Quality, readonly PriceTier[]>>>
  >
  /** For every hour that anybody, host or viewer, is on a stage. */
  readonly stagePerParticipantHour: Readonly<Record<IvsViewerRegion, readonly PriceTier[]>>
  /** Encoding of a stage's recording, for every hour. */
  readonly compositionPerHour: Price
  /** S3, for every GB that is kept a month. */
  readonly storagePerGigabyteMonth: Price
  /** CDN, for every GB of a replay. */
  readonly deliveryPerGigabyte: Price
  /** Size of an hour of recording with all its renditions. */
  readonly recordedGigabytesPerHour: Readonly<Record<Quality, number>>
  /** Size of an hour of replay as one viewer loads it. */
  readonly replayGigabytesPerHour: Readonly<Record<Quality, number>>
}

const list = 'a public cost report that read aws.amazon.com/ivs/pricing on 2026-09-13'
const model = 'a public cost model, prices checked 2026-07'
const price = (amount: string, source: string, verified = true): Price => ({ amount, verified, source })

/** Viewer-hours a month up to which each tier of output holds. */
const steps = [10_000, 50_000, 150_000, 500_000, null] as const

/** HD prices of North America and Europe, tier by tier, in cents. */
const hdTiers = ['7.2', '6.6', '6', '5.6', '4.8'] as const
const sdTiers = ['3.6', '3.3', '3', '2.8', '2.4'] as const
const fhdTiers = ['14.4', '13.2', '12', '11.2', '9.6'] as const

function tiers(amounts: readonly string[], source: (tier: number) => Price): readonly PriceTier[] {
  return amounts.map((amount, tier) => ({ upTo: steps[tier] ?? null, price: { ...source(tier), amount } }))
}

/** The first tier was found in two sources; the later ones of FHD are taken to be twice those of HD. */
const home: Readonly<Record<Quality, readonly PriceTier[]>> = {
  sd: tiers(sdTiers, () => price('', model)),
  hd: tiers(hdTiers, () => price('', model)),
  fhd: tiers(fhdTiers, (tier) =>
    tier === 0
      ? price('', list)
      : price('', 'taken to be twice the price of HD, as in the first tier', false),
  ),
}

/** Only the first tier of HD is published by the source; SD and FHD are taken to be half and twice of it. */
function abroad(sd: string, hd: string, fhd: string): Readonly<Record<Quality, readonly PriceTier[]>> {
  const flat = (amount: string, source: string, verified: boolean): readonly PriceTier[] => [
    { upTo: null, price: price(amount, source, verified) },
  ]
  return {
    sd: flat(sd, 'taken to be half the price of HD', false),
    hd: flat(hd, model, true),
    fhd: flat(fhd, 'taken to be twice the price of HD', false),
  }
}

const southAmerica = abroad('4.2', '8.4', '16.8')
const asia = abroad('4.6', '9.2', '18.4')
const oceania = abroad('5', '10', '20')
const korea = abroad('6.25', '12.5', '25')

/**
 * Amazon's list prices, as published third-party transcriptions of aws.amazon.com/ivs/pricing give them; AWS's own page
 * is what counts. Storage and delivery are those of S3 Standard and CloudFront in the US (AWS Solutions' cost pages).
 */
export const ivsPriceBook: IvsPriceBook = {
  asOf: '2026-09-13',
  currency: 'USD',
  source: 'Third-party transcriptions of aws.amazon.com/ivs/pricing of July and September 2026, which agree.',
  inputPerHour: {
    BASIC: price('20', `${list} (input 0.20 to 2.00)`),
    ADVANCED_SD: price('50', 'no published transcription; lies inside the range', false),
    ADVANCED_HD: price('85', model),
    STANDARD: price('200', `${list} (input 0.20 to 2.00)`),
  },
  outputPerViewerHour: {
    'north-america-europe': home,
    'south-america': southAmerica,
    'india-japan-southeast-asia': asia,
    'australia-new-zealand': oceania,
    korea,
  },
  stagePerParticipantHour: {
    'north-america-europe': tiers(hdTiers, () => price('', list)),
    'south-america': southAmerica.hd,
    'india-japan-southeast-asia': asia.hd,
    'australia-new-zealand': oceania.hd,
    korea: korea.hd,
  },
  compositionPerHour: price('30', model),
  storagePerGigabyteMonth: price('2.3', "AWS Solutions' cost pages, S3 Standard in the US"),
  deliveryPerGigabyte: price('8.5', "AWS Solutions' cost pages, CloudFront in the US, first 10 TB"),
  recordedGigabytesPerHour: { sd: 1, hd: 2.25, fhd: 6.4 },
  replayGigabytesPerHour: { sd: 0.5, hd: 1.1, fhd: 2.7 },
}
