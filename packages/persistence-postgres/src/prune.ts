import { StreamingError } from '@stagedoor/streaming-core'
import type { RunStatement } from './run-statement.ts'

/** Options of `prune`. */
export interface PruneOptions {
  /**
   * ISO 8601, UTC. Keep at least as long as providers repeat events (days) and clients their requests.
   */
  readonly before: string
  /** Rows, or whole logs, that one statement deletes at most. Default 1000. */
  readonly batchSize?: number
  /** Stops between two statements. What was deleted stays deleted. */
  readonly signal?: AbortSignal
}

/** What `prune` deleted. */
export interface PruneReport {
  readonly inboxEntries: number
  readonly idempotencyKeys: number
  /** Closed streams whose log was deleted. */
  readonly logs: number
}

export function pruneVerb(run: RunStatement, tables: string) {
  // Rows that another server is deleting are passed over.
  const rowsText = (table: string, key: string, time: string) => `with gone as (
    delete from ${tables}.${table} where (${key}) in (
      select ${key} from ${tables}.${table} where ${time} < $1::text::timestamptz
      order by ${time} limit $2 for update skip locked
    ) returning 1
  ) select count(*)::integer as count from gone`
  const inboxText = rowsText('inbox', 'adapter_id, event_id', 'received_at')
  const keysText = rowsText('idempotency_keys', 'key', 'claimed_at')
  const logsText = `with due as (
    select id from ${tables}.streams
    where closed_at < $1::text::timestamptz and closed_at is not null and not log_pruned
    order by closed_at limit $2 for update skip locked
  ), gone as (
    delete from ${tables}.stream_events where stream_id in (select id from due)
  ), marked as (
    update ${tables}.streams set log_pruned = true where id in (select id from due) returning 1
  ) select count(*)::integer as count from marked`

  return async ({ before, batchSize = 1000, signal }: PruneOptions): Promise<PruneReport> => {
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      const message = 'batchSize takes a whole number above 0.'
      throw new StreamingError({ code: 'invalid_input', field: 'batchSize', message })
    }
    const inBatches = async (text: string) => {
      for (let total = 0; ; ) {
        signal?.throwIfAborted()
        const [row] = await run<{ readonly count: number }>('prune', text, [before, batchSize])
        const count = Number(row?.count ?? 0)
        total += count
        if (count < batchSize) return total
      }
    }
    return {
      inboxEntries: await inBatches(inboxText),
      idempotencyKeys: await inBatches(keysText),
      logs: await inBatches(logsText),
    }
  }
}
