import { sampleTip } from '@stagedoor/tips/testing'
import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type PostgresServer, startPostgres } from '../postgres-server.fixture.ts'
import { waitUntil } from '../wait-until.fixture.ts'
import { freshStores } from './fresh-stores.fixture.ts'
import { postgresTipStore } from './postgres-tip-store.ts'

const at = '2026-03-02T12:00:00.000Z'
const soon = '2026-03-02T12:01:00.000Z'
const late = '2026-03-02T13:00:00.000Z'

let server: PostgresServer
let pool: Pool
beforeAll(async () => {
  server = await startPostgres()
  pool = server.createPool({ max: 20 })
}, 60_000)
afterAll(() => server.close())

it.each([
  ['sets', soon],
  ['takes away', null],
])(
  'a postponement that %s the time waits for a change of the tip, and leaves its time alone',
  async (_, to) => {
    const { schema, tips } = await freshStores(pool)
    const tip = sampleTip('t1')
    await tips.create(tip, [], at)
    const client = await pool.connect()
    await client.query('begin')
    const change = { tip: { ...tip, version: 2 }, transfers: [], tally: null, events: [], checkAt: late }
    await postgresTipStore(client, { schema }).commit([change], at)
    const postponement = tips.postpone('t1', 1, to)
    await waitUntil('the postponement waits', async () => {
      const text = `select 1 from pg_stat_activity where wait_event_type = 'Lock'`
      return (await pool.query(text)).rows.length > 0
    })
    await client.query('commit')
    client.release()
    await postponement
    expect(await tips.claimDue({ at: soon, until: late, limit: 9 })).toEqual([])
    expect(await tips.claimDue({ at: late, until: late, limit: 9 })).toEqual([change.tip])
  },
)
