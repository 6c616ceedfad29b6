import type { Account, AccountKind } from './account.ts'
import type { BooksFault } from './books-fault.ts'
import type { Seal } from './seal.ts'
import type { Entry, NewTransfer, Transfer, TransferKind } from './transfer.ts'

/** What became of one transfer of {@link LedgerStore.post}. */
export type PostResult =
  | { readonly outcome: 'posted'; readonly transfer: Transfer }
  /** It was in the books already; `transfer` is what is there. */
  | { readonly outcome: 'exists'; readonly transfer: Transfer }
  /** The key, or the gateway's id of the movement, belongs to another transfer: the one that is given. */
  | { readonly outcome: 'conflict'; readonly on: 'key' | 'gateway'; readonly transfer: Transfer }

/** What {@link LedgerStore.payout} is asked for. */
export interface PayoutOrder {
  /** The key of the transfer that it makes. */
  readonly key: string
  readonly creatorId: string
  readonly currency: string
  /** Minor units above zero, or all that is available. */
  readonly amount: bigint | 'all'
  /** Minor units: below it there is no payout. At least 1. */
  readonly minimum: bigint
  readonly occurredAt: string
  readonly recordedAt: string
  readonly reference?: string
}

/** What became of a payout. */
export type PayoutResult =
  | { readonly outcome: 'posted' | 'exists'; readonly transfer: Transfer }
  /** The key belongs to another transfer, or to a payout of another creator, currency or amount. */
  | { readonly outcome: 'conflict'; readonly transfer: Transfer }
  /** Less is available than the amount, or than the minimum. Nothing was written. */
  | { readonly outcome: 'insufficient'; readonly available: bigint }

/** What an account holds by transfers of one kind. Its balance is the sum over the kinds. */
export interface AccountTotal extends Account {
  readonly kind: TransferKind
  readonly amount: bigint
}

/** What {@link LedgerStore.totals} answers, all of one moment. */
export interface OwnerTotals {
  readonly totals: readonly AccountTotal[]
  /** The parts of held accounts whose hold is over and that no maturity has moved yet. */
  readonly due: readonly (Account & { readonly amount: bigint })[]
}

/** An entry with what its transfer says. */
export interface BookedEntry extends Entry {
  readonly seq: number
  /** Its place in the transfer, from 0. */
  readonly position: number
  readonly key: string
  readonly kind: TransferKind
  readonly occurredAt: string
  readonly recordedAt: string
  readonly reference?: string
  readonly gateway?: Transfer['gateway']
  readonly reverses?: string
}

/** Where a list of entries goes on. */
export type EntryPosition = Pick<BookedEntry, 'recordedAt' | 'seq' | 'position'>

/** Which entries, ordered by `recordedAt`, then `seq`, then `position`. */
export interface ListEntriesQuery {
  readonly owner: string
  /** Any of these; all when absent. */
  readonly accounts?: readonly AccountKind[]
  readonly currency?: string
  /** Recorded at this time or later. */
  readonly from?: string
  /** Recorded before this time. */
  readonly to?: string
  readonly order: 'newest' | 'oldest'
  /** Begins behind this one, in the order asked for. */
  readonly after?: EntryPosition
  readonly limit: number
}

/** What {@link LedgerStore.audit} found. */
export interface StoreAudit {
  readonly transfers: number
  readonly entries: number
  /** The first thing that is wrong, null when the books are right. */
  readonly fault: BooksFault | null
  /** One for each time that was asked for, in that order. */
  readonly seals: readonly Seal[]
}

/** What {@link LedgerStore.audit} is asked for besides. */
export interface AuditQuery {
  /** ISO 8601, UTC. Times before which what was booked is to be sealed. */
  readonly sealBefore?: readonly string[]
}

/**
 * The books. Transfers and entries are only ever added. Input is validated before it comes here; every verb is atomic and
 * safe on many servers at once. Times are ISO 8601 in UTC and come back in milliseconds.
 */
export interface LedgerStore {
  /**
   * Books transfers, each whole or not at all, and answers for each one in the order given. A transfer whose key is there
   * already is `exists` when it says the same ({@link isSameTransfer}), or else `conflict`; so is one whose gateway
   * movement another transfer of its kind has ({@link movementName}; reversals count apart). Neither hinders its neighbours, and of two in one
   * call the first wins. Held entries wait for {@link LedgerStore.mature}. Takes no lock on any account: a thousand
   * callers may credit one at once.
   */
  post(transfers: readonly NewTransfer[], recordedAt: string): Promise<readonly PostResult[]>
  /**
   * Moves from `creator_available` to `creator_in_transit` what is there, never more. Payouts of one creator and currency
   * happen one after the other, and each first matures what is due by `recordedAt`. A key that is there already answers
   * what is there, whatever the balance is by now; 'all' is the same as any amount then.
   */
  payout(order: PayoutOrder): Promise<PayoutResult>
  /**
   * Moves what is due by `at` from held accounts to `creator_available`: one transfer for each account, made of up to
   * `limit` holds, negative ones of refunds included. Each hold is moved once, whoever asks. Answers how many holds it
   * moved; fewer than `limit` means that no more are due, or that somebody else is moving them.
   */
  mature(query: { readonly at: string; readonly limit: number }): Promise<number>
  /** A transfer by its key, null when there is none. */
  get(key: string): Promise<Transfer | null>
  /**
   * Totals of an owner's accounts and what is due by `at`, without those that are zero.
   *
   * @param query - `before` counts entries recorded before that time alone; it may read each of them.
   */
  totals(query: {
    readonly owner: string
    readonly at: string
    readonly before?: string
  }): Promise<OwnerTotals>
  listEntries(query: ListEntriesQuery): Promise<readonly BookedEntry[]>
  /**
   * Makes totals cheaper to read, and changes none: the up to `limit` longest tails of at least `minTail` become a part
   * of their snapshot. What a transaction that is still running adds stays in the tail. Answers how many it did.
   */
  takeSnapshots(query: { readonly minTail: number; readonly limit: number }): Promise<number>
  /**
   * Reads all books as of one moment, and makes every check of {@link BooksFault} but those of seals and gateways. A seal
   * is the same whenever it is asked for, as long as the transfers that were booked before its time are the same.
   */
  audit(query?: AuditQuery): Promise<StoreAudit>
}
