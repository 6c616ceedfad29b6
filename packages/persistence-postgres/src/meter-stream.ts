import type { StreamStore } from '@stagedoor/streaming-core'
import { settledUsage } from './metering-sql.ts'
import type { RunStatement } from './run-statement.ts'
import { type StreamRow, streamColumns, toStream } from './stream-row.ts'

/** One statement that touches no indexed column, so a reading leaves the indexes alone. */
export function meterVerb(run: RunStatement, tables: string): StreamStore['meter'] {
  const text = `update ${tables}.streams as s set
      ${settledUsage('$3::text', '$4')},
      viewers_current = coalesce($2::integer, s.viewers_current),
      viewers_peak = greatest(s.viewers_peak, coalesce($2::integer, s.viewers_current))
    where s.id = $1 and s.is_open
    returning ${streamColumns('s')}`
  return async ({ streamId, viewers, at }) => {
    const [row] = await run<StreamRow>('meter', text, [streamId, viewers ?? null, at, Date.parse(at)])
    return row ? toStream(row) : null
  }
}
