import type { Account, AccountKind } from './account.ts'
import type { CreatorBalance } from './balances.ts'
import type { BatchingOptions } from './batch-calls.ts'
import type { BooksFault } from './books-fault.ts'
import type { GatewayBooks } from './gateway-books.ts'
import type { BookedEntry, LedgerStore } from './ledger-store.ts'
import type { ReverseOptions } from './reversal-transfer.ts'
import type { Seal } from './seal.ts'
import type { StatementQuery } from './statement.ts'
import type { GatewayReference, NewTransfer, Transfer } from './transfer.ts'

/** What a ledger is made of. */
export interface LedgerOptions {
  readonly store: LedgerStore
  readonly batching?: BatchingOptions
  /** The present time. Default the system's. */
  readonly clock?: () => Date
}

/** A transfer that is in the books, and whether this call put it there. */
export interface Booked {
  readonly outcome: 'posted' | 'exists'
  readonly transfer: Transfer
}

/** Which payout. */
export interface PayoutInput {
  /** Identifies the payout for ever, such as `payout:<creator id>:2026-03`. */
  readonly key: string
  readonly creatorId: string
  /** ISO 4217, upper case. */
  readonly currency: string
  /** Minor units above zero. All that is available when absent. */
  readonly amount?: bigint
  /** Minor units: below it there is no payout. Default 1. */
  readonly minimum?: bigint
  readonly reference?: string
}

/** What became of a payout. */
export type PayoutOutcome =
  | Booked
  /** Less is available than was asked for. Nothing was booked. */
  | { readonly outcome: 'insufficient'; readonly available: bigint }

/** Which entries to list, newest first. */
export interface EntriesQuery {
  /** A creator's or gateway's id. */
  readonly owner: string
  readonly accounts?: readonly AccountKind[]
  readonly currency?: string
  /** ISO 8601, UTC. Booked at this time or later. */
  readonly from?: string
  /** ISO 8601, UTC. Booked before this time. */
  readonly to?: string
  /** The `nextCursor` of the page before. */
  readonly cursor?: string
  /** 1 to 500. Default 50. */
  readonly limit?: number
}

/** A page of entries. */
export interface EntriesPage {
  readonly items: readonly BookedEntry[]
  /** Null on the last page. */
  readonly nextCursor: string | null
}

/** What {@link Ledger.verify} compares the books with. */
export interface VerifyOptions {
  /** A gateway's own books. */
  readonly gatewayBooks?: GatewayBooks
  /** A {@link Verification.seal} of an earlier time: what it seals must be what it was. */
  readonly seal?: Seal
  readonly signal?: AbortSignal
}

/** What {@link Ledger.verify} found. */
export interface Verification {
  /** True when everything was right. */
  readonly ok: boolean
  readonly transfers: number
  readonly entries: number
  /** The first thing that is wrong, or null. */
  readonly fault: BooksFault | null
  /**
   * What was booked until an hour ago, for {@link VerifyOptions.seal} of the next time: keep it where nobody can write who
   * can write the books. Null when something is wrong.
   */
  readonly seal: Seal | null
}

/**
 * The books of a platform. Every verb that books is safe to repeat with the same key and the same content, also when its
 * answer was lost.
 */
export interface Ledger {
  /**
   * Books an earning, a refund, a dispute, a gateway's fee or an adjustment. Concurrent posts share round trips.
   *
   * @throws {@link LedgerError} `invalid_input` naming the field; `conflict` when the key, or the gateway's id of the
   * movement, belongs to another transfer; `provider_unavailable` when it is not known whether it was booked.
   */
  post(transfer: NewTransfer): Promise<Booked>
  /**
   * Takes a transfer back with one that mirrors it; the books keep both.
   *
   * @throws {@link LedgerError} `not_found`, `conflict` for a reversal, `invalid_input` for maturities and payouts.
   */
  reverse(key: string, options?: ReverseOptions): Promise<Booked>
  /** A transfer by its key, null when there is none. */
  get(key: string): Promise<Transfer | null>
  /** A creator's balances by currency, as of now; what is past its hold counts as available. */
  balances(creatorId: string): Promise<readonly CreatorBalance[]>
  /** The balance of one account, as it is booked. */
  balance(account: Account): Promise<bigint>
  /** Entries of an owner, newest first. Pages stay stable while transfers are booked. */
  listEntries(query: EntriesQuery): Promise<EntriesPage>
  /** Moves all that is past its hold to `available`. Run it every minute or so, on any number of servers. */
  mature(options?: { readonly signal?: AbortSignal }): Promise<{ readonly holds: number }>
  /**
   * Sets money of a creator aside to be sent. Never more than is available, whatever runs at the same time.
   *
   * @throws {@link LedgerError} `conflict` when the key belongs to something else.
   */
  payout(input: PayoutInput): Promise<PayoutOutcome>
  /**
   * The payout was sent by a gateway. Exactly one of this and {@link Ledger.failPayout} can be booked. Payouts that a bank
   * sent in one batch may have its one reference; the batch is compared with the bank's books by its sum.
   *
   * @throws {@link LedgerError} `not_found`; `conflict` when it failed before.
   */
  completePayout(key: string, gateway: GatewayReference): Promise<Booked>
  /**
   * The payout was not sent, and its money is available again.
   *
   * @throws {@link LedgerError} `not_found`; `conflict` when it was sent.
   */
  failPayout(key: string): Promise<Booked>
  /**
   * The creator's bank sent a payout back, and its money is available again.
   *
   * @throws {@link LedgerError} `not_found`; `conflict` unless it was sent.
   */
  returnPayout(key: string, gateway: GatewayReference): Promise<Booked>
  /** A creator's statement of a period as CSV, in pieces, for a `ReadableStream` or a file. */
  statement(query: StatementQuery): AsyncIterable<string>
  /**
   * Makes balances cheap to read again: tails of `minTail` parts (default 1000) and more go into snapshots, up to `limit`
   * (default 100) of them. Answers how many. Run it every minute or so; balances are right at any time without it.
   */
  takeSnapshots(options?: { readonly minTail?: number; readonly limit?: number }): Promise<number>
  /**
   * Proves the books by reading all of them as of one moment, and names the first wrong row: each check is one of
   * {@link BooksFault}. With a gateway's own books, each of its movements is booked and nothing else is: give them with a
   * cut-off where money moves meanwhile ({@link GatewayBooks.until}).
   *
   * The gateway's ids are compared by their sums, so a transfer and a reversal under the same id are together nothing. That
   * is right for what was booked by mistake, and a fault for what the gateway did move; give `gatewayRef` to
   * {@link Ledger.reverse} for what it moved back under another id.
   *
   * Who owns the tables can rewrite them so that they are right in themselves, such as by taking a transfer away with its
   * entries, balances and holds. A seal of an earlier time shows that for all it seals. What was booked after the last
   * seal and taken away before the next is shown by the books of the gateway or the bank alone, and so is a payment that
   * was never booked; what moves no money outside, such as an adjustment, is shown by nothing then. A hold that is
   * released before its time is seen unless refunds of the same account that have matured make up for it.
   *
   * @throws {@link LedgerError} `invalid_input`, `aborted`, and what the store throws.
   */
  verify(options?: VerifyOptions): Promise<Verification>
}
