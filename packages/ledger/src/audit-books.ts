import { accountName, heldAccounts } from './account.ts'
import { type AuditedHold, faultOfHolds, faultOfMaturities } from './audit-holds.ts'
import { faultOfReturns, faultOfSettlements } from './audit-payments.ts'
import type { BooksFault } from './books-fault.ts'
import type { AccountTotal, AuditQuery, StoreAudit } from './ledger-store.ts'
import { sealTransfers } from './seal.ts'
import { type Entry, imbalances, type Transfer } from './transfer.ts'

/** All that a store holds, as of one moment. */
export interface Books {
  /** In the order of `seq`. */
  readonly transfers: readonly Transfer[]
  readonly totals: Iterable<AccountTotal>
  /** Holds that have not been moved. */
  readonly holds: readonly AuditedHold[]
}

/**
 * Proves books by reading every row, check by check in the order of {@link BooksFault}. For stores without a query
 * language for it.
 */
export async function auditBooks(
  { transfers, totals, holds }: Books,
  { sealBefore = [] }: AuditQuery = {},
): Promise<StoreAudit> {
  const replay = new Map<string, bigint>()
  const held = new Map<string, bigint>()
  const byKey = new Map<string, Transfer>()
  const add = (sums: Map<string, bigint>, name: string, amount: bigint) =>
    sums.set(name, (sums.get(name) ?? 0n) + amount)
  let [transferCount, entryCount] = [0, 0]
  let fault: BooksFault | null = null

  for (const transfer of transfers) {
    transferCount += 1
    entryCount += transfer.entries.length
    byKey.set(transfer.key, transfer)
    for (const entry of transfer.entries) {
      add(replay, `${accountName(entry)} ${transfer.kind}`, entry.amount)
      if (heldAccounts.includes(entry.account)) add(held, accountName(entry), entry.amount)
    }
    fault ??= faultOfTransfer(transfer, byKey)
  }
  fault ??= faultOfSettlements(transfers, byKey)
  const found = new Map<string, bigint>()
  for (const total of totals) add(found, `${accountName(total)} ${total.kind}`, total.amount)
  fault ??= firstDifference('account_total', replay, found)
  const waiting = new Map<string, bigint>()
  for (const hold of holds) add(waiting, accountName(hold), hold.amount)
  fault ??= firstDifference('held_account', held, waiting)
  fault ??= faultOfHolds(transfers, holds) ?? faultOfMaturities(transfers, holds) ?? faultOfReturns(transfers)
  const seals = await Promise.all(sealBefore.map((before) => sealTransfers(transfers, before)))
  return { transfers: transferCount, entries: entryCount, fault, seals }
}

function faultOfTransfer(transfer: Transfer, byKey: ReadonlyMap<string, Transfer>): BooksFault | null {
  const { key, entries, reverses } = transfer
  for (const [currency, sum] of imbalances(entries)) {
    return { check: 'transfer_sum', row: key, expected: `0 ${currency}`, actual: `${sum} ${currency}` }
  }
  if (entries.length < 2) {
    return { check: 'transfer_sum', row: key, expected: '2 entries', actual: `${entries.length}` }
  }
  if (reverses === undefined) return null
  const mirrored = byKey.get(reverses)
  const expected = mirrored ? sumsText(mirrored.entries, -1n) : `a transfer ${reverses}`
  const actual = sumsText(entries, 1n)
  return expected === actual ? null : { check: 'reversal_mirror', row: key, expected, actual }
}

function sumsText(entries: readonly Entry[], sign: bigint): string {
  return entries
    .map((entry) => `${accountName(entry)} ${sign * entry.amount}`)
    .sort()
    .join(', ')
}

function firstDifference(
  check: BooksFault['check'],
  expected: ReadonlyMap<string, bigint>,
  actual: ReadonlyMap<string, bigint>,
): BooksFault | null {
  for (const row of [...new Set([...expected.keys(), ...actual.keys()])].sort()) {
    const [should, is] = [expected.get(row) ?? 0n, actual.get(row) ?? 0n]
    if (should !== is) return { check, row, expected: `${should}`, actual: `${is}` }
  }
  return null
}
