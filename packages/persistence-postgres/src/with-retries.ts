import { setTimeout as sleep } from 'node:timers/promises'

/** How often and how long {@link withRetries} tries. */
export interface RetryOptions {
  /** How often in all. Default 6. */
  readonly attempts?: number
  /** The first wait is at most this long, each further one twice as long as the one before. Default 10. */
  readonly firstWaitMs?: number
}

/**
 * Runs a statement again when the database rolled it back because of another one at the same time. The one place that
 * retries: after any other failure nobody knows what the statement did, so its caller has to look.
 */
export async function withRetries<Result>(
  statement: () => Promise<Result>,
  { attempts = 6, firstWaitMs = 10 }: RetryOptions = {},
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await statement()
    } catch (error) {
      if (attempt >= attempts || !wasRolledBackByAnother(error)) throw error
      // A random part of the wait, so that those who met do not meet again.
      await sleep(Math.random() * firstWaitMs * 2 ** (attempt - 1))
    }
  }
}

/** 40001 serialization failure and 40P01 deadlock; and the same event taken into the inbox by two at once. */
function wasRolledBackByAnother(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  if (error.code === '40001' || error.code === '40P01') return true
  return error.code === '23505' && 'constraint' in error && error.constraint === 'inbox_pkey'
}
