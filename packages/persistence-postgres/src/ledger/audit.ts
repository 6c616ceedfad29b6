import type { BooksFault, LedgerStore } from '@stagedoor/ledger'
import type { RunStatement } from '../run-statement.ts'

interface AuditRow {
  readonly transfers: string
  readonly entries: string
  readonly check_name: BooksFault['check'] | null
  readonly row_name: string
  readonly expected: string
  readonly actual: string
}

/** One statement, so all that it reads is of one moment, whatever is booked meanwhile. */
export function auditVerb(run: RunStatement, tables: string): LedgerStore['audit'] {
  const text = auditText(tables)
  return async () => {
    const [row] = await run<AuditRow>('audit', text, [])
    const fault = row?.check_name
      ? { check: row.check_name, row: row.row_name, expected: row.expected, actual: row.actual }
      : null
    return { transfers: Number(row?.transfers ?? 0), entries: Number(row?.entries ?? 0), fault }
  }
}

function auditText(tables: string): string {
  const [transfers, entries] = [`${tables}.ledger_transfers`, `${tables}.ledger_entries`]
  const name = (alias: string) => `${alias}.account || ':' || ${alias}.owner || ':' || ${alias}.currency`
  const difference = (check: string, rank: number, should: string, is: string) => `(
    select ${rank} as rank, '${check}' as check_name, row_name,
      coalesce(s.amount, 0)::text as expected, coalesce(i.amount, 0)::text as actual
    from (${should}) s full join (${is}) i using (row_name)
    where coalesce(s.amount, 0) <> coalesce(i.amount, 0) order by row_name collate "C" limit 1
  )`
  const byKind = (alias: string, kind: string) =>
    `${name(alias)} || ' ' || ${kind} as row_name, sum(${alias}.amount) as amount`
  const replayed = `select ${byKind('e', `coalesce(t.kind, 'of no transfer')`)}
    from ${entries} e left join ${transfers} t on t.seq = e.transfer group by 1`
  const balances = `select ${byKind('b', 'b.kind')} from ${tables}.ledger_balances b group by 1`
  const held = `select ${name('e')} as row_name, sum(e.amount) as amount from ${entries} e
    where e.account in ('creator_pending', 'creator_reserve') group by 1`
  const holds = `select ${name('h')} as row_name, sum(h.amount) as amount from ${tables}.ledger_holds h group by 1`
  const wrongSum = `(
    select 1 as rank, 'transfer_sum' as check_name, t.key as row_name,
      case when count(*) < 2 and count(distinct e.currency) < 2 then '2 entries' else '0 ' || e.currency end as expected,
      case when e.currency is null then '0' else sum(e.amount) || ' ' || e.currency end as actual
    from ${transfers} t left join ${entries} e on e.transfer = t.seq
    group by t.seq, t.key, e.currency having sum(e.amount) <> 0 or e.currency is null
    order by t.seq, e.currency limit 1
  )`
  const wrongMirror = `(
    select 2, 'reversal_mirror', t.key, case when o.seq is null then 'a transfer ' else 'the mirror of ' end || t.reverses,
      case when o.seq is null then 'none' else 'something else' end
    from ${transfers} t left join ${transfers} o on o.key = t.reverses
    where t.reverses is not null and (o.seq is null or exists (
      select from ${entries} e where e.transfer in (t.seq, o.seq)
      group by e.account, e.owner, e.currency having sum(e.amount) <> 0
    )) order by t.seq limit 1
  )`
  const faults = [
    wrongSum,
    wrongMirror,
    difference('account_total', 3, replayed, balances),
    difference('held_account', 4, held, holds),
  ]
  return `select (select count(*) from ${transfers})::text as transfers, (select count(*) from ${entries})::text as entries,
    f.check_name, f.row_name, f.expected, f.actual
    from (select 1) one left join lateral (
      select * from (${faults.join(' union all ')}) all_faults order by rank limit 1
    ) f on true`
}
