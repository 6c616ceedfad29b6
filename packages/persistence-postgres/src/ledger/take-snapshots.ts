import type { LedgerStore } from '@stagedoor/ledger'
import type { RunStatement } from '../run-statement.ts'

/**
 * One statement: the rows of a balance are taken away and their sum put in their place. A row that is not committed yet
 * is not among them and stays; one that another server is summing is passed over.
 */
export function takeSnapshotsVerb(run: RunStatement, tables: string): LedgerStore['takeSnapshots'] {
  const balance = ['owner', 'account', 'currency', 'kind']
  const of = (alias: string) => balance.map((name) => `${alias}.${name}`).join(', ')
  const text = `with crowded as (
    select ${of('b')} from ${tables}.ledger_balances b group by ${of('b')}
    having count(*) >= $1 order by count(*) desc limit $2
  ), picked as (
    select b.ctid from ${tables}.ledger_balances b
    join crowded c on ${balance.map((name) => `c.${name} = b.${name}`).join(' and ')}
    for update of b skip locked
  ), gone as (
    delete from ${tables}.ledger_balances b using picked where b.ctid = picked.ctid returning ${of('b')}, b.amount
  ), summed as materialized (
    select ${of('g')}, sum(g.amount)::bigint as amount from gone g group by ${of('g')}
  ), kept as (
    insert into ${tables}.ledger_balances (${balance.join(', ')}, amount)
    select ${of('s')}, s.amount from summed s where s.amount <> 0
  )
  select count(*)::integer as count from summed`
  return async ({ minTail, limit }) => {
    const [row] = await run<{ readonly count: number }>('takeSnapshots', text, [minTail, limit])
    return Number(row?.count ?? 0)
  }
}
