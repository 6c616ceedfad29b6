import type { IvsEvent } from './stream-events.ts'

/** Where events are posted, as an EventBridge API destination would. */
export interface EventTarget {
  readonly url: string
  /** Sent along, such as a secret that proves the sender. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface EventDelivery {
  send(event: IvsEvent): void
  close(): void
}

/** EventBridge gives an API destination five seconds to answer, and retries for a day; this queue is smaller. */
const timeoutMs = 5000
const maxQueued = 10_000
const maxBackoffMs = 5000

/**
 * Posts events one after the other, in order, and repeats each until the target answers with success. A target that
 * refuses (4xx other than 429) does not get the same event again.
 */
export function createEventDelivery(
  target: EventTarget,
  onProblem: (message: string) => void,
): EventDelivery {
  const queue: IvsEvent[] = []
  const closing = new AbortController()
  let isRunning = false

  const post = async (event: IvsEvent): Promise<'done' | 'again'> => {
    try {
      const response = await fetch(target.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', ...target.headers },
        body: JSON.stringify(event),
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]),
      })
      await response.body?.cancel()
      if (response.ok) return 'done'
      if (response.status >= 500 || response.status === 429) return 'again'
      onProblem(`The event target refused "${event['detail-type']}" with ${response.status}.`)
      return 'done'
    } catch {
      return 'again'
    }
  }
  const run = async () => {
    if (isRunning) return
    isRunning = true
    let failures = 0
    while (queue.length > 0 && !closing.signal.aborted) {
      const event = queue[0]
      if (event && (await post(event)) === 'done') {
        failures = 0
        queue.shift()
        continue
      }
      failures++
      if (failures === 3) onProblem('The event target does not answer; events wait for it.')
      await pause(Math.min(maxBackoffMs, 100 * 2 ** failures), closing.signal)
    }
    isRunning = false
  }
  return {
    send: (event) => {
      if (queue.length >= maxQueued) {
        queue.splice(1, 1)
        onProblem('The event queue is full: the oldest waiting event was dropped.')
      }
      queue.push(event)
      void run()
    },
    close: () => closing.abort(),
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    timer.unref()
    signal.addEventListener('abort', done, { once: true })
  })
}
