import { isSameTransfer, LedgerError, type LedgerStore, payoutTransfer } from '@stagedoor/ledger'
import type { RunStatement } from '../run-statement.ts'

interface PayoutRow {
  readonly outcome: 'posted' | 'exists' | 'insufficient'
  readonly available: string | number | null
}

/** A function in the database, as what it reads must be later than the lock that it waits for. */
export function payoutVerb(
  run: RunStatement,
  tables: string,
  get: LedgerStore['get'],
): LedgerStore['payout'] {
  const text = `select outcome, available::text as available from ${tables}.ledger_payout(
    $1, $2, $3, $4::text::bigint, $5::text::bigint, $6::text::timestamptz, $7::text::timestamptz, $8)`
  return async (order) => {
    const { key, creatorId, currency, amount, minimum, occurredAt, recordedAt, reference } = order
    const wanted = amount === 'all' ? null : `${amount}`
    const values = [key, creatorId, currency, wanted, `${minimum}`, occurredAt, recordedAt, reference ?? null]
    const [row] = await run<PayoutRow>('payout', text, values)
    if (row?.outcome === 'insufficient')
      return { outcome: 'insufficient', available: BigInt(row.available ?? 0) }
    const transfer = await get(key)
    if (!row || !transfer) {
      throw new LedgerError({
        code: 'internal',
        message: `The payout ${key} is not there.`,
        provider: 'postgres',
      })
    }
    if (row.outcome === 'posted') return { outcome: 'posted', transfer }
    const paid = transfer.entries.find(({ account }) => account === 'creator_in_transit')?.amount ?? 0n
    const same = payoutTransfer(order, amount === 'all' ? paid : amount)
    return { outcome: isSameTransfer(transfer, same) ? 'exists' : 'conflict', transfer }
  }
}
