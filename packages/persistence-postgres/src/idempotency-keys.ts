import type { IdempotencyClaim, JsonValue, StreamStore } from '@stagedoor/streaming-core'
import { type RunStatement, untilAnswered } from './run-statement.ts'

interface ClaimRow {
  readonly outcome: IdempotencyClaim['outcome']
  readonly response: string | null
}

/** Claims of idempotency keys, one statement each. */
export function idempotencyKeys(
  run: RunStatement,
  tables: string,
): Pick<StreamStore, 'claimIdempotencyKey' | 'completeIdempotencyKey' | 'releaseIdempotencyKey'> {
  const table = `${tables}.idempotency_keys`
  const claimText = `with claimed as (
    insert into ${table} as k (key, fingerprint, claimed_at) values ($1, $2, $3::text::timestamptz)
    on conflict (key) do update set claimed_at = excluded.claimed_at
      where k.fingerprint = excluded.fingerprint and k.response is null
        and k.claimed_at + make_interval(secs => $4) <= excluded.claimed_at
    returning k.key
  )
  select 'claimed' as outcome, null as response from claimed
  union all
  select case when k.fingerprint <> $2 then 'mismatch' when k.response is not null then 'done' else 'in_progress' end,
    k.response::text
  from ${table} k where k.key = $1 and not exists (select from claimed)`
  const completeText = `update ${table} set response = $2::jsonb where key = $1`
  const releaseText = `delete from ${table} where key = $1 and response is null`

  return {
    claimIdempotencyKey: ({ key, fingerprint, at, leaseSeconds }) =>
      untilAnswered('claimIdempotencyKey', async (): Promise<IdempotencyClaim | null> => {
        const values = [key, fingerprint, at, leaseSeconds]
        const [row] = await run<ClaimRow>('claimIdempotencyKey', claimText, values)
        if (!row) return null
        if (row.outcome !== 'done') return { outcome: row.outcome }
        return { outcome: 'done', response: JSON.parse(row.response ?? 'null') as JsonValue }
      }),

    completeIdempotencyKey: async (key, response) => {
      await run('completeIdempotencyKey', completeText, [key, JSON.stringify(response)])
    },

    releaseIdempotencyKey: async (key) => {
      await run('releaseIdempotencyKey', releaseText, [key])
    },
  }
}
