import { mapPostgresError, tookTooLong } from './postgres-errors.ts'
import type { PostgresPool } from './postgres-pool.ts'
import { withRetries } from './with-retries.ts'

/**
 * Runs one statement and gives its rows.
 *
 * @param work - What is being done, for messages.
 */
export type RunStatement = <Row>(
  work: string,
  text: string,
  values: readonly unknown[],
) => Promise<readonly Row[]>

/** The one way from a store to its pool: with a time limit, retries and errors of ours. */
export function statementRunner(pool: PostgresPool, timeoutMs: number): RunStatement {
  return async <Row>(work: string, text: string, values: readonly unknown[]) => {
    try {
      const { rows } = await withRetries(() =>
        within(pool.query(text, [...values]), timeoutMs, () => tookTooLong(work, timeoutMs)),
      )
      return rows as readonly Row[]
    } catch (error) {
      throw mapPostgresError(work, error)
    }
  }
}

/**
 * Asks again until there is an answer: a statement that met another one sees the rows as they were before both, so it
 * may have changed nothing and not see why. The next one does.
 *
 * @param ask - Null for no answer.
 */
export async function untilAnswered<Answer>(
  work: string,
  ask: () => Promise<Answer | null>,
): Promise<Answer> {
  for (let round = 0; round < 10; round++) {
    const answer = await ask()
    if (answer !== null) return answer
  }
  throw mapPostgresError(work, Object.assign(new Error('no round was undisturbed'), { code: '40001' }))
}

async function within<Result>(
  work: Promise<Result>,
  timeoutMs: number,
  reason: () => Error,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(reason()), timeoutMs)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
