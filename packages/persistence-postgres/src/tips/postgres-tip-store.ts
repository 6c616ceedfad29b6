import type { TipStore } from '@stagedoor/tips'
import { type PostgresPool, quoteIdentifier } from '../postgres-pool.ts'
import { statementRunner } from '../run-statement.ts'
import { commitVerb } from './commit-changes.ts'
import { createVerb } from './create-tip.ts'
import { alertVerbs, menuVerbs } from './creator-settings.ts'
import { outboxVerbs } from './outbox.ts'
import { tipReads } from './read-tips.ts'
import { tallyVerbs } from './tallies.ts'
import { tipStatements } from './tip-errors.ts'

/** Options of {@link postgresTipStore}. */
export interface PostgresTipStoreOptions {
  /** The Postgres schema that holds the tables, as given to `migrate` and to `postgresLedgerStore`. Default `stagedoor`. */
  readonly schema?: string
  /** How long to wait for an answer, a free connection included, in milliseconds. Default 10000. */
  readonly timeoutMs?: number
}

/**
 * The tips of `@stagedoor/tips` in PostgreSQL, or in PGlite within the process, beside the ledger of the same schema.
 *
 * A batch of changes is one statement: tips, inbox, outbox, sums and transfers are stored together, or nothing is. It waits
 * for nobody but those who change the same tips, so a popular creator's tips do not queue.
 *
 * Grants of a platform's user that does not own the tables: those of `postgresLedgerStore`, select, insert, update and
 * delete on all tables that begin with `tip`, and execute on the functions.
 *
 * @throws `TipError` from every verb: `provider_unavailable` while the database is away, overloaded or slow, `conflict`
 * when the ledger has a transfer of a change already, `internal` for what an operator has to mend.
 *
 * @example
 * ```ts
 * import { createLedger } from '@stagedoor/ledger'
 * import { postgresLedgerStore, postgresTipStore } from '@stagedoor/persistence-postgres'
 * import { Pool } from 'pg'
 *
 * const pool = new Pool({ connectionString: 'postgres://localhost/platform', statement_timeout: 5000 })
 * const ledger = createLedger({ store: postgresLedgerStore(pool) })
 * const store = postgresTipStore(pool)
 * ```
 */
export function postgresTipStore(
  pool: PostgresPool,
  { schema = 'stagedoor', timeoutMs = 10_000 }: PostgresTipStoreOptions = {},
): TipStore {
  const run = tipStatements(statementRunner(pool, timeoutMs))
  const tables = quoteIdentifier(schema)
  const pruneText = `with inbox as (
    delete from ${tables}.tip_inbox where received_at < $1::text::timestamptz returning 1
  ), alerts as (
    delete from ${tables}.tip_alerts where at < $1::text::timestamptz returning 1
  )
  select (select count(*) from inbox) + (select count(*) from alerts) as count`
  return {
    create: createVerb(run, tables),
    ...tipReads(run, tables),
    commit: commitVerb(run, tables),
    ...outboxVerbs(run, tables),
    ...tallyVerbs(run, tables),
    ...menuVerbs(run, tables),
    ...alertVerbs(run, tables),
    prune: async ({ before }) => {
      const [row] = await run<{ readonly count: string | number }>('prune', pruneText, [before])
      return Number(row?.count ?? 0)
    },
  }
}
