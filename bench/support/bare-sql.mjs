/**
 * The same work as a store's, written by hand for it alone on the same tables: guarded, with the usage settled, the event
 * in the log and the provider's event in the inbox. No errors of ours, no time limit, no look at the inbox beforehand.
 *
 * @typedef {import('@stagedoor/persistence-postgres').PostgresPool} PostgresPool
 * @typedef {import('@stagedoor/streaming-core').Stream} Stream
 * @typedef {import('../../packages/persistence-postgres/src/postgres-server.fixture.ts').PostgresServer} PostgresServer
 */

const elapsed = "case when status = 'live' then greatest($8::bigint - metered_ms, 0) else 0 end"
const guarded = `update stagedoor.streams set version = version + 1, last_seq = last_seq + 1,
  status = $3, is_open = $4, channel_id = $5, document = $6::jsonb,
  live_ms = live_ms + ${elapsed}, viewer_ms = viewer_ms + ${elapsed} * viewers_current,
  metered_until = $7, metered_ms = greatest(metered_ms, $8::bigint)
  where id = $1 and version = $2
  returning id, version, last_seq, viewers_current, viewers_peak, live_ms, viewer_ms, metered_until`
const logged = 'insert into stagedoor.stream_events (stream_id, seq, at, body)'
const inbox = 'insert into stagedoor.inbox (adapter_id, event_id, received_at)'

const oneStatement = `with changed as (${guarded}),
  taken as (${inbox} select 'memory', $10, $7::text::timestamptz from changed where $10::text is not null),
  logged as (${logged} select id, last_seq, $7::text, $9::jsonb from changed)
  select * from changed`

/**
 * @param {PostgresPool} pool
 * @param {Stream} stream
 * @param {string | null} eventId
 * @returns {Promise<number>} The new version.
 */
export async function changeInOneStatement(pool, stream, eventId) {
  const { rows } = await pool.query(oneStatement, [...valuesOf(stream), event, eventId])
  return versionOf(rows)
}

/**
 * @param {ReturnType<PostgresServer['createPool']>} pool
 * @param {Stream} stream
 * @param {string | null} eventId
 * @returns {Promise<number>} The new version.
 */
export async function changeInTransaction(pool, stream, eventId) {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const { rows } = await client.query(guarded, valuesOf(stream))
    if (eventId !== null) await client.query(`${inbox} values ('memory', $1, $2)`, [eventId, at()])
    await client.query(`${logged} values ($1, $2, $3, $4)`, [stream.id, rows[0].last_seq, at(), event])
    await client.query('commit')
    return versionOf(rows)
  } finally {
    client.release()
  }
}

/** @param {PostgresPool} pool @param {string} channelId */
export async function findByChannel(pool, channelId) {
  const text = 'select * from stagedoor.streams where adapter_id = $1 and channel_id = $2'
  const { rows } = await pool.query(text, ['memory', channelId])
  if (rows.length !== 1) throw new Error(`${channelId} is carried by ${rows.length} streams`)
}

const event = JSON.stringify({ type: 'stream.warned', message: 'changed' })
const at = () => new Date().toISOString()

/** @param {Stream} stream */
function valuesOf(stream) {
  const now = at()
  const { id, version, status, channel } = stream
  return [id, version, status, true, channel?.id, JSON.stringify(stream), now, Date.parse(now)]
}

/** @param {readonly any[]} rows */
function versionOf(rows) {
  if (rows.length !== 1) throw new Error('the change was lost')
  return Number(rows[0].version)
}
