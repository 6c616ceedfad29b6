import { migrate } from '../migrate.ts'
import type { PostgresPool } from '../postgres-pool.ts'
import { postgresLedgerStore } from './postgres-ledger-store.ts'

let count = 0

/** Books in a schema of their own, as a database of their own would take seconds. */
export async function freshLedger(pool: PostgresPool) {
  const schema = `Books "${++count}"`
  await migrate(pool, { schema })
  return { schema, store: postgresLedgerStore(pool, { schema, timeoutMs: 30_000 }) }
}
