import type { BooksFault } from './books-fault.ts'
import { invalidInput, LedgerError } from './errors.ts'
import type { BookedEntry, EntryPosition, LedgerStore } from './ledger-store.ts'
import {
  requireBigint,
  requireObject,
  validateCurrency,
  validateText,
  validateTime,
} from './validate-transfer.ts'

/** A line of a gateway's own books, such as one of Stripe's balance transactions. */
export interface GatewayMovement {
  /** The gateway's id of the charge, refund, dispute or payout: what the ledger knows as `gateway.ref`. */
  readonly ref: string
  /** By how much it changed what the gateway holds for the platform: a charge is positive, a refund negative. */
  readonly amount: bigint
  readonly currency: string
  /** ISO 8601, UTC: when the gateway moved it. Needed with {@link GatewayBooks.until}. */
  readonly occurredAt?: string
}

/** A gateway and its books. */
export interface GatewayBooks {
  /** The gateway's id in the ledger. */
  readonly gateway: string
  /** All of its movements, from the first on, in any order. What was moved after `until` may be among them. */
  readonly movements: AsyncIterable<GatewayMovement> | Iterable<GatewayMovement>
  /**
   * ISO 8601, UTC: what either side dates at this time or later is no fault when the other side does not have it yet.
   * Nothing is left out when absent, so what is on its way at that moment, told by no webhook yet or booked while the
   * books are read, is a fault. An hour ago is a good choice for a platform that takes money all day.
   *
   * The ledger goes by `occurredAt`. The two need not agree on it for what both have: a movement that is the same in both
   * is right on whichever side of the cut-off each puts it.
   */
  readonly until?: string
}

const pageSize = 1000

/**
 * Compares what a gateway says it moved with what the ledger booked, by the sum of each of its ids and currency. Holds in
 * memory what is in one of them and not yet in the other.
 */
export async function compareGatewayBooks(
  store: LedgerStore,
  { gateway, movements, until }: GatewayBooks,
  signal?: AbortSignal,
): Promise<BooksFault | null> {
  const open = new Map<string, Sums>()
  const end = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until)
  const isEarly = (time: string | undefined) => time === undefined || Date.parse(time) < end
  const note = (ref: string, currency: string, side: 'booked' | 'reported', amount: bigint, at?: string) => {
    const name = JSON.stringify([ref, currency])
    const sums = open.get(name) ?? { booked: 0n, reported: 0n, earlyBooked: 0n, earlyReported: 0n }
    sums[side] += amount
    if (isEarly(at)) sums[side === 'booked' ? 'earlyBooked' : 'earlyReported'] += amount
    // With a cut-off, what is even now may get a part that is late on one side.
    if (sums.booked === sums.reported && sums.earlyBooked === sums.earlyReported) open.delete(name)
    else open.set(name, sums)
  }
  for await (const movement of movements) {
    throwIfAborted(signal)
    validateMovement(movement, until)
    const { ref, currency, amount, occurredAt } = movement
    note(ref, currency, 'reported', amount, occurredAt)
  }
  for await (const entry of clearingEntries(store, gateway, signal)) {
    if (entry.gateway?.id !== gateway) {
      if (!isEarly(entry.occurredAt)) continue
      return {
        check: 'gateway_movement',
        row: entry.key,
        expected: `a movement of ${gateway}`,
        actual: `${-entry.amount} ${entry.currency} without its id`,
      }
    }
    note(entry.gateway.ref, entry.currency, 'booked', -entry.amount, entry.occurredAt)
  }
  for (const [name, { booked, reported, earlyBooked, earlyReported }] of open) {
    if (booked === reported || earlyBooked === earlyReported) continue
    const [ref, currency] = JSON.parse(name) as [string, string]
    return {
      check: 'gateway_movement',
      row: ref,
      expected: `${reported} ${currency}`,
      actual: `${booked} ${currency}`,
    }
  }
  return null
}

/** Of one of the gateway's ids in one currency. The early ones are from before the cut-off. */
interface Sums {
  booked: bigint
  reported: bigint
  earlyBooked: bigint
  earlyReported: bigint
}

/** @throws {@link LedgerError} `invalid_input` naming the field. */
export function validateGatewayBooks(books: GatewayBooks): void {
  requireObject('gatewayBooks', books)
  const { gateway, movements, until } = books
  validateText('gatewayBooks.gateway', gateway)
  if (until !== undefined) validateTime('gatewayBooks.until', until)
  const isIterable =
    typeof movements === 'object' &&
    movements !== null &&
    (Symbol.asyncIterator in movements || Symbol.iterator in movements)
  if (!isIterable) throw invalidInput('gatewayBooks.movements', 'a list of movements, or a stream of them')
}

function validateMovement(movement: GatewayMovement, until: string | undefined): void {
  const field = (name: string) => `gatewayBooks.movements.${name}`
  requireObject('gatewayBooks.movements', movement)
  const { ref, amount, currency, occurredAt } = movement
  validateText(field('ref'), ref)
  requireBigint(field('amount'), amount)
  validateCurrency(field('currency'), currency)
  if (occurredAt !== undefined) validateTime(field('occurredAt'), occurredAt)
  else if (until !== undefined) {
    throw invalidInput(field('occurredAt'), `${ref} has none, so it is on neither side of the cut-off`)
  }
}

async function* clearingEntries(
  store: LedgerStore,
  owner: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<BookedEntry, void> {
  for (let after: EntryPosition | undefined; ; ) {
    throwIfAborted(signal)
    const query = { owner, accounts: ['gateway_clearing'], order: 'oldest', limit: pageSize } as const
    const page = await store.listEntries({ ...query, ...(after ? { after } : {}) })
    yield* page
    if (page.length < pageSize) return
    after = page.at(-1)
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return
  throw new LedgerError({ code: 'aborted', message: 'The comparison was given up.', cause: signal.reason })
}
