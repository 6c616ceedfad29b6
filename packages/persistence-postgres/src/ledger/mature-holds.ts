import type { LedgerStore } from '@stagedoor/ledger'
import type { RunStatement } from '../run-statement.ts'

/** One statement: holds that are over are taken away, and what they sum to moves. Others pass over them meanwhile. */
export function matureVerb(run: RunStatement, tables: string): LedgerStore['mature'] {
  const at = '$1::text::timestamptz'
  const text = `with due as (
    select ctid from ${tables}.ledger_holds where available_at <= ${at}
    order by available_at limit $2 for update skip locked
  ), gone as (
    delete from ${tables}.ledger_holds h using due where h.ctid = due.ctid
    returning h.owner, h.currency, h.account, h.amount
  ), named as materialized (
    select owner, currency, account, sum(amount)::bigint as amount, 'maturity:' || gen_random_uuid() as key
    from gone group by owner, currency, account having sum(amount) <> 0
  ), booked as (
    insert into ${tables}.ledger_transfers (key, kind, occurred_at, recorded_at)
    select key, 'maturity', ${at}, ${at} from named returning seq, key
  ), lines as materialized (
    select b.seq, l.position, n.owner, l.account, n.currency, l.amount
    from named n join booked b on b.key = n.key cross join lateral (
      values (0::smallint, n.account, -n.amount), (1::smallint, 'creator_available', n.amount)
    ) as l (position, account, amount)
  ), entered as (
    insert into ${tables}.ledger_entries (transfer, position, account, owner, currency, amount, recorded_at)
    select seq, position, account, owner, currency, amount, ${at} from lines
  ), counted as (
    insert into ${tables}.ledger_balances (owner, account, currency, kind, amount)
    select owner, account, currency, 'maturity', sum(amount)::bigint from lines group by owner, account, currency
  )
  select count(*)::integer as count from gone`
  return async ({ at: time, limit }) => {
    const [row] = await run<{ readonly count: number }>('mature', text, [time, limit])
    return Number(row?.count ?? 0)
  }
}
