import type { StreamStore, TransitionResult } from '@stagedoor/streaming-core'
import { settledUsage } from './metering-sql.ts'
import { type RunStatement, untilAnswered } from './run-statement.ts'
import { appendedEvents, appendToLog } from './stream-log.ts'
import { type StreamRow, storedValues, streamColumns, toStream } from './stream-row.ts'

type TransitionRow =
  | ({ readonly outcome: 'applied' } & StreamRow)
  | ({ readonly outcome: 'lost' } & (StreamRow | { readonly id: null }))
  | { readonly outcome: 'duplicate' }

/**
 * One statement: the guarded change, the inbox and the log, or why there was none.
 *
 * Of many at once the first takes the row's lock. The others wait for it, then see the new version and change nothing.
 * The usage is settled on the row as it is by then. An event that comes twice at once, even to two streams, meets the
 * inbox's primary key: the later statement is rolled back whole and run again, and then sees the event.
 */
export function transitionVerb(run: RunStatement, tables: string): StreamStore['transition'] {
  const seen = `select from ${tables}.inbox where adapter_id = $13::text and event_id = $14::text`
  const text = `with changed as (
    update ${tables}.streams as s set
      creator_id = $1, status = $2, is_open = $3, adapter_id = $4, channel_id = $5, created_at = $6, document = $7::jsonb,
      version = s.version + 1,
      last_seq = s.last_seq + jsonb_array_length($11::jsonb),
      viewers_current = case when $3 then s.viewers_current else 0 end,
      viewers_peak = greatest(s.viewers_peak, $10),
      ${settledUsage('s', '$12::text')},
      closed_at = case when $3 then null else coalesce(s.closed_at, $12::text::timestamptz) end,
      log_pruned = s.log_pruned and jsonb_array_length($11::jsonb) = 0
    where s.id = $8 and s.version = $9 and not exists (${seen})
    returning s.*
  ), taken as (
    insert into ${tables}.inbox (adapter_id, event_id, received_at)
    select $13::text, $14::text, $12::text::timestamptz from changed where $13::text is not null
  ), logged as (
    ${appendToLog(tables, 'changed', '$11', '$12::text')}
  )
  select 'applied' as outcome, ${streamColumns('changed')} from changed
  union all
  select case when exists (${seen}) then 'duplicate' else 'lost' end, ${streamColumns('s')}
  from (select) as always left join ${tables}.streams s on s.id = $8
  where not exists (select from changed)`

  return async ({ streamId, expectedVersion, next, events, inbox, at }) => {
    const values = [
      ...storedValues(next),
      ...[streamId, expectedVersion, next.viewers.peak, JSON.stringify(events), at],
      ...[inbox?.adapterId ?? null, inbox?.eventId ?? null],
    ]
    return untilAnswered('transition', async (): Promise<TransitionResult | null> => {
      const [row] = await run<TransitionRow>('transition', text, values)
      if (!row) return null
      if (row.outcome === 'duplicate') return { outcome: 'duplicate' }
      if (row.outcome === 'applied') {
        const appended = appendedEvents(streamId, Number(row.last_seq), events, at)
        return { outcome: 'applied', stream: toStream(row), events: appended }
      }
      if (row.id === null) return { outcome: 'lost', stream: null }
      const stream = toStream(row)
      // It waited for the winner, whom its view of the rows is too old to show.
      return stream.version === expectedVersion ? null : { outcome: 'lost', stream }
    })
  }
}
