import type { StreamEvent, StreamEventBody } from '@stagedoor/streaming-core'
import type { RunStatement } from './run-statement.ts'

/**
 * The part of a statement that appends to a stream's log. The counter in the stream's row, which the statement holds
 * locked, gives the numbers.
 *
 * @param tables - The quoted schema.
 * @param written - The part of the statement that wrote the stream, with its new `id` and `last_seq`.
 * @param at - The value with the time of the events.
 * @param bodies - The values with the events as JSON, at least one.
 */
export function appendToLog(tables: string, written: string, at: string, bodies: readonly string[]): string {
  const rows = bodies.map((body, index) => {
    const seq = `${written}.last_seq - ${bodies.length - index - 1}`
    return `select ${written}.id, ${seq}, ${at}, ${body}::jsonb from ${written}`
  })
  return `insert into ${tables}.stream_events (stream_id, seq, at, body) ${rows.join(' union all ')}`
}

/** The events that {@link appendToLog} wrote. */
export function appendedEvents(
  streamId: string,
  lastSeq: number,
  bodies: readonly StreamEventBody[],
  at: string,
): readonly StreamEvent[] {
  const before = lastSeq - bodies.length
  return bodies.map((body, index) => ({ streamId, seq: before + index + 1, at, ...body }))
}

interface EventRow {
  readonly seq: number
  readonly at: string
  readonly body: string
}

export function listEventsVerb(run: RunStatement, tables: string) {
  const text = `select seq, at, body::text as body from ${tables}.stream_events
    where stream_id = $1 and seq > $2 order by seq limit $3`
  return async (query: { readonly streamId: string; readonly afterSeq: number; readonly limit: number }) => {
    const values = [query.streamId, query.afterSeq, query.limit]
    const rows = await run<EventRow>('listEvents', text, values)
    return rows.map(({ seq, at, body }): StreamEvent => {
      const parsed = JSON.parse(body) as StreamEventBody
      return { streamId: query.streamId, seq: Number(seq), at, ...parsed }
    })
  }
}
