import { migrate } from './migrate.ts'
import type { PostgresPool } from './postgres-pool.ts'
import { type PostgresStreamStoreOptions, postgresStreamStore } from './postgres-stream-store.ts'

let count = 0

/** A store on a schema of its own, as a database of its own would take seconds. */
export async function freshStore(
  pool: PostgresPool,
  options: Omit<PostgresStreamStoreOptions, 'schema'> = {},
) {
  const schema = `Test "${++count}"`
  await migrate(pool, { schema })
  return { schema, store: postgresStreamStore(pool, { ...options, schema }) }
}
