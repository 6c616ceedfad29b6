import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate } from '../migrate.ts'
import { quoteIdentifier } from '../postgres-pool.ts'
import { type PostgresServer, startPostgres } from '../postgres-server.fixture.ts'
import { ledgerGrants } from './ledger-grants.ts'
import { postgresLedgerStore } from './postgres-ledger-store.ts'

const role = `plat"form; drop role keeper; --`
const schema = `Books' "1"; drop schema public`

describe('grants of the ledger', () => {
  let server: PostgresServer
  let admin: Pool
  beforeAll(async () => {
    server = await startPostgres()
    admin = server.createPool()
    await admin.query(`create role keeper; create role ${quoteIdentifier(role)} login`)
    await migrate(admin, { schema })
  }, 60_000)
  afterAll(() => server.close())

  it('are for the user and the schema that are named, whatever their names hold, and may be run again', async () => {
    const store = postgresLedgerStore(server.createPool({ user: role }), { schema })
    await expect(store.get('x')).rejects.toThrow('permission denied')
    for (let run = 0; run < 2; run++) await admin.query(ledgerGrants({ role, schema }))
    expect(await store.get('x')).toBeNull()
    const { rows } = await admin.query(`select 1 from pg_roles where rolname = 'keeper'`)
    expect(rows).toHaveLength(1)
  })

  it.each([
    ['role', { role: '' }],
    ['role', { role: undefined as never }],
    ['role', { role: 'a\u0000b' }],
    ['role', { role: 'é'.repeat(32) }],
    ['schema', { role: 'platform', schema: 'x'.repeat(64) }],
  ])('are refused for a %s that PostgreSQL would take for another', (field, input) => {
    expect(() => ledgerGrants(input)).toThrow(expect.objectContaining({ code: 'invalid_input', field }))
  })
})
