import type { AccountKind } from './account.ts'
import type { BooksFault } from './books-fault.ts'
import type { Entry, Transfer, TransferKind } from './transfer.ts'

/** Where a payment goes. What is given back beyond it is on `dispute_losses`, and so is not counted here. */
const sharers: readonly AccountKind[] = [
  'creator_pending',
  'creator_reserve',
  'creator_available',
  'platform_revenue',
]
const returns: readonly TransferKind[] = ['refund', 'refund_failed', 'dispute', 'dispute_reinstated']

/** Of each payment, each creator and the platform gave back no more than they got. Payments are told apart by their reference. */
export function faultOfReturns(transfers: readonly Transfer[]): BooksFault | null {
  const payments = new Map<string, { earned: bigint; returned: bigint }>()
  for (const { key, kind, reference, reverses, entries } of transfers) {
    const isEarning = kind === 'earning'
    if (!isEarning && (!returns.includes(kind) || reference === undefined)) continue
    for (const { account, owner, currency, amount } of entries) {
      if (!sharers.includes(account)) continue
      const name = JSON.stringify([reference ?? reverses ?? key, currency, owner])
      const sums = payments.get(name) ?? { earned: 0n, returned: 0n }
      payments.set(name, sums)
      if (isEarning) sums.earned += amount
      else sums.returned -= amount
    }
  }
  for (const name of [...payments.keys()].sort()) {
    const { earned, returned } = payments.get(name) ?? { earned: 0n, returned: 0n }
    if (returned <= 0n || returned <= earned) continue
    const [row, currency, owner] = JSON.parse(name) as [string, string, string]
    return {
      check: 'payment_return',
      row,
      expected: `at most ${earned} ${currency} of ${owner}`,
      actual: `${returned} ${currency}`,
    }
  }
  return null
}

/** Each payout that ended is there, and of the same money. */
export function faultOfSettlements(
  transfers: readonly Transfer[],
  byKey: ReadonlyMap<string, Transfer>,
): BooksFault | null {
  for (const { key, kind, entries } of transfers) {
    const settled =
      kind === 'payout_paid' || kind === 'payout_failed' ? line(entries, 'creator_in_transit') : undefined
    const returned = kind === 'payout_returned' ? line(entries, 'creator_available') : undefined
    if (settled) {
      const payout = byKey.get(withoutEnd(key, ':settled'))
      const sent = payout?.kind === 'payout' ? line(payout.entries, 'creator_in_transit') : undefined
      if (!isMirror(settled, sent)) return settlementFault(key, settled, sent)
    }
    if (returned) {
      const paid = byKey.get(`${withoutEnd(key, ':returned')}:settled`)
      const left = paid?.kind === 'payout_paid' ? line(paid.entries, 'creator_in_transit') : undefined
      if (!isMirror(returned, left)) return settlementFault(key, returned, left)
    }
  }
  return null
}

function line(entries: readonly Entry[], account: AccountKind): Entry | undefined {
  return entries.find((entry) => entry.account === account)
}

function withoutEnd(key: string, end: string): string {
  return key.endsWith(end) ? key.slice(0, -end.length) : ''
}

function isMirror({ owner, currency, amount }: Entry, other: Entry | undefined): boolean {
  return other?.owner === owner && other.currency === currency && other.amount === -amount
}

function settlementFault(row: string, entry: Entry, other: Entry | undefined): BooksFault {
  const text = ({ amount, currency, owner }: Entry) =>
    `a payout of ${amount < 0n ? -amount : amount} ${currency} to ${owner}`
  return {
    check: 'payout_settlement',
    row,
    expected: text(entry),
    actual: other ? text(other) : 'none',
  }
}
