import type { Viewer } from '../adapter.ts'
import { StreamingError } from '../errors.ts'
import type { StreamStatus } from '../stream.ts'
import type { CreateStreamInput, Identity, Streaming } from '../streaming.ts'
import { hostAccessJson, playbackJson, recordingJson } from './access-json.ts'
import type { EventFeeds } from './event-feeds.ts'
import { eventStreamResponse, parseLastEventId } from './event-stream.ts'
import { denialResponse, json } from './json-response.ts'
import { type PublicAccess, publicStream } from './public-stream.ts'
import { limitBody, readJsonObject } from './read-body.ts'

/** What a route works with. */
export interface RouteContext {
  readonly streaming: Streaming
  readonly request: Request
  readonly url: URL
  /** The part of the path that the pattern left open, such as the stream's id. */
  readonly param: string
  /** The second such part, such as a viewer's id. */
  readonly secondParam: string
  readonly identity: Identity | null
  readonly publicAccess: PublicAccess
  readonly maxBodyBytes: number
  readonly maxWebhookBytes: number
  readonly feeds: EventFeeds
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** `:` stands for one path segment. */
  readonly path: string
  /** True for calls by providers, which come from another site and without a cookie. */
  readonly crossSite?: boolean
  handle(context: RouteContext): Promise<Response>
}

/** The table of `/api/streaming`. */
export const routes: readonly Route[] = [
  { method: 'POST', path: '/streams', handle: createStream },
  { method: 'GET', path: '/streams', handle: listStreams },
  { method: 'GET', path: '/streams/:', handle: getStream },
  { method: 'DELETE', path: '/streams/:', handle: endStream },
  { method: 'GET', path: '/streams/:/ingest', handle: getIngest },
  { method: 'POST', path: '/streams/:/ingest/rotate', handle: rotateIngest },
  { method: 'POST', path: '/streams/:/playback', handle: playback },
  { method: 'PUT', path: '/streams/:/viewers/:', handle: restoreViewer },
  { method: 'DELETE', path: '/streams/:/viewers/:', handle: removeViewer },
  { method: 'GET', path: '/streams/:/status', handle: status },
  { method: 'GET', path: '/streams/:/events', handle: events },
  { method: 'GET', path: '/streams/:/recordings', handle: recordings },
  { method: 'POST', path: '/estimates', handle: estimate },
  { method: 'POST', path: '/webhooks/:', crossSite: true, handle: webhook },
]

async function createStream(context: RouteContext): Promise<Response> {
  const creator = signedIn(context)
  const body = await readJsonObject(context.request, context.maxBodyBytes)
  const idempotencyKey = context.request.headers.get('idempotency-key')
  const { stream, decision } = await context.streaming.createStream(
    creator,
    // The verb validates every field at run time; the type only names what it takes.
    body as unknown as CreateStreamInput,
    { signal: context.request.signal, ...(idempotencyKey === null ? {} : { idempotencyKey }) },
  )
  return json(201, { stream: publicStream(stream, context.publicAccess), decision })
}

async function listStreams({ streaming, url, publicAccess }: RouteContext): Promise<Response> {
  const query = url.searchParams
  const page = await streaming.listStreams({
    ...optional('status', query.get('status')?.split(',') as StreamStatus[] | undefined),
    ...optional('creatorId', query.get('creatorId') ?? undefined),
    ...optional('cursor', query.get('cursor') ?? undefined),
    ...optional('limit', limitOf(query)),
  })
  return json(200, {
    items: page.items.map((stream) => publicStream(stream, publicAccess)),
    nextCursor: page.nextCursor,
  })
}

async function getStream({ streaming, param, publicAccess }: RouteContext): Promise<Response> {
  return json(200, { stream: publicStream(await streaming.getStream(param), publicAccess) })
}

async function endStream(context: RouteContext): Promise<Response> {
  await context.streaming.endStream(signedIn(context), context.param)
  return new Response(null, { status: 204 })
}

async function getIngest(context: RouteContext): Promise<Response> {
  const access = await context.streaming.getIngest(signedIn(context), context.param, callOptions(context))
  return json(200, hostAccessJson(access))
}

async function rotateIngest(context: RouteContext): Promise<Response> {
  const access = await context.streaming.rotateIngest(signedIn(context), context.param, callOptions(context))
  return json(200, hostAccessJson(access))
}

async function playback(context: RouteContext): Promise<Response> {
  const result = await context.streaming.getPlayback(viewer(context), context.param, callOptions(context))
  return result.allowed ? json(200, playbackJson(result.access)) : denialResponse(result.denial)
}

async function removeViewer(context: RouteContext): Promise<Response> {
  const { streaming, param, secondParam } = context
  await streaming.removeViewer(signedIn(context), param, secondParam, callOptions(context))
  return new Response(null, { status: 204 })
}

async function restoreViewer(context: RouteContext): Promise<Response> {
  await context.streaming.restoreViewer(signedIn(context), context.param, context.secondParam)
  return new Response(null, { status: 204 })
}

async function status({ streaming, param, identity }: RouteContext): Promise<Response> {
  const stream = await streaming.getStream(param)
  const { status, viewers, budget } = stream
  if (identity?.userId !== stream.creatorId) return json(200, { status, viewers })
  const cost = await streaming.getCost(stream.id)
  return json(200, { status, viewers, cost, ...(budget ? { budget } : {}) })
}

async function events(context: RouteContext): Promise<Response> {
  const stream = await context.streaming.getStream(context.param)
  const given = context.request.headers.get('last-event-id') ?? context.url.searchParams.get('lastEventId')
  return eventStreamResponse(context.feeds, stream, {
    afterSeq: await knownSeq(context.streaming, stream.id, parseLastEventId(given)),
    isOwner: context.identity?.userId === stream.creatorId,
    signal: context.request.signal,
  })
}

/** An id that the log does not hold comes from another log, as before a store was restored: all is told anew. */
async function knownSeq(streaming: Streaming, streamId: string, seq: number): Promise<number> {
  if (seq === 0) return 0
  const [event] = await streaming.listEvents(streamId, seq - 1, 1)
  return event?.seq === seq ? seq : 0
}

async function recordings(context: RouteContext): Promise<Response> {
  const query = context.url.searchParams
  const result = await context.streaming.listRecordings(
    viewer(context),
    context.param,
    { ...optional('cursor', query.get('cursor') ?? undefined), ...optional('limit', limitOf(query)) },
    callOptions(context),
  )
  if (!result.allowed) return denialResponse(result.denial)
  return json(200, { items: result.page.items.map(recordingJson), nextCursor: result.page.nextCursor })
}

async function estimate(context: RouteContext): Promise<Response> {
  const plan = await readJsonObject(context.request, context.maxBodyBytes)
  const { streaming, identity } = context
  if (!identity) return json(200, streaming.estimate(plan))
  return json(200, await streaming.estimateFor(identity, plan, callOptions(context)))
}

async function webhook(context: RouteContext): Promise<Response> {
  const limited = await limitBody(context.request, context.maxWebhookBytes)
  await context.streaming.receiveWebhook(context.param, limited, callOptions(context))
  return json(200, { received: true })
}

function signedIn({ identity }: RouteContext): Identity {
  if (identity) return identity
  throw new StreamingError({ code: 'unauthenticated', message: 'Sign in first.' })
}

function viewer({ identity }: RouteContext): Viewer {
  return identity ?? { userId: null }
}

function callOptions({ request }: RouteContext): { readonly signal: AbortSignal } {
  return { signal: request.signal }
}

function limitOf(query: URLSearchParams): number | undefined {
  const limit = query.get('limit')
  if (limit === null) return undefined
  return /^\d+$/.test(limit) ? Number(limit) : Number.NaN
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value })
}
