import { type ListStreamsQuery, type Stream, StreamingError } from '@stagedoor/streaming-core'
import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freshStore } from './fresh-store.fixture.ts'
import { type PostgresPool, quoteIdentifier } from './postgres-pool.ts'
import { type PostgresServer, startPostgres } from './postgres-server.fixture.ts'
import { type PostgresStreamStore, postgresStreamStore } from './postgres-stream-store.ts'

const rows = 20_000
const at = '2026-01-01T00:00:00.000Z'

let server: PostgresServer
let pool: Pool
let schema: string
beforeAll(async () => {
  server = await startPostgres()
  pool = server.createPool()
  ;({ schema } = await freshStore(pool))
  const table = (name: string) => `${quoteIdentifier(schema)}.${name}`
  // 1 in 200 is open, 1 in 1000 is live; 500 creators; 1 in 100 has a channel.
  await pool.query(`insert into ${table('streams')}
    select 's' || i, case when i % 200 = 0 then 'open' || i else 'c' || i % 500 end,
      case when i % 1000 = 0 then 'live' when i % 200 = 0 then 'ready' when i % 7 = 0 then 'failed' else 'ended' end,
      i % 200 = 0, 'ivs', case when i % 100 = 0 then 'channel' || i end,
      to_char(timestamptz '2026-01-01' + make_interval(secs => i), 'YYYY-MM-DD"T"HH24:MI:SS".000Z"'),
      1, 1, 0, 0, 0, 0, null, null, case when i % 200 = 0 then null else now() end, false, '{"channel": null}'
    from generate_series(1, ${rows}) as i`)
  await pool.query(
    `insert into ${table('stream_events')} select 's' || i, 1, '${at}', '{}' from generate_series(1, ${rows}) as i`,
  )
  await pool.query(
    `insert into ${table('inbox')} select 'ivs', 'e' || i, now() from generate_series(1, ${rows}) as i`,
  )
  await pool.query(
    `insert into ${table('denied_viewers')} select 's' || i % 100, 'u' || i, now() from generate_series(1, ${rows}) as i`,
  )
  await pool.query('analyze')
}, 60_000)
afterAll(() => server.close())

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly PlanNode[]
}

/** Runs a verb, its statement under EXPLAIN ANALYZE in place of it, and adds up what the plan did. */
async function explain(verb: (store: PostgresStreamStore) => Promise<unknown>) {
  let plan: PlanNode | undefined
  const explaining: PostgresPool = {
    query: async (text, values) => {
      const answer = await pool.query(`explain (analyze, format json) ${text}`, values)
      plan = answer.rows[0]['QUERY PLAN'][0].Plan
      throw new StreamingError({ code: 'aborted', message: 'explained' })
    },
  }
  await verb(postgresStreamStore(explaining, { schema })).catch((error: unknown) => {
    if (!plan) throw error
  })
  const nodes: PlanNode[] = []
  const visit = (node: PlanNode) => {
    nodes.push(node)
    node.Plans?.forEach(visit)
  }
  if (plan) visit(plan)
  const touched = (node: PlanNode) =>
    (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']
  return {
    kinds: new Set(nodes.map((node) => node['Node Type'])),
    /** Rows that any step of it read at most. */
    most: Math.max(...nodes.map(touched)),
  }
}

const after = { createdAt: '2026-01-01T02:00:00.000Z', id: 's7200' }
const lists: [string, ListStreamsQuery][] = [
  ['all', { limit: 20 }],
  ['all, further on', { limit: 20, after }],
  ['live ones', { limit: 20, status: ['live'] }],
  ['live ones, further on', { limit: 20, status: ['live'], after }],
  ['open ones', { limit: 100, status: ['ready', 'live', 'interrupted'] }],
  ['closed ones, further on', { limit: 20, status: ['ended', 'failed'], after }],
  ['a creator’s', { limit: 20, creatorId: 'c7' }],
  [
    'a creator’s ended ones, further on',
    { limit: 20, creatorId: 'c7', status: ['ended' as Stream['status']], after },
  ],
]

it.each(lists)('lists %s from an index, without reading much more than the page', async (_, query) => {
  const { kinds, most } = await explain((store) => store.list(query))
  expect(kinds).not.toContain('Seq Scan')
  expect(most).toBeLessThanOrEqual(10 * query.limit)
})

it.each<[string, (store: PostgresStreamStore) => Promise<unknown>]>([
  ['the first unsettled streams', (store) => store.listUnsettled({ limit: 100 })],
  ['further unsettled streams', (store) => store.listUnsettled({ limit: 100, afterId: 's5' })],
  ['a stream', (store) => store.get('s77')],
  ['a stream by its channel', (store) => store.findByChannel('ivs', 'channel400')],
  ['the log', (store) => store.listEvents({ streamId: 's77', afterSeq: 0, limit: 100 })],
  ['a removed viewer', (store) => store.isViewerDenied('s77', 'vic')],
  ['removed viewers', (store) => store.listDeniedViewers({ streamId: 's77', limit: 100 })],
  ['old inbox entries', (store) => store.prune({ before: at, batchSize: 100 })],
])('finds %s by an index', async (_, verb) => {
  const { kinds, most } = await explain(verb)
  expect(kinds).not.toContain('Seq Scan')
  expect(most).toBeLessThanOrEqual(300)
})

it('reads no table from end to end for a transition', async () => {
  const present = await postgresStreamStore(pool, { schema }).get('s200')
  if (!present) throw new Error('it was inserted')
  const { kinds } = await explain((store) =>
    store.transition({
      streamId: 's200',
      expectedVersion: present.version,
      next: present,
      events: [{ type: 'stream.created' }],
      inbox: { adapterId: 'ivs', eventId: 'new' },
      at,
    }),
  )
  expect(kinds).toContain('ModifyTable')
  expect(kinds).not.toContain('Seq Scan')
})
