import { createLedger } from '@stagedoor/ledger'
import { fakeGateway } from '@stagedoor/payment-gateway/fake'
import { createTips } from '@stagedoor/tips'
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

it('each of 120 refunds of a tip at once, on three servers, is given back or told that nothing is left', async () => {
  const stores = await freshStores(pool)
  const gateway = fakeGateway()
  const servers = times(3, () => {
    const ledger = createLedger({ store: stores.ledger })
    const options = { gateways: [gateway], creator: () => ({}), deliversAtOnce: false }
    return createTips({ store: stores.tips, ledger, ...options })
  })
  const [first] = servers
  if (!first) throw new Error('there is no server')
  const amount = { amount: 1010n, currency: 'USD' }
  const { tip } = await first.createTip(
    { userId: 'vic' },
    { creatorId: 'ava', amount },
    { idempotencyKey: 'k' },
  )
  const ten = { amount: { amount: 10n, currency: 'USD' } }
  const refunds = times(120, (index) =>
    (servers[index % 3] ?? first).refundTip(tip.id, ten, { idempotencyKey: `r${index}` }),
  )
  const codes = (await Promise.allSettled(refunds)).map((one) =>
    one.status === 'fulfilled' ? one.value.outcome.kind : one.reason.code,
  )
  expect(codes.filter((code) => code === 'succeeded')).toHaveLength(101)
  expect(codes.filter((code) => code === 'conflict')).toHaveLength(19)
  expect(await first.getTip(tip.id)).toMatchObject({ refundedTotal: 1010n })
}, 120_000)

function times<Item>(count: number, make: (index: number) => Item): readonly Item[] {
  return Array.from({ length: count }, (_, index) => make(index))
}
