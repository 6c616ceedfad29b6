import {
  type Cost,
  costItem,
  exactProduct,
  type PriceTier,
  type QuoteItem,
  type StreamUsage,
  tieredCostItems,
  toCost,
  unverifiedNotes,
} from '@stagedoor/streaming-core'
import type { IvsChannelType } from './channel-type.ts'
import type { IvsPriceBook, IvsViewerRegion } from './prices.ts'
import { regionNames, regionShares, type ViewerRegions } from './viewer-regions.ts'

/** What pricing needs beside the usage. */
export interface CostSettings {
  readonly priceBook: IvsPriceBook
  readonly viewerRegions: ViewerRegions
  /** Viewer-hours of this month so far, for the volume tiers. */
  readonly usedViewerHours: number
}

/** What a channel of this type costs: its input, each viewer's output by region, and what is kept of it. */
export function channelCost(usage: StreamUsage, type: IvsChannelType, settings: CostSettings): Cost {
  const book = settings.priceBook
  const input = book.inputPerHour[type]
  const quality = usage.quality.toUpperCase()
  const line = { label: `Input, ${type} channel`, quantity: usage.streamHours, unit: 'input-hour' }
  const output = viewerItems(
    usage.viewerHours,
    {
      label: `Output, ${quality}`,
      unit: 'viewer-hour',
      tiersOf: (region) => book.outputPerViewerHour[region][usage.quality],
    },
    settings,
  )
  return toCost([costItem(line, input, book.currency), ...output, ...recordingItems(usage, book)], book, [
    ...unverifiedNotes([[`${type} input`, input]]),
    ...unverifiedOutput(usage, settings, (region) => book.outputPerViewerHour[region][usage.quality]),
  ])
}

/** What a stage costs: every hour of everybody on it, the host included; a recording needs a composition. */
export function stageCost(usage: StreamUsage, settings: CostSettings): Cost {
  const book = settings.priceBook
  const tiersOf = (region: IvsViewerRegion) => book.stagePerParticipantHour[region]
  const viewers = viewerItems(
    usage.viewerHours,
    { label: 'Viewers on the stage', unit: 'participant-hour', tiersOf },
    settings,
  )
  const host = viewerItems(
    usage.streamHours,
    { label: 'Host on the stage', unit: 'participant-hour', tiersOf },
    settings,
  )
  const composition =
    usage.recordedHours > 0
      ? [
          costItem(
            { label: 'Composition for the recording', quantity: usage.recordedHours, unit: 'hour' },
            book.compositionPerHour,
            book.currency,
          ),
        ]
      : []
  return toCost(
    [...viewers, ...host, ...composition, ...recordingItems(usage, book)],
    book,
    unverifiedOutput(usage, settings, tiersOf),
  )
}

function viewerItems(
  hours: number,
  line: {
    readonly label: string
    readonly unit: string
    readonly tiersOf: (region: IvsViewerRegion) => readonly PriceTier[]
  },
  { priceBook, viewerRegions, usedViewerHours }: CostSettings,
): readonly QuoteItem[] {
  return regionShares(viewerRegions).flatMap(([region, share]) =>
    tieredCostItems(
      {
        label: `${line.label}, ${regionNames[region]}`,
        quantity: exactProduct(hours, share),
        unit: line.unit,
      },
      line.tiersOf(region),
      priceBook.currency,
      exactProduct(usedViewerHours, share),
    ),
  )
}

/** A month of storage, and the replays that are watched. */
function recordingItems(usage: StreamUsage, book: IvsPriceBook): readonly QuoteItem[] {
  if (usage.recordedHours === 0 && usage.replayViewerHours === 0) return []
  const kept = exactProduct(usage.recordedHours, book.recordedGigabytesPerHour[usage.quality])
  const loaded = exactProduct(usage.replayViewerHours, book.replayGigabytesPerHour[usage.quality])
  const storage = { label: 'Recording kept for a month, S3', quantity: kept, unit: 'GB-month' }
  const replays = { label: 'Replays, CloudFront', quantity: loaded, unit: 'GB' }
  return [
    costItem(storage, book.storagePerGigabyteMonth, book.currency),
    ...(loaded > 0 ? [costItem(replays, book.deliveryPerGigabyte, book.currency)] : []),
  ]
}

function unverifiedOutput(
  { quality }: StreamUsage,
  { viewerRegions }: CostSettings,
  tiersOf: (region: IvsViewerRegion) => readonly PriceTier[],
): readonly string[] {
  return regionShares(viewerRegions).flatMap(([region]) => {
    const first = tiersOf(region)[0]
    return first
      ? unverifiedNotes([[`${quality.toUpperCase()} output in ${regionNames[region]}`, first.price]])
      : []
  })
}
