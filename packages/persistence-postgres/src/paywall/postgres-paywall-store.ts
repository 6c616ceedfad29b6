import type { PaywallEvent, PaywallSale, PaywallStore } from '@stagedoor/paywall'
import { type PostgresPool, quoteIdentifier } from '../postgres-pool.ts'
import { statementRunner } from '../run-statement.ts'
import { paywallStatements } from './paywall-errors.ts'
import { accessReads } from './read-access.ts'
import { listVerbs } from './read-lists.ts'

/** Options of {@link postgresPaywallStore}. */
export interface PostgresPaywallStoreOptions {
  /** The Postgres schema that holds the tables, as given to `migrate`. Default `stagedoor`. */
  readonly schema?: string
  /** How long to wait for an answer, a free connection included, in milliseconds. Default 10000. */
  readonly timeoutMs?: number
}

/**
 * The offers, grants, sales and bans of `@stagedoor/paywall` in PostgreSQL, or in PGlite within the process.
 *
 * A change is one statement, and so is reading the access of all viewers who are asked about at once. A viewer's changes
 * come one after the other; nobody waits for another viewer.
 *
 * Grants of a platform's user that does not own the tables: select, insert, update and delete on all tables that begin with
 * `paywall`, and execute on the functions that do.
 *
 * @throws `PaywallError` from every verb: `provider_unavailable` while the database is away, overloaded or slow, `internal`
 * for what an operator has to mend.
 *
 * @example
 * ```ts
 * import { createPaywall } from '@stagedoor/paywall'
 * import { postgresPaywallStore } from '@stagedoor/persistence-postgres'
 * import { Pool } from 'pg'
 *
 * const pool = new Pool({ connectionString: 'postgres://localhost/platform', statement_timeout: 5000 })
 * const paywall = createPaywall({ store: postgresPaywallStore(pool), streamCreator: () => null })
 * ```
 */
export function postgresPaywallStore(
  pool: PostgresPool,
  { schema = 'stagedoor', timeoutMs = 10_000 }: PostgresPaywallStoreOptions = {},
): PaywallStore {
  const run = paywallStatements(statementRunner(pool, timeoutMs))
  const tables = quoteIdentifier(schema)
  const claimText = `with free as (
    select id from ${tables}.paywall_outbox where free_at <= $1::text::timestamptz
    order by seq limit $3::integer for update skip locked
  ), claimed as (
    update ${tables}.paywall_outbox o set free_at = $2::text::timestamptz from free where o.id = free.id
    returning o.seq, o.event
  )
  select event from claimed order by seq`
  return {
    ...accessReads(run, tables),
    ...listVerbs(run, tables),
    commit: async (change) => {
      const text = `select ${tables}.paywall_commit($1::text::json) as result`
      const value = JSON.stringify({ entries: [], ...change })
      const [row] = await run<{ readonly result: 'committed' | 'unchanged' | 'stale' }>('commit', text, [
        value,
      ])
      return row?.result ?? 'unchanged'
    },
    startSale: async (sale, replacing) => {
      const text = `select ${tables}.paywall_start_sale($1::text::json, $2) as sale`
      const [row] = await run<{ readonly sale: PaywallSale }>('startSale', text, [
        JSON.stringify(sale),
        replacing,
      ])
      return row?.sale ?? sale
    },
    claimEvents: async ({ at, until, limit }) =>
      (await run<{ readonly event: PaywallEvent }>('claimEvents', claimText, [at, until, limit])).map(
        ({ event }) => event,
      ),
    removeEvents: async (ids) => {
      if (ids.length === 0) return
      await run('removeEvents', `delete from ${tables}.paywall_outbox where id = any ($1::text[])`, [
        [...ids],
      ])
    },
  }
}
