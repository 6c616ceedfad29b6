import type { BooksFault } from './books-fault.ts'
import { LedgerError } from './errors.ts'
import type { BookedEntry, EntryPosition, LedgerStore } from './ledger-store.ts'

/** A line of a gateway's own books, such as one of Stripe's balance transactions. */
export interface GatewayMovement {
  /** The gateway's id of the charge, refund, dispute or payout: what the ledger knows as `gateway.ref`. */
  readonly ref: string
  /** By how much it changed what the gateway holds for the platform: a charge is positive, a refund negative. */
  readonly amount: bigint
  readonly currency: string
}

/** A gateway and its books. */
export interface GatewayBooks {
  /** The gateway's id in the ledger. */
  readonly gateway: string
  /** All of its movements, from the first on, in any order. */
  readonly movements: AsyncIterable<GatewayMovement> | Iterable<GatewayMovement>
}

const pageSize = 1000

/**
 * Compares what a gateway says it moved with what the ledger booked, movement by movement, and the balances at the end.
 * Holds in memory what is in one of them and not yet in the other.
 */
export async function compareGatewayBooks(
  store: LedgerStore,
  { gateway, movements }: GatewayBooks,
  signal?: AbortSignal,
): Promise<BooksFault | null> {
  const open = new Map<string, { booked: bigint; reported: bigint }>()
  const note = (ref: string, currency: string, side: 'booked' | 'reported', amount: bigint) => {
    const name = JSON.stringify([ref, currency])
    const both = open.get(name) ?? { booked: 0n, reported: 0n }
    both[side] += amount
    if (both.booked === both.reported) open.delete(name)
    else open.set(name, both)
  }
  for await (const { ref, currency, amount } of movements) {
    throwIfAborted(signal)
    note(ref, currency, 'reported', amount)
  }
  for await (const entry of clearingEntries(store, gateway, signal)) {
    if (entry.gateway?.id !== gateway) {
      return {
        check: 'gateway_movement',
        row: entry.key,
        expected: `a movement of ${gateway}`,
        actual: `${-entry.amount} ${entry.currency} without its id`,
      }
    }
    note(entry.gateway.ref, entry.currency, 'booked', -entry.amount)
  }
  for (const [name, { booked, reported }] of open) {
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
