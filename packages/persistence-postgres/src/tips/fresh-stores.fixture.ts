import { postgresLedgerStore } from '../ledger/postgres-ledger-store.ts'
import { migrate } from '../migrate.ts'
import type { PostgresPool } from '../postgres-pool.ts'
import { postgresTipStore } from './postgres-tip-store.ts'

let count = 0

/** Tips and books in a schema of their own, as a database of their own would take seconds. */
export async function freshStores(pool: PostgresPool) {
  const schema = `Tips "${++count}"`
  await migrate(pool, { schema })
  const options = { schema, timeoutMs: 30_000 }
  return { schema, tips: postgresTipStore(pool, options), ledger: postgresLedgerStore(pool, options) }
}
