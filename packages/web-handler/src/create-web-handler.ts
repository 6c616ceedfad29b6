import { HttpError, isHttpError, type WebError } from './http-error.ts'
import { errorBody, errorResponse, json } from './json-response.ts'

/** What the path and the query of a request say. */
export interface RouteMatch {
  readonly request: Request
  readonly url: URL
  /** The segments that the route's path left open, decoded. */
  readonly params: readonly string[]
}

/** A route. */
export interface Route<Context> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** `:` stands for one path segment. */
  readonly path: string
  /** True for calls by providers and by pages with a secret of their own: they come from anywhere, without a cookie. */
  readonly crossSite?: boolean
  handle(context: Context & RouteMatch): Promise<Response>
}

/** What {@link createWebHandler} takes. */
export interface WebHandlerOptions<Context, Identity> {
  /** Where the handler is mounted. */
  readonly basePath: string
  readonly routes: readonly Route<Context>[]
  /** Who sent a request? Null for somebody who has not signed in. Not asked for cross-site routes. */
  authenticate(request: Request): Promise<Identity | null> | Identity | null
  /** What routes work with. */
  context(identity: Identity | null): Context
  /** Origins that may send state-changing requests besides the handler's own. */
  readonly allowedOrigins?: readonly string[]
  /** Which errors are the package's own, whose messages are written for clients. */
  isOwnError(error: unknown): error is WebError
  /** What a client reads instead of the message of a 503. */
  readonly unavailableMessage?: string
  readonly logger?: { error(message: string, fields?: Readonly<Record<string, unknown>>): void }
}

/**
 * Makes a web-standard handler of a table of routes.
 *
 * State-changing requests that a browser marks as cross-site are refused, as a cookie would come along with them; routes
 * marked so are exempt. A `HEAD` is answered as its `GET` without the body.
 */
export function createWebHandler<Context, Identity>(
  options: WebHandlerOptions<Context, Identity>,
): (request: Request) => Promise<Response> {
  const {
    isOwnError,
    unavailableMessage = 'A service that this needs is not available. Try again shortly.',
  } = options
  const basePath = options.basePath.replace(/\/+$/, '')
  return async (request) => {
    try {
      return await answer({ ...options, basePath }, request)
    } catch (error) {
      const isOwn = isHttpError(error) || isOwnError(error)
      const aborted = request.signal.aborted && !(isOwn && error.code === 'internal')
      if (!aborted && (!isOwn || error.status >= 500)) {
        options.logger?.error('a request failed', { method: request.method, cause: error })
      }
      return errorResponse(error, { isOwnError, unavailableMessage })
    }
  }
}

async function answer<Context, Identity>(
  { basePath, routes, allowedOrigins = [], ...options }: WebHandlerOptions<Context, Identity>,
  request: Request,
): Promise<Response> {
  const url = new URL(request.url)
  const matches = matchPath(routes, basePath, url.pathname)
  if (matches.length === 0) throw new HttpError('not_found', 'There is no such route.')
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const match = matches.find(({ route }) => route.method === method)
  if (!match) {
    const methods = matches.map(({ route }) => route.method)
    const allow = methods.map((one) => (one === 'GET' ? 'GET, HEAD' : one)).join(', ')
    return json(405, errorBody('invalid_input', `This route takes ${allow}.`), { allow })
  }
  const { route, params } = match
  refuseNul(url, params)
  if (!route.crossSite && method !== 'GET') refuseCrossSite(request, url, allowedOrigins)
  const identity = route.crossSite ? null : await options.authenticate(request)
  const response = await route.handle({ ...options.context(identity), request, url, params })
  if (request.method !== 'HEAD') return response
  await response.body?.cancel()
  return new Response(null, { status: response.status, headers: response.headers })
}

function matchPath<Context>(routes: readonly Route<Context>[], basePath: string, pathname: string) {
  if (!pathname.startsWith(`${basePath}/`)) return []
  const segments = pathname.slice(basePath.length + 1).split('/')
  return routes.flatMap((route) => {
    const pattern = route.path.slice(1).split('/')
    if (pattern.length !== segments.length) return []
    if (!pattern.every((part, index) => part === ':' || part === segments[index])) return []
    return [{ route, params: segments.filter((_, index) => pattern[index] === ':').map(decode) }]
  })
}

/** No database stores NUL in a text, and no name has it: what was found with it would be an error of the database's own. */
function refuseNul(url: URL, params: readonly string[]): void {
  const field = params.some(hasNul)
    ? 'path'
    : [...url.searchParams]
        .find((pair) => pair.some(hasNul))?.[0]
        .replaceAll('\0', '')
        .slice(0, 40)
  if (field === undefined) return
  throw new HttpError('invalid_input', `${field}: the character NUL (%00) is not taken.`, { field })
}

function hasNul(text: string): boolean {
  return text.includes('\0')
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
  if (!foreign) return
  throw new HttpError(
    'forbidden',
    'Requests from another site are refused. Add its origin to allowedOrigins if it is yours.',
  )
}
