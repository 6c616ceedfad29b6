/** Doubles from 250 ms to 15 s, with jitter so that many clients do not come back at once. */
export function backoff(attempt: number): number {
  return jitter(Math.min(15_000, 250 * 2 ** (attempt - 1)))
}

/** Between the half and the whole of a time. */
export function jitter(milliseconds: number): number {
  return milliseconds * (0.5 + Math.random() / 2)
}

/** Waits, or ends early when the signal aborts. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal?.addEventListener('abort', done)
  })
}
