import { afterAll, beforeAll, describe } from 'vitest'
import { type OpenDatabase, openPglite, openPostgres } from './databases.fixture.ts'
import type { PostgresPool } from './postgres-pool.ts'

const databases = { PGlite: openPglite, PostgreSQL: openPostgres }

/**
 * The same tests on PGlite and on PostgreSQL. One database serves a whole file.
 *
 * @param body - Gets a function that gives the database once the tests run.
 */
export function describeOnEachDatabase(body: (name: string, pool: () => PostgresPool) => void): void {
  for (const [name, open] of Object.entries(databases)) {
    describe(`on ${name}`, () => {
      let database: OpenDatabase
      beforeAll(async () => {
        database = await open()
      }, 60_000)
      afterAll(() => database.close())
      body(name, () => database.pool)
    })
  }
}
