import { isStreamingError, StreamingError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import type { Identity, Streaming } from '../streaming.ts'
import { createEventFeeds, type EventFeeds } from './event-feeds.ts'
import { errorResponse, json } from './json-response.ts'
import type { PublicAccess } from './public-stream.ts'
import { type Route, routes } from './routes.ts'

/** Options of {@link createStreamingHandler}. */
export interface StreamingHandlerOptions {
  /** Who sent this request? Null for somebody who has not signed in. Required: identity is never taken from a body. */
  authenticate(request: Request): Promise<Identity | null> | Identity | null
  /**
   * The part of a stream's access rule that anybody may see, such as who it is for in general. Default: nothing of it, as
   * a rule may name people.
   */
  readonly publicAccess?: PublicAccess
  /** Where the handler is mounted. Default `/api/streaming`. */
  readonly basePath?: string
  /** Largest JSON body. Default 65536 bytes. */
  readonly maxBodyBytes?: number
  /** Largest webhook body. Default 1 MiB. */
  readonly maxWebhookBytes?: number
  /** Pause between two signs of life on an event stream. Default 15 seconds. */
  readonly heartbeatSeconds?: number
  /** Origins that may send state-changing requests besides the handler's own, such as `https://app.example.com`. */
  readonly allowedOrigins?: readonly string[]
  readonly logger?: Logger
}

/**
 * The HTTP API of streaming as a web-standard handler: re-export it from a Next route, or wrap it with `toNodeHandler`.
 *
 * State-changing requests that a browser marks as cross-site are refused, as a cookie would come along with them;
 * webhooks are exempt. A `HEAD` is answered as its `GET` without the body.
 *
 * @throws {@link StreamingError} `invalid_input` when an option cannot work.
 */
export function createStreamingHandler(
  streaming: Streaming,
  options: StreamingHandlerOptions,
): (request: Request) => Promise<Response> {
  const settings = resolve(options)
  const feeds = createEventFeeds(streaming, settings.heartbeatSeconds)
  return async (request) => {
    try {
      return await answer(streaming, settings, feeds, request)
    } catch (error) {
      const aborted = request.signal.aborted && !isStreamingError(error, 'internal')
      if (!aborted && (!isStreamingError(error) || error.status >= 500)) {
        options.logger?.error('a request failed', { method: request.method, cause: error })
      }
      return errorResponse(error)
    }
  }
}

type Settings = Required<Omit<StreamingHandlerOptions, 'logger'>>

/** Fills in the defaults. @throws {@link StreamingError} `invalid_input` for options that cannot work. */
function resolve(options: StreamingHandlerOptions): Settings {
  if (typeof options.authenticate !== 'function') {
    throw new StreamingError({
      code: 'invalid_input',
      field: 'authenticate',
      message: 'Pass a function that says who sent a request, or null for nobody.',
    })
  }
  return {
    authenticate: (request) => options.authenticate(request),
    publicAccess: options.publicAccess ?? (() => ({})),
    basePath: (options.basePath ?? '/api/streaming').replace(/\/+$/, ''),
    maxBodyBytes: positive('maxBodyBytes', options.maxBodyBytes ?? 65_536),
    maxWebhookBytes: positive('maxWebhookBytes', options.maxWebhookBytes ?? 1_048_576),
    heartbeatSeconds: positive('heartbeatSeconds', options.heartbeatSeconds ?? 15),
    allowedOrigins: options.allowedOrigins ?? [],
  }
}

function positive(field: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value
  throw new StreamingError({ code: 'invalid_input', field, message: `${field} takes a number above 0.` })
}

async function answer(
  streaming: Streaming,
  settings: Settings,
  feeds: EventFeeds,
  request: Request,
): Promise<Response> {
  const url = new URL(request.url)
  const matches = matchPath(settings.basePath, url.pathname)
  if (matches.length === 0)
    throw new StreamingError({ code: 'not_found', message: 'There is no such route.' })
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const match = matches.find(({ route }) => route.method === method)
  if (!match) {
    const methods = matches.map(({ route }) => route.method)
    const allow = methods.map((one) => (one === 'GET' ? 'GET, HEAD' : one)).join(', ')
    const error = { code: 'invalid_input', message: `This route takes ${allow}.` }
    return json(405, { error }, { allow })
  }
  if (!match.route.crossSite && method !== 'GET') refuseCrossSite(request, url, settings.allowedOrigins)
  const response = await match.route.handle({
    streaming,
    request,
    url,
    param: match.params[0] ?? '',
    secondParam: match.params[1] ?? '',
    identity: match.route.crossSite ? null : await settings.authenticate(request),
    publicAccess: settings.publicAccess,
    maxBodyBytes: settings.maxBodyBytes,
    maxWebhookBytes: settings.maxWebhookBytes,
    feeds,
  })
  if (request.method !== 'HEAD') return response
  await response.body?.cancel()
  return new Response(null, { status: response.status, headers: response.headers })
}

function matchPath(
  basePath: string,
  pathname: string,
): readonly { readonly route: Route; readonly params: readonly string[] }[] {
  if (!pathname.startsWith(`${basePath}/`)) return []
  const segments = pathname.slice(basePath.length + 1).split('/')
  return routes.flatMap((route) => {
    const pattern = route.path.slice(1).split('/')
    if (pattern.length !== segments.length) return []
    if (!pattern.every((part, index) => part === ':' || part === segments[index])) return []
    const params = segments.filter((_, index) => pattern[index] === ':').map(decode)
    return [{ route, params }]
  })
}

/** What is no valid escape names nothing that exists, and is left as it is. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** Browsers say where a request comes from by `Sec-Fetch-Site`, older ones by `Origin`; servers say nothing. */
function refuseCrossSite(request: Request, url: URL, allowedOrigins: readonly string[]): void {
  const origin = request.headers.get('origin')
  if (origin !== null && allowedOrigins.includes(origin)) return
  const site = request.headers.get('sec-fetch-site')
  const foreign =
    site === null ? origin !== null && origin !== url.origin : site !== 'same-origin' && site !== 'none'
  if (foreign) {
    throw new StreamingError({
      code: 'forbidden',
      message: 'Requests from another site are refused. Add its origin to allowedOrigins if it is yours.',
    })
  }
}
