import type { StreamStore } from '@stagedoor/streaming-core'
import { deniedViewers } from './denied-viewers.ts'
import { idempotencyKeys } from './idempotency-keys.ts'
import { insertVerb } from './insert-stream.ts'
import { listStreamsVerb, listUnsettledVerb } from './list-streams.ts'
import { meterVerb } from './meter-stream.ts'
import { type PostgresPool, quoteIdentifier } from './postgres-pool.ts'
import { type PruneOptions, type PruneReport, pruneVerb } from './prune.ts'
import { type RunStatement, statementRunner } from './run-statement.ts'
import { listEventsVerb } from './stream-log.ts'
import { type StreamRow, streamColumns, toStream } from './stream-row.ts'
import { transitionVerb } from './transition-stream.ts'

/** Options of {@link postgresStreamStore}. */
export interface PostgresStreamStoreOptions {
  /** The Postgres schema that holds the tables, as given to `migrate`. Default `stagedoor`. */
  readonly schema?: string
  /**
   * How long to wait for an answer, a free connection included, in milliseconds. Default 10000. After it the call fails
   * with `provider_unavailable` and what it did is not known. The statement itself is ended by the database alone: give
   * the pool a `statement_timeout` below this.
   */
  readonly timeoutMs?: number
}

/** A {@link StreamStore} on Postgres, and its upkeep. */
export interface PostgresStreamStore extends StreamStore {
  /**
   * Deletes what is no longer needed, in statements of at most `batchSize` rows or logs: inbox entries and idempotency
   * keys from before `before`, and the logs of streams that closed before it. Streams stay. Safe on many servers at once.
   */
  prune(options: PruneOptions): Promise<PruneReport>
}

/**
 * Streams in PostgreSQL, or in PGlite within the process.
 *
 * Whatever changes something is one statement and one round trip, atomic under any isolation level; a transition that
 * changed nothing takes a second one to see why. The tables are made by {@link migrate}; the pool stays the caller's.
 *
 * @throws `StreamingError` from every verb: `provider_unavailable` while the database is away, overloaded or slow,
 * `invalid_input` for text with U+0000, `internal` for what an operator has to mend (its message says how). The driver's
 * error is its `cause`.
 *
 * @example
 * ```ts
 * import { createStreaming, memory } from '@stagedoor/streaming-core'
 * import { migrate, postgresStreamStore } from '@stagedoor/persistence-postgres'
 * import { Pool } from 'pg'
 *
 * const pool = new Pool({ connectionString: 'postgres://localhost/platform', statement_timeout: 5000 })
 * pool.on('error', (error) => console.error('An idle connection was lost:', error.message))
 * await migrate(pool)
 * const store = postgresStreamStore(pool)
 * ```
 */
export function postgresStreamStore(
  pool: PostgresPool,
  { schema = 'stagedoor', timeoutMs = 10_000 }: PostgresStreamStoreOptions = {},
): PostgresStreamStore {
  const run = statementRunner(pool, timeoutMs)
  const tables = quoteIdentifier(schema)
  return {
    insert: insertVerb(run, tables),
    ...reads(run, tables),
    list: listStreamsVerb(run, tables),
    listUnsettled: listUnsettledVerb(run, tables),
    transition: transitionVerb(run, tables),
    recordInbox: recordInboxVerb(run, tables),
    listEvents: listEventsVerb(run, tables),
    meter: meterVerb(run, tables),
    ...deniedViewers(run, tables),
    ...idempotencyKeys(run, tables),
    prune: pruneVerb(run, tables),
  }
}

function reads(run: RunStatement, tables: string): Pick<StreamStore, 'get' | 'findByChannel'> {
  const select = `select ${streamColumns('s')} from ${tables}.streams s`
  const first = (rows: readonly StreamRow[]) => (rows[0] ? toStream(rows[0]) : null)
  return {
    get: async (streamId) => first(await run('get', `${select} where s.id = $1`, [streamId])),
    findByChannel: async (adapterId, channelId) => {
      const text = `${select} where s.adapter_id = $1 and s.channel_id = $2 order by s.created_at, s.id limit 1`
      return first(await run('findByChannel', text, [adapterId, channelId]))
    },
  }
}

function recordInboxVerb(run: RunStatement, tables: string): StreamStore['recordInbox'] {
  const text = `insert into ${tables}.inbox (adapter_id, event_id, received_at) values ($1, $2, $3::text::timestamptz)
    on conflict do nothing returning adapter_id`
  return async ({ adapterId, eventId }, at) =>
    (await run('recordInbox', text, [adapterId, eventId, at])).length > 0
}
