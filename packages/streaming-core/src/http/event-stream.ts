import { StreamingError } from '../errors.ts'
import type { Stream } from '../stream.ts'
import type { EventFeeds } from './event-feeds.ts'
import { encodeText, formatMessage } from './event-stream-text.ts'

interface EventStreamOptions {
  readonly afterSeq: number
  readonly isOwner: boolean
  readonly signal: AbortSignal
}

/** A client that does not read is cut off when this much waits for it; it comes back with its `Last-Event-ID`. */
const maxQueuedMessages = 256

/** The stream's events after `afterSeq` as server-sent events, each once and in order, and then what happens. */
export function eventStreamResponse(
  feeds: EventFeeds,
  stream: Stream,
  { afterSeq, isOwner, signal }: EventStreamOptions,
): Response {
  let release = () => {}
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        let isOpen = true
        let unfollow = () => {}
        const stop = () => {
          if (!isOpen) return
          release()
          controller.close()
        }
        release = () => {
          isOpen = false
          unfollow()
          signal.removeEventListener('abort', stop)
        }
        const send = (chunk: Uint8Array) => {
          if (!isOpen) return
          controller.enqueue(chunk)
          if ((controller.desiredSize ?? 0) <= 0) stop()
        }
        if (signal.aborted) return stop()
        signal.addEventListener('abort', stop)
        send(encodeText(`retry: 2000\n\n${formatMessage('stream.snapshot', afterSeq, snapshot(stream))}`))
        unfollow = feeds(stream).follow({ lastSeq: afterSeq, isOwner, send, stop })
      },
      // The reader has gone and closed the stream itself.
      cancel: () => release(),
    },
    { highWaterMark: maxQueuedMessages },
  )
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  })
}

/**
 * The number in `Last-Event-ID`; nothing given is the beginning.
 *
 * @throws {@link StreamingError} `invalid_input` for anything that is no whole number.
 */
export function parseLastEventId(given: string | null): number {
  if (given === null || given === '') return 0
  if (/^\d{1,15}$/.test(given)) return Number(given)
  throw new StreamingError({
    code: 'invalid_input',
    field: 'Last-Event-ID',
    message: 'Last-Event-ID takes the id of the last event that was received, a whole number.',
  })
}

function snapshot(stream: Stream) {
  return { type: 'stream.snapshot', status: stream.status, viewers: stream.viewers }
}
