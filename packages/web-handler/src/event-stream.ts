/** Where a server-sent event stream is written to. */
export interface EventSink {
  send(chunk: Uint8Array): void
  /** Ends the connection; the client comes back with the last id it has. */
  stop(): void
}

/** What an {@link eventStreamResponse} is made of. */
export interface EventStreamOptions {
  /** Ends the stream when it is aborted. */
  readonly signal: AbortSignal
  /** Begins to write. The returned function is called once, when the stream has ended. */
  open(sink: EventSink): () => void
}

/** A client that does not read is cut off when this much waits for it; it comes back with its `Last-Event-ID`. */
const maxQueuedMessages = 256

/** An answer of server-sent events. */
export function eventStreamResponse({ signal, open }: EventStreamOptions): Response {
  let release = () => {}
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        let isOpen = true
        let close = () => {}
        const stop = () => {
          if (!isOpen) return
          release()
          controller.close()
        }
        release = () => {
          isOpen = false
          close()
          signal.removeEventListener('abort', stop)
        }
        const send = (chunk: Uint8Array) => {
          if (!isOpen) return
          controller.enqueue(chunk)
          if ((controller.desiredSize ?? 0) <= 0) stop()
        }
        if (signal.aborted) return stop()
        signal.addEventListener('abort', stop)
        close = open({ send, stop })
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
