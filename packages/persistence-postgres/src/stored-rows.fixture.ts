import { type PostgresPool, quoteIdentifier } from './postgres-pool.ts'

/** What must hold in the tables whatever was done, looked up without the store. Each query counts its violations. */
const invariants = {
  'a creator with two open streams': `select creator_id from streams where is_open group by creator_id having count(*) > 1`,
  'is_open that is not of the status': `select id from streams where is_open <> (status in ('ready', 'live', 'interrupted'))`,
  'closed_at of an open stream, or none of a closed one': `select id from streams where is_open <> (closed_at is null)`,
  'channel_id that is not of the document': `select id from streams where channel_id is distinct from document #>> '{channel,id}'`,
  'a log with gaps, doubles or another length than its counter': `select s.id from streams s
    left join stream_events e on e.stream_id = s.id where not s.log_pruned group by s.id
    having count(e.seq) <> s.last_seq or coalesce(max(e.seq), 0) <> s.last_seq or coalesce(min(e.seq), 1) <> 1`,
  'a log of no stream': `select stream_id from stream_events where stream_id not in (select id from streams)`,
  'a peak below the count': `select id from streams where viewers_peak < viewers_current`,
  'a column kept in the document too': `select id from streams where document ?| array['id', 'version', 'usage', 'viewers']`,
  'a version below 1 or negative usage': `select id from streams where version < 1 or live_ms < 0 or viewer_ms < 0`,
}

/** @throws Error naming what does not hold. */
export async function checkStoredRows(pool: PostgresPool, schema: string): Promise<void> {
  const tables = /\b(streams|stream_events)\b(?! [se]\.)/g
  for (const [name, query] of Object.entries(invariants)) {
    const text = query.replaceAll(tables, (table) => `${quoteIdentifier(schema)}.${table}`)
    const { rows } = await pool.query(text, [])
    if (rows.length > 0) throw new Error(`${schema} holds ${name}: ${JSON.stringify(rows.slice(0, 3))}`)
  }
}
