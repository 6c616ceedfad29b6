import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe } from 'vitest'
import type { PostgresPool } from './postgres-pool.ts'
import { startPostgres } from './postgres-server.fixture.ts'

/** Opens a database; one serves a whole file, as either takes seconds to start. */
const databases: Readonly<Record<string, () => Promise<{ pool: PostgresPool; close(): Promise<void> }>>> = {
  PGlite: async () => {
    const pglite = await PGlite.create()
    return { pool: pglite, close: () => pglite.close() }
  },
  PostgreSQL: async () => {
    const server = await startPostgres()
    return { pool: server.createPool({ max: 20 }), close: server.close }
  },
}

/** The same tests on PGlite and on PostgreSQL. `pool` gives the database once the tests run. */
export function describeOnEachDatabase(body: (name: string, pool: () => PostgresPool) => void): void {
  for (const [name, open] of Object.entries(databases)) {
    describe(`on ${name}`, () => {
      let opened: Awaited<ReturnType<typeof open>>
      beforeAll(async () => {
        opened = await open()
      }, 60_000)
      afterAll(() => opened.close())
      body(name, () => opened.pool)
    })
  }
}
