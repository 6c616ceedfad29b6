import pThrottle from 'p-throttle'

/** Waits for the turn of one call. Rejects with the signal's reason when it is aborted while it waits. */
export type Pace = (operation: string, signal?: AbortSignal) => Promise<void>

/** A little over a second, as calls that leave a second apart may arrive closer together. */
const intervalMs = 1050

/**
 * Keeps each operation under IVS's rate by letting calls wait (IVS service quotas, "API rate quotas": 5 a second for
 * most, not adjustable). An aborted call leaves the line at once, but its turn is lost.
 */
export function createPace(callsPerSecond: number): Pace {
  const lines = new Map<string, () => Promise<void>>()
  return async (operation, signal) => {
    signal?.throwIfAborted()
    let line = lines.get(operation)
    if (!line) {
      line = pThrottle({ limit: callsPerSecond, interval: intervalMs, strict: true })(async () => {})
      lines.set(operation, line)
    }
    await abortable(line(), signal)
  }
}

/** The outcome of `work`, or the reason of the signal when that comes first. */
export function abortable<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
