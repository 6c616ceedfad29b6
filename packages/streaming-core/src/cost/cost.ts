import Big from 'big.js'
import { StreamingError } from '../errors.ts'
import type { MoneyJson } from '../money.ts'
import type { Quote, QuoteItem, StreamPlan } from '../plan.ts'
import type { Price, PriceTier } from './price.ts'

/** What a usage costs, line by line. */
export interface Cost {
  /** The sum of the lines, in whole minor units. */
  readonly total: MoneyJson
  readonly items: readonly QuoteItem[]
  /** The day the price book was checked, `YYYY-MM-DD`. */
  readonly asOf: string
  /** Assumptions, and prices that are not verified. */
  readonly notes: readonly string[]
}

/** A line before it is priced. */
export interface CostLine {
  readonly label: string
  readonly quantity: number
  /** What is counted, such as `viewer-hour` or `GB`. */
  readonly unit: string
}

/** One line at one price, rounded to whole minor units, an exact half up. */
export function costItem(line: CostLine, price: Price, currency: string): QuoteItem {
  return {
    ...line,
    unitPrice: { amount: price.amount, currency },
    amount: {
      amount: exact(line.quantity).times(price.amount).round(0, Big.roundHalfUp).toFixed(0),
      currency,
    },
  }
}

/**
 * A line of a volume price: one item for each tier that it reaches.
 *
 * @param used - Units of this billing month that were used before.
 */
export function tieredCostItems(
  line: CostLine,
  tiers: readonly PriceTier[],
  currency: string,
  used = 0,
): readonly QuoteItem[] {
  const items: QuoteItem[] = []
  let begin = exact(used)
  let left = exact(line.quantity)
  for (const { upTo, price } of tiers) {
    const room = upTo === null ? null : exact(upTo).minus(begin)
    if (room?.lte(0)) continue
    const part = room?.lt(left) ? room : left
    items.push(costItem({ ...line, quantity: part.toNumber() }, price, currency))
    left = left.minus(part)
    begin = begin.plus(part)
    if (left.eq(0)) return items
  }
  throw new StreamingError({
    code: 'invalid_input',
    field: 'priceBook',
    message: `${line.label} has no tier for this volume: the last tier of a price book takes upTo: null.`,
  })
}

/** The quantity beyond what a plan includes and what of that is left. */
export function beyondIncluded(quantity: number, includedLeft: number): number {
  const beyond = exact(quantity).minus(includedLeft)
  return beyond.gt(0) ? beyond.toNumber() : 0
}

/** The product of numbers as they are written, without the drift of binary fractions. */
export function exactProduct(...factors: readonly number[]): number {
  return factors.reduce((product, factor) => product.times(exact(factor)), new Big(1)).toNumber()
}

/** Lines as a cost. */
export function toCost(
  items: readonly QuoteItem[],
  book: { readonly asOf: string; readonly currency: string },
  notes: readonly string[] = [],
): Cost {
  const sum = items.reduce((total, { amount }) => total + BigInt(amount.amount), 0n)
  return { total: { amount: sum.toString(), currency: book.currency }, items, asOf: book.asOf, notes }
}

/** The cost of a plan as a quote; `perHour` is the total spread over the event. */
export function toQuote(candidate: string, plan: StreamPlan, cost: Cost): Quote {
  const perHour = new Big(cost.total.amount)
    .div(exact(plan.durationHours))
    .round(0, Big.roundHalfUp)
    .toFixed(0)
  return {
    candidate,
    feasible: true,
    perHour: { amount: perHour, currency: cost.total.currency },
    ...cost,
  }
}

/** A sentence for each price that is not verified, for the notes of a cost. */
export function unverifiedNotes(
  prices: readonly (readonly [name: string, price: Price])[],
): readonly string[] {
  return prices
    .filter(([, price]) => !price.verified)
    .map(([name, price]) => `The price of ${name} is not verified: ${price.source}.`)
}

/** A number as it is written, 0 or more: 0.1 is a tenth, and no binary fraction. */
function exact(value: number): Big {
  if (Number.isFinite(value) && value >= 0) return new Big(value)
  throw new StreamingError({
    code: 'invalid_input',
    message: `${value} is no quantity: pass a number, 0 or more.`,
  })
}
