import { decodeTip, type StoredTip, type TipStore } from '@stagedoor/tips'
import type { RunStatement } from '../run-statement.ts'

interface TipRow {
  readonly document: StoredTip | null
}

/** Reads, one statement each. */
export function tipReads(
  run: RunStatement,
  tables: string,
): Pick<TipStore, 'load' | 'findByCharge' | 'list' | 'claimDue' | 'postpone'> {
  const loadText = `select t.document, i.event_id is not null as is_seen
    from unnest($1::text[], $2::text[], $3::text[]) with ordinality as q (id, gateway, event, position)
    left join ${tables}.tips t on t.id = q.id
    left join ${tables}.tip_inbox i on i.gateway = q.gateway and i.event_id = q.event
    order by q.position`
  const chargeText = `select t.document from ${tables}.tip_charges c join ${tables}.tips t on t.id = c.tip_id
    where c.gateway = $1 and c.charge_ref = $2`
  const dueText = `with due as (
    select tip_id from ${tables}.tip_checks where check_at <= $1::text::timestamptz
    order by check_at limit $3 for update skip locked
  ), claimed as (
    update ${tables}.tip_checks c set check_at = $2::text::timestamptz from due where c.tip_id = due.tip_id
    returning c.tip_id
  )
  select t.document from ${tables}.tips t join claimed c on c.tip_id = t.id`
  // Locked, so that a change that is being committed is waited for, and its own time stays.
  const meant = `with meant as (select id from ${tables}.tips where id = $1 and version = $2::integer for update)`
  const postponeText = `${meant} insert into ${tables}.tip_checks (tip_id, check_at)
    select id, $3::text::timestamptz from meant on conflict (tip_id) do update set check_at = excluded.check_at`
  const forgetText = `${meant} delete from ${tables}.tip_checks c using meant where c.tip_id = meant.id`
  return {
    load: async (queries) => {
      const rows = await run<TipRow & { readonly is_seen: boolean }>('load', loadText, [
        queries.map(({ tipId }) => tipId),
        queries.map(({ event }) => event?.gateway ?? null),
        queries.map(({ event }) => event?.id ?? null),
      ])
      return rows.map(({ document, is_seen }) => ({ tip: document && decodeTip(document), isSeen: is_seen }))
    },
    findByCharge: async (gateway, chargeRef) => {
      const [row] = await run<TipRow>('findByCharge', chargeText, [gateway, chargeRef])
      return row?.document ? decodeTip(row.document) : null
    },
    list: listVerb(run, tables),
    claimDue: async ({ at, until, limit }) => {
      const rows = await run<TipRow>('claimDue', dueText, [at, until, limit])
      return rows.flatMap(({ document }) => (document ? decodeTip(document) : []))
    },
    postpone: async (tipId, version, checkAt) => {
      if (checkAt === null) await run('postpone', forgetText, [tipId, version])
      else await run('postpone', postponeText, [tipId, version, checkAt])
    },
  }
}

function listVerb(run: RunStatement, tables: string): TipStore['list'] {
  return async ({ creatorId, payerId, streamId, status, after, limit }) => {
    const values: unknown[] = []
    const value = (one: unknown) => `$${values.push(one)}`
    const equals = Object.entries({ creator_id: creatorId, payer_id: payerId, stream_id: streamId, status })
    const filters = [
      ...equals.flatMap(([column, wanted]) => (wanted === undefined ? [] : [`${column} = ${value(wanted)}`])),
      ...(after
        ? [`(created_at, id) < (${value(after.createdAt)}::text::timestamptz, ${value(after.id)})`]
        : []),
    ]
    const where = filters.length > 0 ? `where ${filters.join(' and ')}` : ''
    const text = `select document from ${tables}.tips ${where} order by created_at desc, id desc limit ${value(limit)}`
    return (await run<TipRow>('list', text, values)).flatMap(({ document }) =>
      document ? decodeTip(document) : [],
    )
  }
}
