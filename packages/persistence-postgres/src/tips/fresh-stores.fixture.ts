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

/** Removes every row of a schema, past the triggers of the ledger: many times quicker than another schema. */
export async function emptyStores(pool: PostgresPool, schema: string): Promise<void> {
  const text = `do $$ declare name text; begin
    perform set_config('session_replication_role', 'replica', true);
    for name in select tablename from pg_tables where schemaname = '${schema}' and tablename <> 'migrations' loop
      execute format('delete from %I.%I', '${schema}', name);
    end loop;
  end $$`
  await pool.query(text, [])
}
