import { createLedger, type LedgerStore, refundTransfer } from '@stagedoor/ledger'
import { sampleEarning } from '@stagedoor/ledger/testing'
import type { Pool } from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { quoteIdentifier } from '../postgres-pool.ts'
import { type PostgresServer, startPostgres } from '../postgres-server.fixture.ts'
import { waitUntil } from '../wait-until.fixture.ts'
import { freshLedger } from './fresh-ledger.fixture.ts'
import { checkLedgerRows } from './ledger-rows.fixture.ts'
import { postgresLedgerStore } from './postgres-ledger-store.ts'

const at = '2026-01-01T00:00:00.000Z'
const usd = { creatorId: 'ava', currency: 'USD' } as const

let server: PostgresServer
let pool: Pool
let store: LedgerStore
let schema: string
let tables: string
beforeAll(async () => {
  server = await startPostgres()
  pool = server.createPool({ max: 20 })
}, 60_000)
afterAll(() => server.close())
beforeEach(async () => {
  ;({ store, schema } = await freshLedger(pool))
  tables = quoteIdentifier(schema)
})

const due = (id: string) => sampleEarning(id, { availableAt: at })
const order = (key: string, amount: bigint | 'all' = 'all') => ({
  ...usd,
  ...{ key, amount, minimum: 1n, occurredAt: at, recordedAt: at },
})
const available = async () =>
  (await store.totals({ owner: 'ava', at })).totals.reduce(
    (sum, { account, amount }) => (account === 'creator_available' ? sum + amount : sum),
    0n,
  )

/** Waits until a statement of another connection is held up by a lock. */
const someoneWaits = () =>
  waitUntil('a statement waits for a lock', async () => {
    const text = `select 1 from pg_stat_activity where wait_event_type = 'Lock'`
    return (await pool.query(text)).rows.length > 0
  })

it('keeps a payout waiting for the one before it, and then shows it what is left', async () => {
  await store.post([due('t1')], at)
  // Matured before, so that no hold is in common.
  await store.mature({ at, limit: 10 })
  const first = await pool.connect()
  await first.query('begin')
  await first.query(
    `select * from ${tables}.ledger_payout('p1', 'ava', 'USD', 800, 1, '${at}', '${at}', null)`,
  )
  const second = store.payout(order('p2', 100n))
  await someoneWaits()
  await first.query('commit')
  first.release()
  expect(await second).toEqual({ outcome: 'insufficient', available: 50n })
})

it('credits a creator while a payout of the same creator holds its lock', async () => {
  await store.post([due('t1')], at)
  // Matured before, so that no hold is in common.
  await store.mature({ at, limit: 10 })
  const first = await pool.connect()
  await first.query('begin')
  await first.query(
    `select * from ${tables}.ledger_payout('p1', 'ava', 'USD', null, 1, '${at}', '${at}', null)`,
  )
  const [result] = await store.post([due('t2')], at)
  expect(result?.outcome).toBe('posted')
  await first.query('commit')
  first.release()
  expect(await store.payout(order('p2'))).toMatchObject({ outcome: 'posted' })
})

it('makes a payout wait for a maturity that took a refund with it', async () => {
  const refund = { key: 'r1', amount: 1000n, refundedBefore: 0n, gateway: { id: 'stripe', ref: 're_1' } }
  await store.post([due('t1')], at)
  await store.mature({ at, limit: 10 })
  await store.post([refundTransfer(due('t1'), { ...refund, occurredAt: at })], at)
  const client = await pool.connect()
  await client.query('begin')
  await postgresLedgerStore(client, { schema }).mature({ at, limit: 10 })
  const payout = store.payout(order('p1'))
  await someoneWaits()
  await client.query('commit')
  client.release()
  expect(await payout).toEqual({ outcome: 'insufficient', available: 0n })
})

it('counts what a transaction that began before a snapshot commits after it', async () => {
  for (const id of ['t1', 't2']) await store.post([sampleEarning(id)], at)
  const slow = await pool.connect()
  await slow.query('begin')
  await postgresLedgerStore(slow, { schema }).post([sampleEarning('slow')], at)
  // Later in every sequence, and committed before.
  await store.post([sampleEarning('t3')], at)
  expect(await store.takeSnapshots({ minTail: 2, limit: 100 })).toBe(3)
  const rows = await pool.query(`select 1 from ${tables}.ledger_balances where owner = 'stripe'`)
  expect(rows.rowCount).toBe(1)
  await slow.query('commit')
  slow.release()
  const { totals } = await store.totals({ owner: 'stripe', at })
  expect(totals[0]?.amount).toBe(-4000n)
  expect((await store.audit()).fault).toBeNull()
  await checkLedgerRows(pool, schema)
})

it('books a transfer whose twin was taken back, and answers for one whose twin was committed', async () => {
  for (const end of ['rollback', 'commit']) {
    const other = await pool.connect()
    await other.query('begin')
    await postgresLedgerStore(other, { schema }).post([sampleEarning(end)], at)
    const answer = store.post([sampleEarning(end), sampleEarning(`beside ${end}`)], at)
    await someoneWaits()
    await other.query(end)
    other.release()
    const outcomes = (await answer).map(({ outcome }) => outcome)
    expect(outcomes).toEqual([end === 'commit' ? 'exists' : 'posted', 'posted'])
  }
})

it('refuses entries for a transfer that another transaction committed after this one began', async () => {
  const slow = await pool.connect()
  await slow.query('begin')
  // Takes its number before the other one.
  await postgresLedgerStore(slow, { schema }).post([sampleEarning('own')], at)
  await store.post([sampleEarning('other')], at)
  const forged = slow.query(`insert into ${tables}.ledger_entries
      (transfer, position, account, owner, currency, amount, recorded_at)
    select seq, n.*, now() from ${tables}.ledger_transfers
    cross join (values (7::smallint, 'creator_available', 'eve', 'USD', 5), (8, 'suspense', 'stripe', 'USD', -5)) n
    where key = 'completion:other'`)
  await expect(forged).rejects.toThrow('not of this transaction')
  await slow.query('rollback')
  slow.release()
  expect((await store.audit()).fault).toBeNull()
})

it.each(['read committed', 'repeatable read', 'serializable'])(
  'never overdraws while 100 tips, maturities, snapshots and payouts meet, under %s',
  async (isolation) => {
    const options = `-c default_transaction_isolation=${isolation.replace(' ', '\\ ')}`
    const strict = postgresLedgerStore(server.createPool({ max: 20, options }), { schema, timeoutMs: 60_000 })
    // So many at once may use up the retries; then it is the caller who tries again.
    const insist = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      for (;;) {
        try {
          return await work()
        } catch (error) {
          if (!(error instanceof Error && 'retryable' in error && error.retryable)) throw error
        }
      }
    }
    const ledger = createLedger({ store: strict, clock: () => new Date(at) })
    await store.post([due('before')], at)
    await store.mature({ at, limit: 10 })
    const tips = Array.from({ length: 100 }, (_, index) => insist(() => ledger.post(due(`t${index}`))))
    const payouts = Array.from({ length: 20 }, (_, index) =>
      insist(async () => {
        const result = await strict.payout(order(`p${index}`, index % 2 ? 'all' : 900n))
        return result.outcome === 'posted' ? (result.transfer.entries[1]?.amount ?? 0n) : 0n
      }),
    )
    const jobs = Array.from({ length: 10 }, async () => {
      await insist(() => strict.mature({ at, limit: 7 }))
      await insist(() => strict.takeSnapshots({ minTail: 2, limit: 10 }))
    })
    await Promise.all([...tips, ...jobs])
    await Promise.all(payouts)
    while ((await store.mature({ at, limit: 100 })) > 0);

    const moved = await pool.query(
      `select coalesce(sum(amount), 0)::text as sum from ${tables}.ledger_entries where account = 'creator_in_transit'`,
    )
    const inTransit = BigInt(moved.rows[0].sum)
    expect((await available()) + inTransit).toBe(85_850n)
    // The balance behind each payout, in the order in which they held the lock.
    const running = await pool.query(`select min(balance)::text as lowest from (
      select sum(amount) over (order by transfer) as balance from ${tables}.ledger_entries
      where owner = 'ava' and account = 'creator_available') steps`)
    expect(BigInt(running.rows[0].lowest)).toBeGreaterThanOrEqual(0n)
    expect((await store.audit()).fault).toBeNull()
    await checkLedgerRows(pool, schema)
  },
  60_000,
)

it('answers a thousand callers in far fewer statements than callers', async () => {
  let statements = 0
  const counting = {
    query: (text: string, values: unknown[]) => {
      statements += 1
      return pool.query(text, values)
    },
  }
  const ledger = createLedger({ store: postgresLedgerStore(counting, { schema }), clock: () => new Date(at) })
  const results = await Promise.all(Array.from({ length: 1000 }, (_, index) => ledger.post(due(`t${index}`))))
  expect(
    results.every(
      ({ outcome }, index) => outcome === 'posted' && results[index]?.transfer.key === `completion:t${index}`,
    ),
  ).toBe(true)
  expect(statements).toBeLessThanOrEqual(10)
  expect(await ledger.verify()).toMatchObject({ ok: true, transfers: 1000 })
})

it('says what to do when the tables are missing, and that trying again helps when the database is away', async () => {
  const missing = postgresLedgerStore(pool, { schema: 'nowhere' })
  await expect(missing.get('x')).rejects.toMatchObject({
    name: 'LedgerError',
    code: 'internal',
    message: expect.stringContaining('stagedoor migrate'),
  })
  const away = server.createPool({ port: 1 })
  await expect(postgresLedgerStore(away).get('x')).rejects.toMatchObject({
    name: 'LedgerError',
    code: 'provider_unavailable',
    retryable: true,
  })
})
