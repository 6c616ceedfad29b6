import { PGlite } from '@electric-sql/pglite'
import type { PostgresPool } from './postgres-pool.ts'
import { startPostgres } from './postgres-server.fixture.ts'

/** A database of its own, for as long as it is open. */
export interface OpenDatabase {
  readonly pool: PostgresPool
  close(): Promise<void>
}

/** PostgreSQL in this process, in memory. Takes seconds to start. */
export async function openPglite(): Promise<OpenDatabase> {
  const pglite = await PGlite.create()
  return { pool: pglite, close: () => pglite.close() }
}

/** A PostgreSQL on this machine, with a pool of 20. */
export async function openPostgres(): Promise<OpenDatabase> {
  const server = await startPostgres()
  return { pool: server.createPool({ max: 20 }), close: server.close }
}
