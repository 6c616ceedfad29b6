import { createLedger } from '@stagedoor/ledger'
import { describeLedgerStore, sampleEarning } from '@stagedoor/ledger/testing'
import { describeTipStore } from '@stagedoor/tips/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresLedgerStore } from '../ledger/postgres-ledger-store.ts'
import { migrate } from '../migrate.ts'
import { quoteIdentifier } from '../postgres-pool.ts'
import { type PostgresServer, startPostgres } from '../postgres-server.fixture.ts'
import { postgresTipStore } from './postgres-tip-store.ts'

let server: PostgresServer
let owner: ReturnType<PostgresServer['createPool']>
let platform: typeof owner

beforeAll(async () => {
  server = await startPostgres()
  owner = server.createPool({ max: 2 })
  await owner.query('create role platform', [])
  platform = server.createPool({ max: 10, options: '-c role=platform' })
}, 60_000)
afterAll(() => server.close())

let count = 0

/** A schema of the owner's, with the grants that the TSDoc of both stores lists and nothing else. */
async function grantedStores() {
  const schema = `Granted "${++count}"`
  await migrate(owner, { schema })
  const tables = quoteIdentifier(schema)
  const { rows } = await owner.query('select tablename from pg_tables where schemaname = $1', [schema])
  const tips = rows.map(({ tablename }) => String(tablename)).filter((name) => name.startsWith('tip'))
  for (const grant of [
    `usage on schema ${tables}`,
    ...['transfers', 'entries'].map((name) => `select, insert on ${tables}.ledger_${name}`),
    ...['balances', 'holds', 'payout_locks'].map(
      (name) => `select, insert, update, delete on ${tables}.ledger_${name}`,
    ),
    ...tips.map((name) => `select, insert, update, delete on ${tables}.${name}`),
    `execute on all functions in schema ${tables}`,
  ]) {
    await owner.query(`grant ${grant} to platform`, [])
  }
  const options = { schema, timeoutMs: 30_000 }
  return {
    tables,
    tips: postgresTipStore(platform, options),
    ledger: postgresLedgerStore(platform, options),
  }
}

describe('a user with the grants of the guide', () => {
  const runner = {
    describe,
    it: (title: string, body: () => Promise<void> | void) => it(title, body, 60_000),
  }
  describeLedgerStore(runner, {
    name: 'granted',
    createStore: async () => (await grantedStores()).ledger,
  })
  describeTipStore(runner, { name: 'granted', createStores: grantedStores })

  it('can change no booked row, and take no guard off', async () => {
    const { tables, ledger: store } = await grantedStores()
    const ledger = createLedger({ store })
    await ledger.post(sampleEarning('a'))
    for (const statement of [
      'update ledger_transfers set kind = kind',
      'update ledger_entries set amount = amount + 1',
      'delete from ledger_entries',
      'truncate ledger_entries',
      'alter table ledger_entries disable trigger all',
      'drop table ledger_entries',
      'drop function ledger_refuse_change cascade',
    ]) {
      const text = statement.replace(/\bledger_\w+/, (name) => `${tables}.${name}`)
      await expect(platform.query(text, []), statement).rejects.toThrow(/permission denied|must be owner/)
    }
    expect(await ledger.verify()).toMatchObject({ ok: true, transfers: 1, entries: 3 })
  })
})
