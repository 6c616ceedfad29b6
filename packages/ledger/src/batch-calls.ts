import { LedgerError } from './errors.ts'

/** How concurrent calls share round trips. */
export interface BatchingOptions {
  /** Items in one round trip. Default 500. */
  readonly maxSize?: number
  /** An item waits at most this long for others while a round trip could begin. Default 5 milliseconds. */
  readonly maxDelayMs?: number
  /** Round trips at a time; further items wait for one of them to end. Default 4. */
  readonly maxInFlight?: number
}

interface Waiting<Item, Result> {
  readonly item: Item
  resolve(result: Result): void
  reject(error: unknown): void
}

/** What {@link batchCalls} is made of. */
export interface BatchCallsInput<Item, Result> {
  /** Sends items and answers for each in the order given. Repeating it must be safe. */
  send(items: readonly Item[]): Promise<readonly Result[]>
  readonly options?: BatchingOptions
}

/**
 * Makes a call for one item; those that are made at the same time travel together. While nothing is under way an item
 * leaves at once, so a single caller loses nothing; while something is, others gather until it is back, the batch is full,
 * or the first of them has waited long enough.
 *
 * Each caller gets the answer for its own item. When a batch is refused as a whole, it is divided until those items that
 * can be taken are; what failed but may succeed later (`retryable`) fails for all.
 */
export function batchCalls<Item, Result>({ send: sendItems, options = {} }: BatchCallsInput<Item, Result>) {
  const { maxSize = 500, maxDelayMs = 5, maxInFlight = 4 } = options
  let waiting: Waiting<Item, Result>[] = []
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
    void sendAll(sendItems, batch).finally(() => {
      inFlight -= 1
      if (waiting.length > 0 && inFlight < maxInFlight) send()
      consider()
    })
  }

  let isConsidering = false
  return (item: Item): Promise<Result> =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (isConsidering) return
      isConsidering = true
      // After all that is called in this turn.
      queueMicrotask(() => {
        isConsidering = false
        consider()
      })
    })
}

/** Never rejects: each item gets its answer or its error. */
async function sendAll<Item, Result>(
  send: BatchCallsInput<Item, Result>['send'],
  batch: readonly Waiting<Item, Result>[],
): Promise<void> {
  try {
    const results = await send(batch.map(({ item }) => item))
    if (results.length !== batch.length) {
      throw new LedgerError({
        code: 'internal',
        message: `${results.length} answers came for ${batch.length}.`,
      })
    }
    batch.forEach(({ resolve }, index) => {
      resolve(results[index] as Result)
    })
  } catch (error) {
    const isRetryable = error instanceof Error && 'retryable' in error && error.retryable === true
    if (isRetryable || batch.length === 1) {
      for (const { reject } of batch) reject(error)
      return
    }
    const middle = Math.ceil(batch.length / 2)
    await sendAll(send, batch.slice(0, middle))
    await sendAll(send, batch.slice(middle))
  }
}
