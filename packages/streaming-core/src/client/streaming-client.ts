import type { Denial } from '../access.ts'
import type { HostAccessJson, PlaybackJson, RecordingJson } from '../http/access-json.ts'
import type { PublicStream } from '../http/public-stream.ts'
import type { MoneyJson } from '../money.ts'
import type { Decision, StreamPlan } from '../plan.ts'
import type { Stream, StreamStatus } from '../stream.ts'
import type { Page } from '../stream-store.ts'
import type { CreateStreamInput, Estimate, StreamCost } from '../streaming.ts'
import { type SubscribeOptions, subscribe } from './subscribe.ts'
import { createTransport, type TransportOptions } from './transport.ts'

/** Options of {@link createStreamingClient}. */
export interface StreamingClientOptions extends TransportOptions {}

/** Options of each call. */
export interface ClientCallOptions {
  readonly signal?: AbortSignal
}

/** What a viewer may do: play, or read why not. */
export type PlaybackAnswer =
  | { readonly allowed: true; readonly playback: PlaybackJson }
  | { readonly allowed: false; readonly denial: Denial }

/** The answer of `GET /streams/:id/status`. */
export interface StatusAnswer {
  readonly status: StreamStatus
  readonly viewers: Stream['viewers']
  /** For the owner alone: what the stream costs so far, or in all once it is over. */
  readonly cost?: StreamCost
  /** For the owner alone. */
  readonly budget?: MoneyJson
}

/** The browser's side of the SDK: every route as a typed method. */
export interface StreamingClient {
  createStream(
    input: CreateStreamInput,
    options?: ClientCallOptions & { readonly idempotencyKey?: string },
  ): Promise<{ readonly stream: PublicStream; readonly decision: Decision }>
  getStream(streamId: string, options?: ClientCallOptions): Promise<PublicStream>
  listStreams(query?: ListQuery, options?: ClientCallOptions): Promise<Page<PublicStream>>
  /** Every stream of a list, page after page. */
  iterateStreams(query?: Omit<ListQuery, 'cursor'>, options?: ClientCallOptions): AsyncIterable<PublicStream>
  getIngest(streamId: string, options?: ClientCallOptions): Promise<HostAccessJson>
  rotateIngest(streamId: string, options?: ClientCallOptions): Promise<HostAccessJson>
  getPlayback(streamId: string, options?: ClientCallOptions): Promise<PlaybackAnswer>
  /** Throws a viewer out of your stream and keeps them out. */
  removeViewer(streamId: string, userId: string, options?: ClientCallOptions): Promise<void>
  /** Lets a removed viewer ask for access again. */
  restoreViewer(streamId: string, userId: string, options?: ClientCallOptions): Promise<void>
  getStatus(streamId: string, options?: ClientCallOptions): Promise<StatusAnswer>
  listRecordings(
    streamId: string,
    query?: { readonly cursor?: string; readonly limit?: number },
    options?: ClientCallOptions,
  ): Promise<Page<RecordingJson>>
  endStream(streamId: string, options?: ClientCallOptions): Promise<void>
  estimate(plan: Partial<StreamPlan>, options?: ClientCallOptions): Promise<Estimate>
  /** Calls back for each event of a stream, and reconnects by itself until the signal aborts. */
  subscribe(streamId: string, options: SubscribeOptions): void
}

/** Filters of {@link StreamingClient.listStreams}. */
export interface ListQuery {
  readonly status?: StreamStatus | readonly StreamStatus[]
  readonly creatorId?: string
  readonly cursor?: string
  readonly limit?: number
}

/**
 * Makes the browser's client of `createStreamingHandler`. Failures are `StreamingError`s with the server's code; reads
 * are repeated a few times where that may help.
 *
 * @example
 * ```ts
 * import { createStreamingClient } from '@stagedoor/streaming-core/client'
 *
 * const client = createStreamingClient({ baseUrl: 'https://example.com/api/streaming' })
 * const answer = await client.getPlayback('stream-id')
 * if (answer.allowed && answer.playback.type === 'hls') console.log(answer.playback.url)
 * ```
 */
export function createStreamingClient(options: StreamingClientOptions = {}): StreamingClient {
  const { request, url, open } = createTransport(options)
  const stream = (streamId: string, rest = '') => `/streams/${encodeURIComponent(streamId)}${rest}`

  const client: StreamingClient = {
    createStream: (input, call = {}) =>
      request('POST', '/streams', {
        ...call,
        body: input,
        // A key of our own makes a repeat after a lost answer safe.
        headers: { 'idempotency-key': call.idempotencyKey ?? crypto.randomUUID() },
        repeatable: true,
      }),
    getStream: async (streamId, call) =>
      (await request<{ stream: PublicStream }>('GET', stream(streamId), call)).stream,
    listStreams: (query = {}, call) => request('GET', `/streams${search(query)}`, call),
    async *iterateStreams(query = {}, call) {
      let cursor: string | null = null
      do {
        const page: Page<PublicStream> = await client.listStreams(
          cursor === null ? query : { ...query, cursor },
          call,
        )
        yield* page.items
        cursor = page.nextCursor
      } while (cursor !== null)
    },
    getIngest: (streamId, call) => request('GET', stream(streamId, '/ingest'), call),
    rotateIngest: (streamId, call) => request('POST', stream(streamId, '/ingest/rotate'), call),
    getPlayback: async (streamId, call) => {
      const answer = await request<PlaybackJson | { denial: Denial }>('POST', stream(streamId, '/playback'), {
        ...call,
        repeatable: true,
        acceptDenial: true,
      })
      return 'denial' in answer
        ? { allowed: false, denial: answer.denial }
        : { allowed: true, playback: answer }
    },
    getStatus: (streamId, call) => request('GET', stream(streamId, '/status'), call),
    listRecordings: (streamId, query = {}, call) =>
      request('GET', stream(streamId, `/recordings${search(query)}`), call),
    removeViewer: (streamId, userId, call) =>
      request('DELETE', stream(streamId, `/viewers/${encodeURIComponent(userId)}`), {
        ...call,
        repeatable: true,
      }),
    restoreViewer: (streamId, userId, call) =>
      request('PUT', stream(streamId, `/viewers/${encodeURIComponent(userId)}`), {
        ...call,
        repeatable: true,
      }),
    endStream: (streamId, call) => request('DELETE', stream(streamId), { ...call, repeatable: true }),
    estimate: (plan, call) => request('POST', '/estimates', { ...call, body: plan, repeatable: true }),
    subscribe: (streamId, subscription) => {
      void subscribe(
        (headers, signal) => open(url(stream(streamId, '/events')), headers, signal),
        subscription,
      )
    },
  }
  return client
}

function search(query: object): string {
  const parameters = new URLSearchParams()
  for (const [key, value] of Object.entries(query))
    if (value !== undefined) parameters.set(key, String(value))
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}
