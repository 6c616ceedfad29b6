/**
 * What an account is for. Balances of all accounts of a currency sum to zero: what is owed or earned is positive, what is
 * held or spent is negative.
 *
 * | kind | owner | a balance of +1 means |
 * | --- | --- | --- |
 * | `gateway_clearing` | gateway | the gateway holds 1 less for the platform |
 * | `gateway_fees` | gateway | 1 less was paid for processing |
 * | `dispute_fees` | gateway | 1 less was paid for disputes |
 * | `suspense` | gateway | 1 came in that belongs to nobody known |
 * | `creator_pending` | creator | 1 is earned and still in its hold |
 * | `creator_reserve` | creator | 1 is kept back against disputes |
 * | `creator_available` | creator | 1 can be paid out; below zero the creator owes it |
 * | `creator_in_transit` | creator | 1 is on its way to the creator's bank |
 * | `platform_revenue` | creator it came from | 1 is the platform's |
 * | `dispute_losses` | creator it was lost on | 1 less was lost on what a creator could not return |
 */
export type AccountKind = (typeof accountKinds)[number]

/** Every {@link AccountKind}. */
export const accountKinds = [
  'gateway_clearing',
  'gateway_fees',
  'dispute_fees',
  'suspense',
  'creator_pending',
  'creator_reserve',
  'creator_available',
  'creator_in_transit',
  'platform_revenue',
  'dispute_losses',
] as const

/** Accounts whose entries are held until a time and then move to `creator_available`. */
export const heldAccounts: readonly AccountKind[] = ['creator_pending', 'creator_reserve']

/** Accounts that hold what belongs to a creator. Their sum is what the platform owes the creator. */
export const creatorAccounts: readonly AccountKind[] = [
  ...heldAccounts,
  'creator_available',
  'creator_in_transit',
]

/** An account. It needs no opening: it is there with its first entry, and each has one currency. */
export interface Account {
  readonly account: AccountKind
  /** The creator's or gateway's id, as the table of {@link AccountKind} says. */
  readonly owner: string
  /** ISO 4217, upper case. */
  readonly currency: string
}

/** Names an account in messages and as a key: `creator_pending:ava:USD`. */
export function accountName({ account, owner, currency }: Account): string {
  return `${account}:${owner}:${currency}`
}
