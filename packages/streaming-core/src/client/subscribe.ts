import { createParser } from 'eventsource-parser'
import { backoff, jitter, pause } from '../backoff.ts'
import type { Stream, StreamStatus } from '../stream.ts'
import type { StreamEvent } from '../stream-event.ts'

/** What a subscriber is told. */
export type StreamUpdate =
  | { readonly type: 'stream.snapshot'; readonly status: StreamStatus; readonly viewers: Stream['viewers'] }
  | {
      readonly type: 'viewers.changed'
      readonly status: StreamStatus
      readonly current: number
      readonly peak: number
    }
  /** Your own access to the stream. False: stop playing. Ask for playback again, which tells why or lets you in. */
  | { readonly type: 'viewer.access_changed'; readonly allowed: boolean }
  | StreamEvent

/**
 * Whether events arrive just now. `waiting`: it broke and is tried again. `refused`: the server said no (the stream is not
 * there, or not for you), and the subscription is over.
 */
export type ConnectionState = 'connecting' | 'open' | 'waiting' | 'refused'

/** Options of `StreamingClient.subscribe`. */
export interface SubscribeOptions {
  onUpdate(update: StreamUpdate): void
  onConnectionChange?(state: ConnectionState): void
  /** The id of the last event that was seen; events after it are sent again. */
  readonly lastEventId?: string
  /** Aborting it ends the subscription. */
  readonly signal: AbortSignal
}

/** A server may ask its clients to come back later, but not to stay away. */
const maxRetryMilliseconds = 15_000

type Open = (headers: Record<string, string>, signal: AbortSignal) => Promise<Response>

/** Reads server-sent events until the signal aborts; a lost connection is taken up where it broke. */
export async function subscribe(open: Open, options: SubscribeOptions): Promise<void> {
  const { signal } = options
  let lastEventId = options.lastEventId ?? ''
  let failures = 0
  let retryMilliseconds = 0
  const notify = (state: ConnectionState) => {
    if (!signal.aborted) call(() => options.onConnectionChange?.(state))
  }
  const parser = createParser({
    onEvent: ({ id, data }) => {
      if (id !== undefined) lastEventId = id
      failures = 0
      const update = parseUpdate(data)
      if (update && !signal.aborted) call(() => options.onUpdate(update))
    },
    onRetry: (milliseconds) => {
      retryMilliseconds = Math.min(milliseconds, maxRetryMilliseconds)
    },
  })
  while (!signal.aborted) {
    notify('connecting')
    try {
      const resume: Record<string, string> = lastEventId === '' ? {} : { 'last-event-id': lastEventId }
      const response = await open({ accept: 'text/event-stream', ...resume }, signal)
      if (!response.ok || !response.body) {
        await response.body?.cancel()
        if (isRefusal(response.status)) return notify('refused')
        throw new Error(`The server answered ${response.status}.`)
      }
      notify('open')
      parser.reset()
      const decoder = new TextDecoder()
      for await (const chunk of chunks(response.body, signal))
        parser.feed(decoder.decode(chunk, { stream: true }))
    } catch {
      // A lost connection and a failing server are met in the same way: wait, then come back.
      failures++
    }
    notify('waiting')
    await pause(Math.max(backoff(Math.max(1, failures)), jitter(retryMilliseconds)), signal)
  }
}

/** A no that stays one, unlike a time-out or too many requests. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && ![408, 425, 429].includes(status)
}

/** What a callback throws is its own failure and not the connection's: it surfaces as in any event listener. */
function call(callback: () => void): void {
  try {
    callback()
  } catch (failure) {
    queueMicrotask(() => {
      throw failure
    })
  }
}

/** Readable streams are not iterable in every browser yet, and not every `fetch` ends them when its signal aborts. */
async function* chunks(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const reader = body.getReader()
  // A stream that broke by itself refuses to be cancelled, and there is nothing left to free.
  const leave = () => void reader.cancel().catch(() => {})
  signal.addEventListener('abort', leave)
  try {
    for (;;) {
      if (signal.aborted) return
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    signal.removeEventListener('abort', leave)
    leave()
  }
}

function parseUpdate(data: string): StreamUpdate | null {
  try {
    return JSON.parse(data)
  } catch {
    // A proxy's own message: nothing for the page.
    return null
  }
}
