import {
  json,
  limitBody,
  limitOf,
  optional,
  type Route,
  type RouteMatch,
  readJsonObject,
} from '@stagedoor/web-handler'
import type { Viewer } from '../adapter.ts'
import { StreamingError } from '../errors.ts'
import type { StreamStatus } from '../stream.ts'
import type { CreateStreamInput, Identity, Streaming } from '../streaming.ts'
import { hostAccessJson, playbackJson, recordingJson } from './access-json.ts'
import { denialResponse } from './denial-response.ts'
import type { EventFeeds } from './event-feeds.ts'
import { parseLastEventId, streamEventsResponse } from './event-stream.ts'
import { type PublicAccess, publicStream } from './public-stream.ts'

/** What the routes of streaming work with. */
export interface StreamingContext {
  readonly streaming: Streaming
  readonly identity: Identity | null
  readonly publicAccess: PublicAccess
  readonly maxBodyBytes: number
  readonly maxWebhookBytes: number
  readonly feeds: EventFeeds
}

type RouteContext = StreamingContext & RouteMatch

/** The table of `/api/streaming`. */
export const routes: readonly Route<StreamingContext>[] = [
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
    ...optional('creatorId', query.get('creatorId')),
    ...optional('cursor', query.get('cursor')),
    ...optional('limit', limitOf(query)),
  })
  return json(200, {
    items: page.items.map((stream) => publicStream(stream, publicAccess)),
    nextCursor: page.nextCursor,
  })
}

async function getStream({
  streaming,
  params: [streamId = ''],
  publicAccess,
}: RouteContext): Promise<Response> {
  return json(200, { stream: publicStream(await streaming.getStream(streamId), publicAccess) })
}

async function endStream(context: RouteContext): Promise<Response> {
  await context.streaming.endStream(signedIn(context), idOf(context))
  return new Response(null, { status: 204 })
}

async function getIngest(context: RouteContext): Promise<Response> {
  const access = await context.streaming.getIngest(signedIn(context), idOf(context), callOptions(context))
  return json(200, hostAccessJson(access))
}

async function rotateIngest(context: RouteContext): Promise<Response> {
  const access = await context.streaming.rotateIngest(signedIn(context), idOf(context), callOptions(context))
  return json(200, hostAccessJson(access))
}

async function playback(context: RouteContext): Promise<Response> {
  const result = await context.streaming.getPlayback(viewer(context), idOf(context), callOptions(context))
  return result.allowed ? json(200, playbackJson(result.access)) : denialResponse(result.denial)
}

async function removeViewer(context: RouteContext): Promise<Response> {
  const [streamId, viewerId] = [idOf(context), idOf(context, 1)]
  await context.streaming.removeViewer(signedIn(context), streamId, viewerId, callOptions(context))
  return new Response(null, { status: 204 })
}

async function restoreViewer(context: RouteContext): Promise<Response> {
  await context.streaming.restoreViewer(signedIn(context), idOf(context), idOf(context, 1))
  return new Response(null, { status: 204 })
}

async function status({ streaming, params: [streamId = ''], identity }: RouteContext): Promise<Response> {
  const stream = await streaming.getStream(streamId)
  const { status, viewers, budget } = stream
  if (identity?.userId !== stream.creatorId) return json(200, { status, viewers })
  const cost = await streaming.getCost(stream.id)
  return json(200, { status, viewers, cost, ...(budget ? { budget } : {}) })
}

async function events(context: RouteContext): Promise<Response> {
  const stream = await context.streaming.getStream(idOf(context))
  const given = context.request.headers.get('last-event-id') ?? context.url.searchParams.get('lastEventId')
  return streamEventsResponse(context.feeds, stream, {
    afterSeq: await knownSeq(context.streaming, stream.id, parseLastEventId(given)),
    isOwner: context.identity?.userId === stream.creatorId,
    userId: context.identity?.userId ?? null,
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
    idOf(context),
    { ...optional('cursor', query.get('cursor')), ...optional('limit', limitOf(query)) },
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
  await context.streaming.receiveWebhook(idOf(context), limited, callOptions(context))
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

/** The so manieth open segment of the path. */
function idOf({ params }: RouteContext, index = 0): string {
  return params[index] ?? ''
}
