import type { LedgerStore } from '@stagedoor/ledger'
import { type PostgresPool, quoteIdentifier } from '../postgres-pool.ts'
import { statementRunner } from '../run-statement.ts'
import { auditVerb } from './audit.ts'
import { ledgerStatements } from './ledger-errors.ts'
import { matureVerb } from './mature-holds.ts'
import { payoutVerb } from './payout.ts'
import { postVerb } from './post-transfers.ts'
import { bookReads } from './read-books.ts'
import { takeSnapshotsVerb } from './take-snapshots.ts'

/** Options of {@link postgresLedgerStore}. */
export interface PostgresLedgerStoreOptions {
  /** The Postgres schema that holds the tables, as given to `migrate`. Default `stagedoor`. */
  readonly schema?: string
  /** How long to wait for an answer, a free connection included, in milliseconds. Default 10000. */
  readonly timeoutMs?: number
  /** The same for `audit`, which reads everything. Default ten minutes. */
  readonly auditTimeoutMs?: number
}

/**
 * The books of `@stagedoor/ledger` in PostgreSQL, or in PGlite within the process.
 *
 * A batch of transfers is one statement that only inserts, so a popular creator's credits wait for nothing. Transfers and
 * entries are append-only by triggers, and entries come with the transaction of their transfer or not at all. Let the
 * platform's user not own the tables, so that it cannot remove those triggers; {@link ledgerGrants} are what it needs. The
 * owner can: what shows that is a seal or the gateway's books, given to `verify`. Restore a dump of the data alone with
 * `--disable-triggers`, as it comes in many transactions.
 *
 * @throws `LedgerError` from every verb: `provider_unavailable` while the database is away, overloaded or slow,
 * `internal` for what an operator has to mend (its message says how). The driver's error is its `cause`.
 *
 * @example
 * ```ts
 * import { createLedger } from '@stagedoor/ledger'
 * import { migrate, postgresLedgerStore } from '@stagedoor/persistence-postgres'
 * import { Pool } from 'pg'
 *
 * const pool = new Pool({ connectionString: 'postgres://localhost/platform', statement_timeout: 5000 })
 * await migrate(pool)
 * const ledger = createLedger({ store: postgresLedgerStore(pool) })
 * ```
 */
export function postgresLedgerStore(
  pool: PostgresPool,
  { schema = 'stagedoor', timeoutMs = 10_000, auditTimeoutMs = 600_000 }: PostgresLedgerStoreOptions = {},
): LedgerStore {
  const run = ledgerStatements(statementRunner(pool, timeoutMs))
  const tables = quoteIdentifier(schema)
  const reads = bookReads(run, tables)
  return {
    post: postVerb(run, tables),
    payout: payoutVerb(run, tables, reads.get),
    mature: matureVerb(run, tables),
    ...reads,
    takeSnapshots: takeSnapshotsVerb(run, tables),
    audit: auditVerb(ledgerStatements(statementRunner(pool, auditTimeoutMs)), tables),
  }
}
