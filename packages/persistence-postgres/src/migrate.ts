import { StreamingError } from '@stagedoor/streaming-core'
import { migrationSql } from './migration-sql.ts'
import { migrations } from './migrations.ts'
import { mapPostgresError } from './postgres-errors.ts'
import { type PostgresPool, quoteIdentifier } from './postgres-pool.ts'

/** Options of {@link migrate}. */
export interface MigrateOptions {
  /** The Postgres schema for the tables, made when it is not there. Default `stagedoor`. */
  readonly schema?: string
  /** Changes nothing: the report's `sql` is what would run. */
  readonly dryRun?: boolean
  /** How long to wait for others who migrate, and for each lock on a table. Default 30. */
  readonly lockTimeoutSeconds?: number
}

/** What {@link migrate} found and did. */
export interface MigrationReport {
  /** The version before; 0 for a new database. */
  readonly from: number
  /** The version that this code needs, and that the database has now unless it was a dry run. */
  readonly to: number
  /** The names of the steps between the two. */
  readonly steps: readonly string[]
  /** The statement that takes them; empty when there is nothing to do. */
  readonly sql: string
}

/**
 * Brings the tables to what this code needs. Only ever forwards, all steps or none. Many servers may call it as they
 * start: one takes the steps while the others wait, and on a database that is up to date nobody takes a lock.
 *
 * The user of the pool must be allowed to create tables. A `statement_timeout` of the pool bounds the whole of it.
 *
 * @throws `StreamingError` `conflict` when the database is newer than this code; `provider_unavailable` when it is
 * away or a lock did not come free in time.
 */
export async function migrate(
  pool: PostgresPool,
  { schema = 'stagedoor', dryRun = false, lockTimeoutSeconds = 30 }: MigrateOptions = {},
): Promise<MigrationReport> {
  const to = migrations.at(-1)?.version ?? 0
  try {
    const from = await versionOf(pool, schema)
    refuseNewer(schema, from, to)
    const pending = migrations.filter(({ version }) => version > from)
    const sql = pending.length === 0 ? '' : migrationSql(schema, pending, lockTimeoutSeconds)
    if (sql !== '' && !dryRun) {
      const failure = await pool.query(sql, []).then(
        () => null,
        (error: unknown) => error ?? new Error('rejected with nothing'),
      )
      const present = await versionOf(pool, schema)
      // Another server was first, and a stricter isolation than the default one hid it from the statement.
      if (failure !== null && present < to) throw failure
      // A newer server may have been first.
      refuseNewer(schema, present, to)
    }
    return { from, to, steps: pending.map(({ name }) => name), sql }
  } catch (error) {
    throw mapPostgresError('migrate', error)
  }
}

async function versionOf(pool: PostgresPool, schema: string): Promise<number> {
  const table = `${quoteIdentifier(schema)}.migrations`
  const found = await pool.query('select to_regclass($1) is not null as found', [table])
  if (!(found.rows[0] as { found: boolean }).found) return 0
  const newest = await pool.query(`select coalesce(max(version), 0)::integer as version from ${table}`, [])
  return Number((newest.rows[0] as { version: number }).version)
}

function refuseNewer(schema: string, present: number, known: number): void {
  if (present <= known) return
  throw new StreamingError({
    code: 'conflict',
    provider: 'postgres',
    message: `The schema ${schema} is at version ${present}, and this code knows ${known}. Update @stagedoor/persistence-postgres on this server; nothing was changed.`,
  })
}
