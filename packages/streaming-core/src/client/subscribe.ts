import { createParser } from 'eventsource-parser'
import type { Stream, StreamStatus } from '../stream.ts'
import type { StreamEvent } from '../stream-event.ts'
import { backoff, pause } from './transport.ts'

/** What a subscriber is told. */
export type StreamUpdate =
  | { readonly type: 'stream.snapshot'; readonly status: StreamStatus; readonly viewers: Stream['viewers'] }
  | {
      readonly type: 'viewers.changed'
      readonly status: StreamStatus
      readonly current: number
      readonly peak: number
    }
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

type Open = (headers: Record<string, string>, signal: AbortSignal) => Promise<Response>

/** Reads server-sent events until the signal aborts; a lost connection is taken up where it broke. */
export async function subscribe(open: Open, options: SubscribeOptions): Promise<void> {
  const { signal } = options
  let lastEventId = options.lastEventId ?? ''
  let failures = 0
  const parser = createParser({
    onEvent: ({ id, data }) => {
      if (id !== undefined) lastEventId = id
      failures = 0
      const update = parseUpdate(data)
      if (update) options.onUpdate(update)
    },
  })
  while (!signal.aborted) {
    options.onConnectionChange?.('connecting')
    try {
      const resume: Record<string, string> = lastEventId === '' ? {} : { 'last-event-id': lastEventId }
      const response = await open({ accept: 'text/event-stream', ...resume }, signal)
      if (isRefusal(response.status)) {
        await response.body?.cancel()
        options.onConnectionChange?.('refused')
        return
      }
      if (!response.ok || !response.body) throw new Error(`The server answered ${response.status}.`)
      options.onConnectionChange?.('open')
      parser.reset()
      const decoder = new TextDecoder()
      for await (const chunk of chunks(response.body)) parser.feed(decoder.decode(chunk, { stream: true }))
    } catch {
      // A lost connection and a failing server are met in the same way: wait, then come back.
      failures++
    }
    if (signal.aborted) return
    options.onConnectionChange?.('waiting')
    await pause(backoff(Math.max(1, failures)), signal)
  }
}

/** A no that stays one, unlike a time-out or too many requests. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && ![408, 425, 429].includes(status)
}

/** Readable streams are not iterable in every browser yet. */
async function* chunks(body: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    reader.releaseLock()
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
