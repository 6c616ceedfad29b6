import {
  beyondIncluded,
  type Cost,
  costItem,
  exactProduct,
  type Price,
  type Quality,
  type QuoteItem,
  type StreamUsage,
  toCost,
  unverifiedNotes,
} from '@stagedoor/streaming-core'
import type { IncludedLeft } from './livekit-options.ts'
import type { LivekitPlan, LivekitPriceBook } from './prices.ts'

/** What pricing needs beside the usage. */
export interface CostSettings {
  readonly plan: LivekitPlan
  readonly priceBook: LivekitPriceBook
  readonly includedLeft: Required<IncludedLeft>
  /** Counts the plan's monthly fee too, as for the first stream of a month. */
  readonly countPlanFee: boolean
  /** What a GB costs that leaves servers of one's own; null on LiveKit Cloud. */
  readonly selfHosted: Price | null
}

/** What a usage costs where this LiveKit runs. */
export function costOf(usage: StreamUsage, settings: CostSettings): Cost {
  const { selfHosted, priceBook } = settings
  return selfHosted ? selfHostedCost(usage, priceBook, selfHosted) : cloudCost(usage, settings)
}

const free: Price = { amount: '0', verified: true, source: 'included in the plan' }

/** What a usage costs on LiveKit Cloud beyond what the plan still includes. */
function cloudCost(usage: StreamUsage, settings: CostSettings): Cost {
  const { priceBook: book, includedLeft } = settings
  const plan = book.plans[settings.plan]
  const item = (label: string, quantity: number, unit: string, price: Price | null) =>
    costItem({ label, quantity, unit }, price ?? free, book.currency)
  const viewerMinutes = exactProduct(usage.viewerHours, 60)
  const hostMinutes =
    usage.publishing === 'browser' ? exactProduct(usage.streamHours, usage.publishers ?? 1, 60) : 0
  const paidViewerMinutes = beyondIncluded(viewerMinutes, includedLeft.participantMinutes)
  const quotaForHost = Math.max(0, includedLeft.participantMinutes - viewerMinutes)
  const transcode = transcodeMinutes(usage)
  return toCost(
    [
      ...(settings.countPlanFee ? [item(`Plan ${settings.plan}`, 1, 'month', plan.monthlyFee)] : []),
      item('Viewer minutes', paidViewerMinutes, 'participant-minute', plan.participantMinute),
      item(
        'Data to viewers',
        beyondIncluded(downstreamGigabytes(usage, book), includedLeft.gigabytes),
        'GB',
        plan.gigabyte,
      ),
      ...(hostMinutes > 0
        ? [
            item(
              "The host's own connection",
              beyondIncluded(hostMinutes, quotaForHost),
              'participant-minute',
              plan.participantMinute,
            ),
          ]
        : []),
      ...(transcode > 0
        ? [
            item(
              'Transcoding of RTMP ingress and recordings',
              beyondIncluded(transcode, includedLeft.transcodeMinutes),
              'transcode-minute',
              plan.transcodeMinute,
            ),
          ]
        : []),
      ...replayItems(usage, book),
    ],
    book,
    unverifiedNotes(
      [['participant minutes', plan.participantMinute] as const, ['data', plan.gigabyte] as const].flatMap(
        ([name, price]) => (price ? [[name, price] as const] : []),
      ),
    ),
  )
}

/** What a usage costs on your own LiveKit server: the data that leaves it. Servers come on top. */
function selfHostedCost(usage: StreamUsage, book: LivekitPriceBook, gigabytePrice: Price): Cost {
  const line = { label: 'Data to viewers', quantity: downstreamGigabytes(usage, book), unit: 'GB' }
  return toCost([costItem(line, gigabytePrice, book.currency), ...replayItems(usage, book)], book, [
    ...unverifiedNotes([['data', gigabytePrice]]),
    'Your own servers are not counted, only the data that leaves them.',
  ])
}

/** What all viewers receive. A GB has 1,000 MB. */
export function downstreamGigabytes(usage: StreamUsage, book: LivekitPriceBook): number {
  return exactProduct(usage.viewerHours, gigabytesPerHour(usage.quality, book))
}

/** One hour of video at a quality: megabits a second, 3600 seconds, 8 bits, 1000 MB. */
function gigabytesPerHour(quality: Quality, book: LivekitPriceBook): number {
  return exactProduct(book.megabitsPerSecond[quality], 0.45)
}

/** LiveKit transcodes RTMP for as long as it comes in, and a room composite for as long as it is recorded. */
export function transcodeMinutes(usage: StreamUsage): number {
  const ingressHours = usage.publishing === 'obs' ? usage.streamHours : 0
  return exactProduct(ingressHours + usage.recordedHours, 60)
}

function replayItems(usage: StreamUsage, book: LivekitPriceBook): readonly QuoteItem[] {
  const perHour = gigabytesPerHour(usage.quality, book)
  const kept = exactProduct(usage.recordedHours, perHour)
  const loaded = exactProduct(usage.replayViewerHours, perHour)
  const items: QuoteItem[] = []
  const storage = { label: 'Recording kept for a month, S3', quantity: kept, unit: 'GB-month' }
  const replays = { label: 'Replays, CloudFront', quantity: loaded, unit: 'GB' }
  if (kept > 0) items.push(costItem(storage, book.storagePerGigabyteMonth, book.currency))
  if (loaded > 0) items.push(costItem(replays, book.deliveryPerGigabyte, book.currency))
  return items
}
