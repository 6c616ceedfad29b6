import type { TipEvent, TipStore } from '@stagedoor/tips'
import type { RunStatement } from '../run-statement.ts'

/** The verbs of the outbox. Two servers pass over what the other one has. */
export function outboxVerbs(
  run: RunStatement,
  tables: string,
): Pick<TipStore, 'claimEvents' | 'removeEvents' | 'releaseEvent'> {
  const claimText = `with free as (
    select id from ${tables}.tip_outbox where free_at <= $1::text::timestamptz
    order by seq limit $3 for update skip locked
  ), claimed as (
    update ${tables}.tip_outbox o set free_at = $2::text::timestamptz, attempts = o.attempts + 1 from free
    where o.id = free.id returning o.seq, o.event, o.attempts
  )
  select event, attempts from claimed order by seq`
  return {
    claimEvents: async ({ at, until, limit }) =>
      run<{ readonly event: TipEvent; readonly attempts: number }>('claimEvents', claimText, [
        at,
        until,
        limit,
      ]),
    removeEvents: async (ids) => {
      if (ids.length === 0) return
      await run('removeEvents', `delete from ${tables}.tip_outbox where id = any ($1::text[])`, [[...ids]])
    },
    releaseEvent: async (id, at) => {
      const text = `update ${tables}.tip_outbox set free_at = $2::text::timestamptz where id = $1`
      await run('releaseEvent', text, [id, at])
    },
  }
}
