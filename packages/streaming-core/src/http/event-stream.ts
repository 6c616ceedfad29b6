import { encodeText, eventStreamResponse, formatMessage } from '@stagedoor/web-handler'
import { StreamingError } from '../errors.ts'
import type { Stream } from '../stream.ts'
import type { EventFeeds } from './event-feeds.ts'

interface StreamEventsOptions {
  readonly afterSeq: number
  readonly isOwner: boolean
  readonly userId: string | null
  readonly signal: AbortSignal
}

/** The stream's events after `afterSeq` as server-sent events, each once and in order, and then what happens. */
export function streamEventsResponse(
  feeds: EventFeeds,
  stream: Stream,
  { afterSeq, isOwner, userId, signal }: StreamEventsOptions,
): Response {
  return eventStreamResponse({
    signal,
    open: ({ send, stop }) => {
      send(encodeText(`retry: 2000\n\n${formatMessage('stream.snapshot', afterSeq, snapshot(stream))}`))
      return feeds(stream).follow({ lastSeq: afterSeq, isOwner, userId, send, stop })
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
