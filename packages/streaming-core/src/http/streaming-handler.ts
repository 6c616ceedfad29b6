import { isStreamingError, StreamingError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import type { Identity, Streaming } from '../streaming.ts'
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
 */
export function createStreamingHandler(
  streaming: Streaming,
  options: StreamingHandlerOptions,
): (request: Request) => Promise<Response> {
  const basePath = (options.basePath ?? '/api/streaming').replace(/\/+$/, '')
  return async (request) => {
    try {
      return await answer(streaming, options, basePath, request)
    } catch (error) {
      const aborted = request.signal.aborted && !isStreamingError(error, 'internal')
      if (!aborted && (!isStreamingError(error) || error.status >= 500)) {
        options.logger?.error('a request failed', { method: request.method, cause: error })
      }
      return errorResponse(error)
    }
  }
}

async function answer(
  streaming: Streaming,
  options: StreamingHandlerOptions,
  basePath: string,
  request: Request,
): Promise<Response> {
  const url = new URL(request.url)
  const matches = matchPath(basePath, url.pathname)
  if (matches.length === 0)
    throw new StreamingError({ code: 'not_found', message: 'There is no such route.' })
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const match = matches.find(({ route }) => route.method === method)
  if (!match) {
    const allow = matches.map(({ route }) => route.method).join(', ')
    const error = { code: 'invalid_input', message: `This route takes ${allow}.` }
    return json(405, { error }, { allow })
  }
  if (!match.route.crossSite && method !== 'GET') refuseCrossSite(request, url, options.allowedOrigins ?? [])
  const response = await match.route.handle({
    streaming,
    request,
    url,
    param: match.params[0] ?? '',
    secondParam: match.params[1] ?? '',
    identity: match.route.crossSite ? null : await options.authenticate(request),
    publicAccess: options.publicAccess ?? (() => ({})),
    maxBodyBytes: options.maxBodyBytes ?? 65_536,
    maxWebhookBytes: options.maxWebhookBytes ?? 1_048_576,
    heartbeatSeconds: options.heartbeatSeconds ?? 15,
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
