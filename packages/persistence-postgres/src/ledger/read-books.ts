import type { AccountKind, AccountTotal, BookedEntry, LedgerStore, OwnerTotals } from '@stagedoor/ledger'
import type { RunStatement } from '../run-statement.ts'
import {
  fromFields,
  milliseconds,
  selectTransfers,
  type TransferFields,
  type TransferRow,
  toIso,
  toTransfer,
  transferColumns,
} from './transfer-row.ts'

interface TotalRow {
  readonly part: 'total' | 'due'
  readonly account: AccountKind
  readonly currency: string
  readonly kind: AccountTotal['kind']
  readonly amount: string
}

interface EntryRow extends TransferFields {
  readonly position: number
  readonly account: AccountKind
  readonly owner: string
  readonly currency: string
  readonly amount: string
  readonly available_ms: string | number | null
}

/** Reads, one statement each. */
export function bookReads(
  run: RunStatement,
  tables: string,
): Pick<LedgerStore, 'get' | 'totals' | 'listEntries'> {
  const getText = selectTransfers(tables, `from ${tables}.ledger_transfers t where t.key = $1`)
  const [now, earlier] = [totalsText(tables, false), totalsText(tables, true)]
  return {
    get: async (key) => {
      const [row] = await run<TransferRow>('get', getText, [key])
      return row ? toTransfer(row) : null
    },
    totals: async ({ owner, at, before }) => {
      const [text, values] = before === undefined ? [now, [owner, at]] : [earlier, [owner, at, before]]
      return toTotals(owner, await run<TotalRow>('totals', text, values))
    },
    listEntries: listEntriesVerb(run, tables),
  }
}

function totalsText(tables: string, isEarlier: boolean): string {
  const source = isEarlier
    ? `${tables}.ledger_entries b join ${tables}.ledger_transfers t on t.seq = b.transfer
       where b.owner = $1 and b.recorded_at < $3::text::timestamptz`
    : `${tables}.ledger_balances b where b.owner = $1`
  return `select 'total' as part, b.account, b.currency, kind, sum(b.amount)::text as amount
    from ${source} group by b.account, b.currency, kind having sum(b.amount) <> 0
    union all
    select 'due', h.account, h.currency, '', sum(h.amount)::text from ${tables}.ledger_holds h
    where h.owner = $1 and h.available_at <= $2::text::timestamptz
    group by h.account, h.currency having sum(h.amount) <> 0`
}

function toTotals(owner: string, rows: readonly TotalRow[]): OwnerTotals {
  const account = ({ account, currency, amount }: TotalRow) => ({
    ...{ account, owner, currency },
    amount: BigInt(amount),
  })
  return {
    totals: rows.filter(({ part }) => part === 'total').map((row) => ({ ...account(row), kind: row.kind })),
    due: rows.filter(({ part }) => part === 'due').map(account),
  }
}

function listEntriesVerb(run: RunStatement, tables: string): LedgerStore['listEntries'] {
  const entryColumns = `e.position, e.account, e.owner, e.currency, e.amount::text as amount,
    ${milliseconds('e.available_at')} as available_ms`
  return async ({ owner, accounts, currency, from, to, order, after, limit }) => {
    const values: unknown[] = [owner]
    const value = (one: unknown) => `$${values.push(one)}`
    const time = (one: string) => `${value(one)}::text::timestamptz`
    const [beyond, direction] = order === 'oldest' ? ['>', 'asc'] : ['<', 'desc']
    const filters = [
      'e.owner = $1',
      ...(accounts ? [`e.account = any (${value([...accounts])}::text[])`] : []),
      ...(currency === undefined ? [] : [`e.currency = ${value(currency)}`]),
      ...(from === undefined ? [] : [`e.recorded_at >= ${time(from)}`]),
      ...(to === undefined ? [] : [`e.recorded_at < ${time(to)}`]),
      ...(after
        ? [
            `(e.recorded_at, e.transfer, e.position) ${beyond}
              (${time(after.recordedAt)}, ${value(`${after.seq}`)}::text::bigint, ${value(after.position)}::smallint)`,
          ]
        : []),
    ]
    const text = `select ${transferColumns('t')}, ${entryColumns}
      from ${tables}.ledger_entries e join ${tables}.ledger_transfers t on t.seq = e.transfer
      where ${filters.join(' and ')}
      order by e.recorded_at ${direction}, e.transfer ${direction}, e.position ${direction} limit ${value(limit)}`
    return (await run<EntryRow>('listEntries', text, values)).map(toBookedEntry)
  }
}

function toBookedEntry(row: EntryRow): BookedEntry {
  const { account, owner, currency, amount, available_ms } = row
  return {
    ...fromFields(row),
    ...{ account, owner, currency, amount: BigInt(amount), position: Number(row.position) },
    ...(available_ms === null ? {} : { availableAt: toIso(available_ms) }),
  }
}
