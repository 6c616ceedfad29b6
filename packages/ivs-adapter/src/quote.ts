import type { Quote, QuoteItem, StreamPlan } from '@stagedoor/streaming-core'
import { carriesQuality } from './channel-type.ts'
import { type Decimal, decimal, multiply, roundHalfUp, toNumber } from './decimal.ts'
import type { IvsPrice } from './prices.ts'
import type { IvsConfig } from './resolve-options.ts'

/** The name of this way to deliver, beside `ivs-stage` and `livekit`. */
export const candidate = 'ivs-channel'

/** Viewer-hours a month that are billed by the first tier. */
const firstTierHours = 10_000

/** What an IVS channel costs for a plan, or why it cannot carry it. Pure; every line is rounded to whole cents, half up. */
export function quote(plan: StreamPlan, config: IvsConfig): Quote {
  const reasons = obstacles(plan, config)
  if (reasons.length > 0) return { candidate, feasible: false, reasons }
  const book = config.priceBook
  const type = config.channelTypes[plan.quality]
  const input = book.inputPerHour[type]
  const output = book.outputPerViewerHour[plan.quality]
  const hours = decimal(plan.durationHours)
  const viewers = multiply(decimal(plan.expectedViewers), decimal(plan.watchShare))
  const viewerHours = multiply(viewers, hours)
  const inputItem = item(`Input, ${type} channel`, hours, 'input-hour', input, book.currency)
  const outputLabel = `Output, ${plan.quality.toUpperCase()}, ${book.market}`
  const outputItem = item(outputLabel, viewerHours, 'viewer-hour', output, book.currency)
  const money = (amount: bigint) => ({ amount: amount.toString(), currency: book.currency })
  const perHour = roundHalfUp(decimal(input.amount)) + roundHalfUp(multiply(viewers, decimal(output.amount)))
  return {
    candidate,
    feasible: true,
    perHour: money(perHour),
    total: money(BigInt(inputItem.amount.amount) + BigInt(outputItem.amount.amount)),
    items: [inputItem, outputItem],
    asOf: book.asOf,
    notes: notes(plan, config, toNumber(viewerHours)),
  }
}

function obstacles(plan: StreamPlan, { channelTypes, maxViewers }: IvsConfig): readonly string[] {
  const type = channelTypes[plan.quality]
  return [
    ...(plan.interactive
      ? ['HLS runs seconds behind: an interactive stream needs WebRTC, such as an IVS stage or LiveKit']
      : []),
    ...(plan.method === 'browser'
      ? ['a channel takes RTMP from OBS or another encoder, not from a browser']
      : []),
    ...(plan.record ? ['recording is not set up on IVS channels'] : []),
    ...(plan.expectedViewers > maxViewers
      ? [
          `the quota "Concurrent views" allows ${maxViewers} viewers on all channels together, ` +
            `${plan.expectedViewers} are expected; ask AWS to raise it and pass maxViewers`,
        ]
      : []),
    ...(carriesQuality(type, plan.quality)
      ? []
      : [`channels of type ${type} do not deliver ${plan.quality}`]),
  ]
}

function item(label: string, quantity: Decimal, unit: string, price: IvsPrice, currency: string): QuoteItem {
  const amount = roundHalfUp(multiply(quantity, decimal(price.amount)))
  return {
    label,
    quantity: toNumber(quantity),
    unit,
    unitPrice: { amount: price.amount, currency },
    amount: { amount: amount.toString(), currency },
  }
}

function notes(plan: StreamPlan, config: IvsConfig, viewerHours: number): readonly string[] {
  const book = config.priceBook
  const type = config.channelTypes[plan.quality]
  const input = book.inputPerHour[type]
  const output = book.outputPerViewerHour[plan.quality]
  const unverified = (name: string, price: IvsPrice) =>
    price.verified ? [] : [`The price of ${name} is not verified: ${price.source}.`]
  return [
    `List prices for viewers in ${book.market}, all of them in ${plan.quality.toUpperCase()}; taxes are not included.`,
    ...unverified(`${type} input`, input),
    ...unverified(`${plan.quality.toUpperCase()} output`, output),
    ...(plan.watchShare === 1
      ? [
          'Every viewer is counted for the whole event; AWS finds that half of a stream is watched on average.',
        ]
      : []),
    ...(viewerHours > firstTierHours
      ? [
          `Above ${firstTierHours} viewer-hours a month the price per hour falls; the first tier is used throughout.`,
        ]
      : []),
  ]
}
