import { StreamingError } from '../errors.ts'
import type { Stream } from '../stream.ts'
import type { StreamEvent, StreamSignal } from '../stream-event.ts'
import type { Streaming } from '../streaming.ts'

interface EventStreamOptions {
  readonly afterSeq: number
  readonly heartbeatSeconds: number
  readonly signal: AbortSignal
}

/** A client that does not read is cut off when this much waits for it; it comes back with its `Last-Event-ID`. */
const maxQueuedMessages = 256

const pageSize = 100

/**
 * The stream's events as server-sent events, gapless and in order: the log is read from `afterSeq`, the bus only says
 * when to read on, and a heartbeat reads too, in case the bus lost a message.
 */
export function eventStreamResponse(
  streaming: Streaming,
  stream: Stream,
  options: EventStreamOptions,
): Response {
  const encoder = new TextEncoder()
  let lastSeq = options.afterSeq
  let reading = false
  let wanted = false
  let open = true
  let release = () => {}

  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        const stop = () => {
          if (!open) return
          release()
          controller.close()
        }
        const send = (text: string) => {
          if (!open) return
          controller.enqueue(encoder.encode(text))
          if ((controller.desiredSize ?? 0) <= 0) stop()
        }
        const readLog = async () => {
          for (;;) {
            const events = await streaming.listEvents(stream.id, lastSeq, pageSize)
            for (const event of events) {
              lastSeq = event.seq
              send(message(event.type, event.seq, event))
            }
            if (events.length < pageSize || !open) return
          }
        }
        /** One reader at a time; a wish that comes meanwhile is granted right after. */
        const catchUp = () => {
          wanted = true
          if (!reading) void readWanted()
        }
        const readWanted = async () => {
          reading = true
          try {
            while (wanted && open) {
              wanted = false
              await readLog()
            }
          } catch {
            // The store failed: the client comes back with the last id it has.
            stop()
          } finally {
            reading = false
          }
        }
        const listen = (incoming: StreamEvent | StreamSignal) => {
          if ('seq' in incoming) return catchUp()
          const { type, current, peak, status } = incoming
          send(message(type, lastSeq, { type, current, peak, status }))
        }
        const unsubscribe = streaming.bus.subscribe(stream.id, listen)
        const heartbeat = setInterval(() => {
          send(': still here\n\n')
          catchUp()
        }, options.heartbeatSeconds * 1000)
        release = () => {
          open = false
          clearInterval(heartbeat)
          unsubscribe()
          options.signal.removeEventListener('abort', stop)
        }
        options.signal.addEventListener('abort', stop)
        if (options.signal.aborted) return stop()
        send(`retry: 2000\n\n${message('stream.snapshot', lastSeq, snapshot(stream))}`)
        catchUp()
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

function message(event: string, id: number, data: unknown): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}
