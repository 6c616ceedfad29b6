import { backoff, pause } from '../backoff.ts'
import { isStreamingErrorCode, StreamingError } from '../errors.ts'

/** How requests leave. */
export interface TransportOptions {
  /** Where the handler is mounted. Default `/api/streaming`. */
  readonly baseUrl?: string
  /** Default: the global `fetch`, looked up at each call. */
  readonly fetch?: (input: string, init: RequestInit) => Promise<Response>
  /** Added to each request, such as an `authorization` header; a function is asked each time. */
  readonly headers?: Record<string, string> | (() => Record<string, string> | Promise<Record<string, string>>)
  /** Default `same-origin`. */
  readonly credentials?: 'omit' | 'same-origin' | 'include'
  /** How often a repeatable request is tried in all. Default 3. */
  readonly attempts?: number
}

interface RequestOptions {
  readonly signal?: AbortSignal
  readonly body?: unknown
  readonly headers?: Record<string, string>
  /** May be sent again after a failure. Reads always may. */
  readonly repeatable?: boolean
  /** A denial is an answer and no error. */
  readonly acceptDenial?: boolean
}

/** The part of the client that talks HTTP. */
export function createTransport(options: TransportOptions) {
  const baseUrl = (options.baseUrl ?? '/api/streaming').replace(/\/+$/, '')
  const send = async (target: string, init: RequestInit): Promise<Response> => {
    const own = typeof options.headers === 'function' ? await options.headers() : options.headers
    const headers = { ...own, ...Object.fromEntries(new Headers(init.headers)) }
    const perform = options.fetch ?? ((input, given) => fetch(input, given))
    return perform(target, { credentials: options.credentials ?? 'same-origin', ...init, headers })
  }

  const once = async <Result>(method: string, path: string, call: RequestOptions): Promise<Result> => {
    const body = call.body === undefined ? {} : { body: JSON.stringify(call.body) }
    const type = call.body === undefined ? {} : { 'content-type': 'application/json' }
    const signal = call.signal === undefined ? {} : { signal: call.signal }
    const headers = { ...type, ...call.headers }
    const response = await send(`${baseUrl}${path}`, { method, headers, ...body, ...signal }).catch(
      (cause: unknown) => {
        throw networkError(cause, call.signal)
      },
    )
    if (response.status === 204) return undefined as Result
    const answer = await readJson(response, call.signal)
    const isDenial = typeof answer === 'object' && answer !== null && 'denial' in answer
    if (response.ok || (call.acceptDenial && isDenial)) return answer as Result
    throw serverError(response.status, answer)
  }

  return {
    url: (path: string) => `${baseUrl}${path}`,
    open: (target: string, headers: Record<string, string>, signal: AbortSignal) =>
      send(target, { headers, signal }),
    request: async <Result>(method: string, path: string, call: RequestOptions = {}): Promise<Result> => {
      const attempts = method === 'GET' || call.repeatable ? (options.attempts ?? 3) : 1
      for (let attempt = 1; ; attempt++) {
        try {
          return await once<Result>(method, path, call)
        } catch (error) {
          const retryable = error instanceof StreamingError && error.retryable
          if (!retryable || attempt >= attempts) throw error
          await pause(backoff(attempt), call.signal)
        }
      }
    },
  }
}

/** A body that broke off or is no JSON is no answer; under an error status it only lacks the details. */
async function readJson(response: Response, signal?: AbortSignal): Promise<unknown> {
  try {
    return await response.json()
  } catch (cause) {
    if (signal?.aborted || response.ok) throw networkError(cause, signal)
    return null
  }
}

function networkError(cause: unknown, signal?: AbortSignal): StreamingError {
  if (signal?.aborted)
    return new StreamingError({ code: 'aborted', message: 'The request was aborted.', cause })
  return new StreamingError({
    code: 'provider_unavailable',
    message: 'The server could not be reached, or its answer could not be read.',
    cause,
  })
}

function serverError(status: number, answer: unknown): StreamingError {
  const error = property(answer, 'error')
  const code = property(error, 'code')
  const field = property(error, 'field')
  const message = property(error, 'message')
  return new StreamingError({
    code:
      typeof code === 'string' && isStreamingErrorCode(code)
        ? code
        : status >= 500
          ? 'provider_unavailable'
          : 'internal',
    message: typeof message === 'string' ? message : `The server answered ${status}.`,
    ...(typeof field === 'string' ? { field } : {}),
  })
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined
}
