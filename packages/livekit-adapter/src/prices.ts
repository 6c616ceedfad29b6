import type { Price, PriceBookHeader, Quality } from '@stagedoor/streaming-core'

/** Plans of LiveKit Cloud. */
export type LivekitPlan = 'build' | 'ship' | 'scale'

/** What a plan costs and includes in a month. */
export interface LivekitPlanPrices {
  readonly monthlyFee: Price
  readonly includedParticipantMinutes: number
  readonly includedGigabytes: number
  readonly includedTranscodeMinutes: number
  /** Null: the quota is a hard cap. */
  readonly participantMinute: Price | null
  readonly gigabyte: Price | null
  readonly transcodeMinute: Price | null
  /** Most concurrent participants of the project, hosts included. */
  readonly maxParticipants: number
}

/** What LiveKit Cloud costs. Pass your own to {@link livekit} when prices change or you have a contract. */
export interface LivekitPriceBook extends PriceBookHeader {
  readonly plans: Readonly<Record<LivekitPlan, LivekitPlanPrices>>
  /** Megabits a second that one viewer of each quality receives, sound included. */
  readonly megabitsPerSecond: Readonly<Record<Quality, number>>
  /** S3, for every GB that is kept a month. */
  readonly storagePerGigabyteMonth: Price
  /** CDN, for every GB of a replay. */
  readonly deliveryPerGigabyte: Price
}

const note = 'a public research note that read livekit.com/pricing on 2026-09-25'
const price = (amount: string, verified = true): Price => ({ amount, verified, source: note })
const aws = (amount: string, what: string): Price => ({
  amount,
  verified: true,
  source: `AWS Solutions' cost pages, ${what}`,
})

/**
 * LiveKit Cloud's list prices, as a published note gives them; docs.livekit.io agrees on their structure. Bitrates are
 * the presets of livekit-client 2.23 (540p, 720p, 1080p) and 48 kbit/s of sound. A GB has 1,000 MB, as LiveKit bills.
 */
export const livekitPriceBook: LivekitPriceBook = {
  asOf: '2026-09-25',
  currency: 'USD',
  source: `${note}; limits of concurrency are of an older copy of the documentation (2025).`,
  plans: {
    build: {
      monthlyFee: price('0'),
      includedParticipantMinutes: 5000,
      includedGigabytes: 50,
      includedTranscodeMinutes: 60,
      participantMinute: null,
      gigabyte: null,
      transcodeMinute: null,
      maxParticipants: 100,
    },
    ship: {
      monthlyFee: price('5000'),
      includedParticipantMinutes: 150_000,
      includedGigabytes: 250,
      includedTranscodeMinutes: 600,
      participantMinute: price('0.05'),
      gigabyte: price('12'),
      transcodeMinute: price('2'),
      maxParticipants: 1000,
    },
    scale: {
      monthlyFee: price('50000'),
      includedParticipantMinutes: 1_500_000,
      includedGigabytes: 3000,
      includedTranscodeMinutes: 8000,
      participantMinute: price('0.04'),
      gigabyte: price('10'),
      transcodeMinute: price('1.5'),
      maxParticipants: 5000,
    },
  },
  megabitsPerSecond: { sd: 0.85, hd: 1.75, fhd: 3.05 },
  storagePerGigabyteMonth: aws('2.3', 'S3 Standard in the US'),
  deliveryPerGigabyte: aws('8.5', 'CloudFront in the US, first 10 TB'),
}
