import { type Account, accountName } from './account.ts'

/** One line of a transfer. */
export interface Entry extends Account {
  /** Minor units, never zero. */
  readonly amount: bigint
  /**
   * ISO 8601, UTC: when this part moves on to `creator_available`. Entries of `creator_pending` and `creator_reserve` have
   * it, others do not. A refund within the hold repeats the time of what it takes back.
   */
  readonly availableAt?: string
}

/**
 * What a transfer is about. `maturity` and those of payouts are made by the verbs of the ledger alone. A reversal has the
 * kind of what it reverses, so the totals of a kind are after corrections.
 */
export type TransferKind = (typeof transferKinds)[number]

/** Kinds that a caller may post. */
export const postableKinds = [
  'earning',
  'refund',
  'refund_failed',
  'dispute',
  'dispute_reinstated',
  'gateway_fee',
  'adjustment',
] as const

/** Every {@link TransferKind}. */
export const transferKinds = [
  ...postableKinds,
  'maturity',
  'payout',
  'payout_paid',
  'payout_failed',
  'payout_returned',
] as const

/** A movement of money between accounts. Its entries sum to zero in each currency. */
export interface NewTransfer {
  /**
   * Identifies the transfer for ever; who chooses it makes the same fact have the same one, such as `completion:<tip id>`.
   * Posting it again changes nothing.
   */
  readonly key: string
  readonly kind: TransferKind
  /** 2 to 50 of them. */
  readonly entries: readonly Entry[]
  /** ISO 8601, UTC: when it happened outside. */
  readonly occurredAt: string
  /** What it is about in the platform's words, such as `tip:01J9...`. */
  readonly reference?: string
  /**
   * The gateway that moved the money, and its own id of that. One transfer of a kind has it, and at most one reversal;
   * several payouts may have it, as a bank sends a batch under one reference.
   */
  readonly gateway?: GatewayReference
  /** The key of the transfer that this one takes back. */
  readonly reverses?: string
}

/** A movement of money as a gateway names it. */
export interface GatewayReference {
  /** The gateway's id, such as `stripe`. */
  readonly id: string
  /** The gateway's id of the charge, refund, dispute or payout. */
  readonly ref: string
}

/** A transfer that is in the books. It never changes again. */
export interface Transfer extends NewTransfer {
  /** Grows; not without gaps, and not in the order of commits. */
  readonly seq: number
  /** ISO 8601, UTC: when it was booked. Statements go by this, so that a closed period does not change. */
  readonly recordedAt: string
}

/**
 * Tells whether two transfers with the same key say the same: kind, entries in any order, gateway, reference and what it
 * reverses. Times may differ, as an answer and a webhook tell of the same payment at different moments.
 */
export function isSameTransfer(left: NewTransfer, right: NewTransfer): boolean {
  return (
    left.kind === right.kind &&
    left.reference === right.reference &&
    left.reverses === right.reverses &&
    left.gateway?.id === right.gateway?.id &&
    left.gateway?.ref === right.gateway?.ref &&
    entriesText(left) === entriesText(right)
  )
}

function entriesText({ entries }: NewTransfer): string {
  return JSON.stringify(entries.map((entry) => `${accountName(entry)} ${entry.amount}`).sort())
}

/** The sum of a transfer's entries in each currency that is not zero. Empty for a right one. */
export function imbalances(entries: readonly Entry[]): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const { currency, amount } of entries) sums.set(currency, (sums.get(currency) ?? 0n) + amount)
  for (const [currency, sum] of sums) if (sum === 0n) sums.delete(currency)
  return sums
}
