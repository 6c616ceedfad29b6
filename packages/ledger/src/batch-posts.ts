import { LedgerError } from './errors.ts'
import type { LedgerStore, PostResult } from './ledger-store.ts'
import type { NewTransfer } from './transfer.ts'

/** How concurrent posts share round trips. */
export interface BatchingOptions {
  /** Transfers in one round trip. Default 500. */
  readonly maxSize?: number
  /** A transfer waits at most this long for others while a round trip could begin. Default 5 milliseconds. */
  readonly maxDelayMs?: number
  /** Round trips at a time; further transfers wait for one of them to end. Default 4. */
  readonly maxInFlight?: number
}

interface Waiting {
  readonly transfer: NewTransfer
  resolve(result: PostResult): void
  reject(error: unknown): void
}

/** What a {@link batchPosts} is made of. */
export interface BatchPostsInput {
  readonly store: Pick<LedgerStore, 'post'>
  readonly options: BatchingOptions
  /** The present time, ISO 8601, UTC. */
  now(): string
}

/**
 * Posts one transfer; those that are posted at the same time travel together. While nothing is under way a transfer leaves
 * at once, so a single caller loses nothing; while something is, others gather until it is back, the batch is full, or
 * the first of them has waited long enough.
 *
 * Each caller gets the answer for its own transfer. When the store refuses a batch as a whole, it is divided until those
 * that can be booked are, which repeating is safe for.
 */
export function batchPosts({ store, options, now }: BatchPostsInput) {
  const { maxSize = 500, maxDelayMs = 5, maxInFlight = 4 } = options
  let waiting: Waiting[] = []
  let inFlight = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const consider = () => {
    while (waiting.length > 0 && inFlight < maxInFlight && (inFlight === 0 || waiting.length >= maxSize))
      send()
    if (waiting.length > 0 && inFlight < maxInFlight) timer ??= setTimeout(onDelay, maxDelayMs)
  }

  const onDelay = () => {
    timer = undefined
    if (waiting.length > 0 && inFlight < maxInFlight) send()
    consider()
  }

  const send = () => {
    const batch = waiting.slice(0, maxSize)
    waiting = waiting.slice(maxSize)
    if (waiting.length === 0) {
      clearTimeout(timer)
      timer = undefined
    }
    inFlight += 1
    void postAll(store, batch, now()).finally(() => {
      inFlight -= 1
      if (waiting.length > 0 && inFlight < maxInFlight) send()
      consider()
    })
  }

  let isConsidering = false
  return (transfer: NewTransfer): Promise<PostResult> =>
    new Promise((resolve, reject) => {
      waiting.push({ transfer, resolve, reject })
      if (isConsidering) return
      isConsidering = true
      // After all that is posted in this turn.
      queueMicrotask(() => {
        isConsidering = false
        consider()
      })
    })
}

/** Never rejects: each transfer gets its answer or its error. */
async function postAll(
  store: Pick<LedgerStore, 'post'>,
  batch: readonly Waiting[],
  recordedAt: string,
): Promise<void> {
  try {
    const results = await store.post(
      batch.map(({ transfer }) => transfer),
      recordedAt,
    )
    batch.forEach(({ transfer, resolve, reject }, index) => {
      const result = results[index]
      if (result) resolve(result)
      else reject(noAnswer(transfer.key))
    })
  } catch (error) {
    const isRetryable = error instanceof Error && 'retryable' in error && error.retryable === true
    if (isRetryable || batch.length === 1) {
      for (const { reject } of batch) reject(error)
      return
    }
    const middle = Math.ceil(batch.length / 2)
    await postAll(store, batch.slice(0, middle), recordedAt)
    await postAll(store, batch.slice(middle), recordedAt)
  }
}

function noAnswer(key: string): LedgerError {
  return new LedgerError({ code: 'internal', message: `The store gave no answer for ${key}.` })
}
