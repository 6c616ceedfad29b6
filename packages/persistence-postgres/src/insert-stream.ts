import type { InsertResult, StreamStore } from '@stagedoor/streaming-core'
import { type RunStatement, untilAnswered } from './run-statement.ts'
import { appendToLog } from './stream-log.ts'
import { type StreamRow, storedValues, streamColumns, toStream } from './stream-row.ts'

interface InsertRow extends StreamRow {
  readonly outcome: InsertResult['outcome']
}

/** One statement: the stream and its log, or what stands in its way. */
export function insertVerb(run: RunStatement, tables: string): StreamStore['insert'] {
  return async (stream, events, at) => {
    const { viewers, usage } = stream
    const values: unknown[] = [
      ...storedValues(stream),
      ...[stream.id, viewers.current, viewers.peak, usage.liveMs, usage.viewerMs],
      ...[usage.until, usage.until === null ? null : Date.parse(usage.until), at],
    ]
    const bodies = events.map((event) => `$${values.push(JSON.stringify(event))}`)
    const text = insertText(tables, bodies)
    const row = await untilAnswered('insert', async () => {
      const [answer] = await run<InsertRow>('insert', text, values)
      return answer ?? null
    })
    return { outcome: row.outcome, stream: toStream(row) }
  }
}

function insertText(tables: string, bodies: readonly string[]): string {
  const logged = bodies.length > 0 ? `, logged as (${appendToLog(tables, 'added', '$15', bodies)})` : ''
  return `with added as (
    insert into ${tables}.streams as s (creator_id, status, is_open, adapter_id, channel_id, created_at, document,
      id, viewers_current, viewers_peak, live_ms, viewer_ms, metered_until, metered_ms, version, last_seq, closed_at)
    select $1, $2, $3, $4, $5, $6, $7::jsonb,
      $8, $9, $10, $11, $12, $13, $14, 1, ${bodies.length}, case when $3 then null else $15::text::timestamptz end
    where not exists (select from ${tables}.streams where creator_id = $1 and is_open)
    on conflict do nothing
    returning s.*
  )${logged}
  select 'inserted' as outcome, ${streamColumns('added')} from added
  union all (
    select case when s.id = $8 then 'exists' else 'creator_busy' end, ${streamColumns('s')}
    from ${tables}.streams s
    where (s.id = $8 or (s.creator_id = $1 and s.is_open)) and not exists (select from added)
    order by s.id = $8 desc limit 1
  )`
}
