/** Checks of an audit, one query each: `rank, check_name, row_name, expected, actual` of the first that is wrong. */
export function auditChecks(tables: string): readonly string[] {
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
  const payoutOf = (alias: string) =>
    `'a payout of ' || abs(${alias}.amount) || ' ' || ${alias}.currency || ' to ' || ${alias}.owner`
  const wrongSettlement = `(
    select 3, 'payout_settlement', t.key, ${payoutOf('e')}, coalesce(${payoutOf('o')}, 'none')
    from ${transfers} t join ${entries} e on e.transfer = t.seq
      and e.account = case t.kind when 'payout_returned' then 'creator_available' else 'creator_in_transit' end
    left join ${transfers} p on p.key = case t.kind when 'payout_returned'
        then regexp_replace(t.key, ':returned$', ':settled') else regexp_replace(t.key, ':settled$', '') end
      and p.kind = case t.kind when 'payout_returned' then 'payout_paid' else 'payout' end
    left join ${entries} o on o.transfer = p.seq and o.account = 'creator_in_transit'
    where t.kind in ('payout_paid', 'payout_failed', 'payout_returned') and
      (o.owner, o.currency, o.amount) is distinct from (e.owner, e.currency, -e.amount)
    order by t.seq limit 1
  )`
  const like = 'owner, account, currency, available_at, amount'
  const wrongHold = `(
    select 6, 'hold', ${name('h')} || to_char(h.available_at at time zone 'UTC', ' YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'at most ' || coalesce(e.count, 0) || ' of ' || h.amount, h.count || ' of ' || h.amount
    from (select ${like}, count(*) as count from ${tables}.ledger_holds group by ${like}) h
    left join (
      select ${like}, count(*) as count from ${entries} where available_at is not null group by ${like}
    ) e using (${like})
    where h.count > coalesce(e.count, 0)
    order by ${name('h')} collate "C", h.available_at limit 1
  )`
  // What still waits was not moved. Holds of refunds make less due; which of them were moved is not written down.
  const wrongMaturity = `(
    select 7, 'early_maturity', m.key, 'at most ' || m.due - m.amount, (-m.amount)::text from (
      select t.key, f.*, sum(f.amount) over (
        partition by f.owner, f.account, f.currency order by f.at, f.is_maturity, f.seq rows unbounded preceding
      ) as due
      from (
        select owner, account, currency, available_at as at, false as is_maturity, transfer as seq, amount
        from ${entries} where available_at is not null and amount > 0
        union all
        select owner, account, currency, available_at, false, 0, -amount from ${tables}.ledger_holds where amount > 0
        union all
        select e.owner, e.account, e.currency, t.recorded_at, true, t.seq, e.amount
        from ${transfers} t join ${entries} e on e.transfer = t.seq
        where t.kind = 'maturity' and e.account in ('creator_pending', 'creator_reserve')
      ) f left join ${transfers} t on f.is_maturity and t.seq = f.seq
    ) m where m.is_maturity and m.due < 0 order by m.at, m.seq limit 1
  )`
  const returns = `'refund', 'refund_failed', 'dispute', 'dispute_reinstated'`
  const wrongReturn = `(
    select 8, 'payment_return', p.name, 'at most ' || p.earned || ' ' || p.currency || ' of ' || p.owner, p.returned || ' ' || p.currency
    from (
      select coalesce(t.reference, t.reverses, t.key) as name, e.currency, e.owner,
        coalesce(sum(e.amount) filter (where t.kind = 'earning'), 0) as earned,
        coalesce(-sum(e.amount) filter (where t.kind <> 'earning'), 0) as returned
      from ${transfers} t join ${entries} e on e.transfer = t.seq
      where e.account in ('creator_pending', 'creator_reserve', 'creator_available', 'platform_revenue')
        and (t.kind = 'earning' or t.kind in (${returns}) and t.reference is not null)
      group by 1, 2, 3
    ) p where p.returned > 0 and p.returned > p.earned
    order by p.name collate "C", p.currency, p.owner collate "C" limit 1
  )`
  return [
    wrongSum,
    wrongMirror,
    wrongSettlement,
    difference('account_total', 4, replayed, balances),
    difference('held_account', 5, held, holds),
    ...[wrongHold, wrongMaturity, wrongReturn],
  ]
}
