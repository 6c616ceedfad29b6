import type { Goal, LeaderboardLine, TipStore } from '@stagedoor/tips'
import type { RunStatement } from '../run-statement.ts'

type GoalRow = { readonly goal: Omit<Goal, 'targets'> & { readonly targets: readonly string[] } } & {
  readonly announced_level: number
}

/** Goals and leaderboards: sums of rows that are only added. */
export function tallyVerbs(
  run: RunStatement,
  tables: string,
): Pick<TipStore, 'getGoal' | 'putGoal' | 'announceGoal' | 'goalTotal' | 'leaderboard' | 'compactTallies'> {
  const announceText = `with announced as (
    update ${tables}.tip_goals set announced_level = $4::integer
    where creator_id = $1 and goal_id = $2 and announced_level = $3::integer returning goal_id
  ), told as (
    insert into ${tables}.tip_outbox (id, event)
    select e ->> 'id', e from announced, json_array_elements($5::text::json) e on conflict do nothing
  )
  select goal_id from announced`
  return {
    getGoal: async (creatorId) => {
      const text = `select goal, announced_level from ${tables}.tip_goals where creator_id = $1`
      const [row] = await run<GoalRow>('getGoal', text, [creatorId])
      if (!row) return null
      const goal = { ...row.goal, targets: row.goal.targets.map(BigInt) }
      return { goal, announcedLevel: row.announced_level }
    },
    putGoal: async (creatorId, goal) => {
      if (!goal) {
        await run('putGoal', `delete from ${tables}.tip_goals where creator_id = $1`, [creatorId])
        return
      }
      const text = `insert into ${tables}.tip_goals (creator_id, goal_id, goal) values ($1, $2, $3::text::json)
        on conflict (creator_id) do update set goal_id = excluded.goal_id, goal = excluded.goal, announced_level = 0`
      const stored = { ...goal, targets: goal.targets.map((target) => `${target}`) }
      await run('putGoal', text, [creatorId, goal.id, JSON.stringify(stored)])
    },
    announceGoal: async ({ id, creatorId }, from, to, events) => {
      const values = [creatorId, id, from, to, JSON.stringify(events)]
      return (await run('announceGoal', announceText, values)).length > 0
    },
    goalTotal: async ({ id, creatorId }) => {
      const text = `select coalesce(sum(amount), 0)::text as total from ${tables}.tip_tallies
        where goal_id = $1 and creator_id = $2`
      const [row] = await run<{ readonly total: string }>('goalTotal', text, [id, creatorId])
      return BigInt(row?.total ?? 0)
    },
    leaderboard: leaderboardVerb(run, tables),
    compactTallies: compactVerb(run, tables),
  }
}

function leaderboardVerb(run: RunStatement, tables: string): TipStore['leaderboard'] {
  return async ({ creatorId, currency, days, streamId, limit }) => {
    const values: unknown[] = [creatorId, currency, limit]
    const value = (one: unknown) => `$${values.push(one)}`
    const filters = [
      'creator_id = $1 and currency = $2 and payer_id is not null',
      ...(days ? [`day between ${value(days.from)}::text::date and ${value(days.to)}::text::date`] : []),
      ...(streamId === undefined ? [] : [`stream_id = ${value(streamId)}`]),
    ]
    const counted = `from ${tables}.tip_tallies where ${filters.join(' and ')}`
    // Names are looked at for those alone who are shown, as comparing all of them takes longer than adding up.
    const text = `with top as materialized (
      select payer_id, sum(amount) as amount, sum(tips)::integer as tips ${counted}
      group by payer_id having sum(amount) > 0 order by sum(amount) desc, payer_id limit $3
    ), named as (
      select distinct on (payer_id) payer_id, payer_name ${counted}
        and named_at is not null and payer_id = any (array(select payer_id from top))
      order by payer_id, named_at desc
    )
    select top.payer_id, named.payer_name, top.amount::text as amount, top.tips
    from top left join named on named.payer_id = top.payer_id order by top.amount desc, top.payer_id`
    const rows = await run<{
      readonly payer_id: string
      readonly payer_name: string | null
      readonly amount: string
      readonly tips: number
    }>('leaderboard', text, values)
    return rows.map(
      ({ payer_id, payer_name, amount, tips }): LeaderboardLine => ({
        ...{ payerId: payer_id, payerName: payer_name, amount: BigInt(amount), tips },
      }),
    )
  }
}

/**
 * As with balances: new rows and the sums that they belong to are taken away, and the new sums are put in their place. What
 * is not committed yet stays. Whoever does it at the same time takes other rows; two sums of the same are one later.
 */
function compactVerb(run: RunStatement, tables: string): TipStore['compactTallies'] {
  const same = ['creator_id', 'currency', 'day', 'payer_id', 'stream_id', 'goal_id', 'payer_name']
  const of = (alias: string) => same.map((name) => `${alias}.${name}`).join(', ')
  // By the index, which compares what is null in its own way.
  const sumsOf = (payer: string) => `select s.ctid as place from (select distinct ${of('f')} from fresh f) f
    join ${tables}.tip_tallies s on s.is_sum and s.creator_id = f.creator_id and s.currency = f.currency
      and s.day = f.day and ${payer} and s.stream_id is not distinct from f.stream_id
      and s.goal_id is not distinct from f.goal_id and s.payer_name is not distinct from f.payer_name
    for update of s skip locked`
  const text = `with fresh as materialized (
    select t.ctid as place, ${of('t')} from ${tables}.tip_tallies t where not t.is_sum
    order by t.day limit $1 for update skip locked
  ), named as materialized (
    ${sumsOf('s.payer_id = f.payer_id')}
  ), anonymous as materialized (
    ${sumsOf('s.payer_id is null and f.payer_id is null')}
  ), gone as (
    delete from ${tables}.tip_tallies t
    where t.ctid = any (array(select place from fresh union all select place from named union all select place from anonymous))
    returning ${of('t')}, t.named_at, t.amount, t.tips
  ), kept as (
    insert into ${tables}.tip_tallies (${same.join(', ')}, named_at, amount, tips, is_sum)
    select ${of('g')}, max(g.named_at), sum(g.amount)::bigint, sum(g.tips)::integer, true from gone g group by ${of('g')}
    having sum(g.amount) <> 0 or sum(g.tips) <> 0
  )
  select count(*)::integer as count from fresh`
  return async ({ limit }) => {
    const [row] = await run<{ readonly count: number }>('compactTallies', text, [limit])
    return Number(row?.count ?? 0)
  }
}
