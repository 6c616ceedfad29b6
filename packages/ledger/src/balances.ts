import type { Account } from './account.ts'
import type { OwnerTotals } from './ledger-store.ts'

/** What a creator has and had, in one currency. All in minor units. */
export interface CreatorBalance {
  readonly currency: string
  /** What viewers paid, before fees and refunds. */
  readonly gross: bigint
  /** The platform's part of `gross`, before refunds. */
  readonly fee: bigint
  /** `gross - fee`. */
  readonly net: bigint
  /** What refunds took from the creator. */
  readonly refunded: bigint
  /** What disputes took from the creator; a dispute that was won counts no more. */
  readonly disputed: bigint
  /** Corrections, positive in the creator's favour. */
  readonly adjusted: bigint
  /** Earned, and in its hold. */
  readonly pending: bigint
  /** Kept back against disputes. */
  readonly reserved: bigint
  /** Can be paid out. Below zero the creator owes it. */
  readonly available: bigint
  /** On its way to the creator's bank. */
  readonly inTransit: bigint
  /** Paid out, less what the bank sent back. */
  readonly paidOut: bigint
}

/** What the platform earned from a creator, or lost on one. */
const ofPlatform = new Set(['platform_revenue', 'dispute_losses'])
const ofCreator = new Set(['creator_pending', 'creator_reserve', 'creator_available', 'creator_in_transit'])

/**
 * A creator's balances by currency. What is due counts as available, moved or not yet.
 * `net - refunded - disputed + adjusted - paidOut` is always `pending + reserved + available + inTransit`.
 */
export function creatorBalances({ totals, due }: OwnerTotals): readonly CreatorBalance[] {
  const own = totals.filter(({ account }) => ofCreator.has(account) || ofPlatform.has(account))
  const currencies = [...new Set(own.map(({ currency }) => currency))].sort()
  return currencies.map((currency) => {
    const sum = (accounts: (account: string) => boolean, kinds: (kind: string) => boolean = () => true) =>
      own.reduce(
        (all, total) =>
          total.currency === currency && accounts(total.account) && kinds(total.kind)
            ? all + total.amount
            : all,
        0n,
      )
    const is = (name: string) => (value: string) => value === name
    const isDue = (account: Account['account']) =>
      due.reduce(
        (all, part) => (part.currency === currency && part.account === account ? all + part.amount : all),
        0n,
      )
    const creators = (account: string) => ofCreator.has(account)
    const [net, fee] = [sum(creators, is('earning')), sum(is('platform_revenue'), is('earning'))]
    const [duePending, dueReserve] = [isDue('creator_pending'), isDue('creator_reserve')]
    return {
      currency,
      gross: net + fee,
      fee,
      net,
      refunded: -sum(creators, is('refund')) - sum(creators, is('refund_failed')),
      disputed: -sum(creators, is('dispute')) - sum(creators, is('dispute_reinstated')),
      adjusted: sum(creators, is('adjustment')) + sum(creators, is('gateway_fee')),
      pending: sum(is('creator_pending')) - duePending,
      reserved: sum(is('creator_reserve')) - dueReserve,
      available: sum(is('creator_available')) + duePending + dueReserve,
      inTransit: sum(is('creator_in_transit')),
      paidOut: -sum(creators, is('payout_paid')) - sum(creators, is('payout_returned')),
    }
  })
}
