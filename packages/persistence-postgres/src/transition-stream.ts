import type { InboxKey, Stream, StreamStore, TransitionResult } from '@stagedoor/streaming-core'
import { settledUsage } from './metering-sql.ts'
import { type RunStatement, untilAnswered } from './run-statement.ts'
import { appendedEvents, appendToLog } from './stream-log.ts'
import { type StreamRow, storedValues, streamColumns, toStream } from './stream-row.ts'

/** What only the stored row knows. */
type ChangedRow = Pick<
  StreamRow,
  'version' | 'last_seq' | 'viewers_current' | 'viewers_peak' | 'live_ms' | 'viewer_ms' | 'metered_until'
>

/**
 * One statement: the guarded change, the inbox and the log. When it changed nothing, a second one looks why.
 *
 * Of many at once the first takes the row's lock. The others wait for it, then see the new version and change nothing.
 * The usage is settled on the row as it is by then. An event that comes twice at once, even to two streams, meets the
 * inbox's primary key: the later statement is rolled back whole and run again, and then sees the event.
 */
export function transitionVerb(run: RunStatement, tables: string): StreamStore['transition'] {
  const why = lookUp(run, tables)
  return async ({ streamId, expectedVersion, next, events, inbox, at }) => {
    const values: unknown[] = [
      ...storedValues(next),
      ...[streamId, expectedVersion, next.viewers.peak, at, Date.parse(at)],
      ...(inbox ? [inbox.adapterId, inbox.eventId] : []),
    ]
    const bodies = events.map((event) => `$${values.push(JSON.stringify(event))}`)
    const text = changeText(tables, inbox !== undefined, bodies)
    return untilAnswered('transition', async (): Promise<TransitionResult | null> => {
      const [row] = await run<ChangedRow>('transition', text, values)
      if (!row) return why(streamId, expectedVersion, inbox)
      const appended = appendedEvents(streamId, Number(row.last_seq), events, at)
      return { outcome: 'applied', stream: changedStream(streamId, next, row), events: appended }
    })
  }
}

/** It is planned at each call, so it has no part that would do nothing. */
function changeText(tables: string, hasInbox: boolean, bodies: readonly string[]): string {
  const isNew = `not exists (select from ${tables}.inbox where adapter_id = $13 and event_id = $14)`
  const change = `update ${tables}.streams as s set
    creator_id = $1, status = $2, is_open = $3, adapter_id = $4, channel_id = $5, created_at = $6, document = $7::jsonb,
    version = s.version + 1,
    ${bodies.length > 0 ? `last_seq = s.last_seq + ${bodies.length}, log_pruned = false,` : ''}
    viewers_current = case when $3 then s.viewers_current else 0 end,
    viewers_peak = greatest(s.viewers_peak, $10),
    ${settledUsage('$11::text', '$12')},
    closed_at = case when $3 then null else coalesce(s.closed_at, $11::text::timestamptz) end
    where s.id = $8 and s.version = $9 ${hasInbox ? `and ${isNew}` : ''}
    returning s.id, s.version, s.last_seq, s.viewers_current, s.viewers_peak, s.live_ms, s.viewer_ms, s.metered_until`
  const taken = `taken as (insert into ${tables}.inbox (adapter_id, event_id, received_at)
    select $13, $14, $11::text::timestamptz from changed)`
  const more = [
    ...(hasInbox ? [taken] : []),
    ...(bodies.length > 0 ? [`logged as (${appendToLog(tables, 'changed', '$11::text', bodies)})`] : []),
  ]
  return more.length === 0 ? change : `with changed as (${change}), ${more.join(', ')} select * from changed`
}

function changedStream(streamId: string, next: Stream, row: ChangedRow): Stream {
  return {
    ...next,
    id: streamId,
    version: Number(row.version),
    viewers: { current: Number(row.viewers_current), peak: Number(row.viewers_peak) },
    usage: { liveMs: Number(row.live_ms), viewerMs: Number(row.viewer_ms), until: row.metered_until },
  }
}

/** Why nothing changed: null when the reason is gone, as after an event in the way that was pruned. */
function lookUp(run: RunStatement, tables: string) {
  const text = (isSeen: string) => `select ${isSeen} as is_seen, ${streamColumns('s')}
    from (select) as always left join ${tables}.streams s on s.id = $1`
  const plain = text('false')
  const withInbox = text(`exists (select from ${tables}.inbox where adapter_id = $2 and event_id = $3)`)
  type Row = { readonly is_seen: boolean } & (StreamRow | { readonly id: null })

  return async (streamId: string, expected: number, inbox?: InboxKey): Promise<TransitionResult | null> => {
    const values = inbox ? [streamId, inbox.adapterId, inbox.eventId] : [streamId]
    const [row] = await run<Row>('transition', inbox ? withInbox : plain, values)
    if (!row) return null
    if (row.is_seen) return { outcome: 'duplicate' }
    if (row.id === null) return { outcome: 'lost', stream: null }
    const stream = toStream(row)
    return stream.version === expected ? null : { outcome: 'lost', stream }
  }
}
