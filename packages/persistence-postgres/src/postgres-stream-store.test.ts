import { PGlite } from '@electric-sql/pglite'
import { describeStreamStore } from '@stagedoor/streaming-core/testing'
import type { Pool } from 'pg'
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest'
import { freshStore } from './fresh-store.fixture.ts'
import type { PostgresPool } from './postgres-pool.ts'
import { type PostgresServer, startPostgres } from './postgres-server.fixture.ts'
import { checkStoredRows } from './stored-rows.fixture.ts'

describe('on PGlite', () => {
  let pglite: PGlite
  beforeAll(async () => {
    pglite = await PGlite.create()
  }, 60_000)
  afterAll(() => pglite.close())
  contract('PGlite', () => pglite)
})

describe('on PostgreSQL', () => {
  let server: PostgresServer
  let pool: Pool
  beforeAll(async () => {
    server = await startPostgres()
    pool = server.createPool({ max: 20 })
  }, 60_000)
  afterAll(() => server.close())
  contract('PostgreSQL', () => pool)
})

/** The contract, and after each test the tables by SQL. */
function contract(name: string, pool: () => PostgresPool) {
  let check: (() => Promise<void>) | undefined
  describeStreamStore(
    { describe, it },
    {
      name,
      createStore: async () => {
        const { store, schema } = await freshStore(pool())
        check = () => checkStoredRows(pool(), schema)
        return store
      },
    },
  )
  afterEach(() => check?.())
}
