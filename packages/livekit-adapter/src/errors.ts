import { StreamingError, type StreamingErrorCode } from '@stagedoor/streaming-core'
import { ServerError } from 'livekit-server-sdk'

interface Mapping {
  readonly code: StreamingErrorCode
  /** What the operator can do about it. */
  readonly fix: string
}

const again: Mapping = { code: 'provider_unavailable', fix: 'Try again.' }
const keys: Mapping = {
  code: 'internal',
  fix: 'Check apiKey and apiSecret, and that the clocks of both machines agree.',
}
const refusal: Mapping = { code: 'internal', fix: 'LiveKit refused the request.' }

/** By the code of Twirp, which LiveKit sends where it can (livekit-server 1.13, `pkg/service/errors.go`). */
const byCode: Readonly<Record<string, Mapping>> = {
  not_found: { code: 'not_found', fix: 'It has ended or was deleted.' },
  already_exists: { code: 'conflict', fix: 'It exists already.' },
  failed_precondition: { code: 'conflict', fix: 'The server is not set up for this.' },
  resource_exhausted: { code: 'rate_limited', fix: 'Try again in a moment.' },
  unauthenticated: keys,
  permission_denied: keys,
  unavailable: again,
  deadline_exceeded: again,
  unknown: again,
  internal: again,
  canceled: again,
}

/**
 * Turns whatever the LiveKit SDK threw into a `StreamingError`. It throws four shapes: a `ServerError` with a code, one
 * without (a proxy's page, or an answer whose content type is not exactly `application/json`), a `TimeoutError` of the
 * platform, and a `TypeError` of `fetch` with the reason in its `cause`.
 */
export function mapLivekitError(operation: string, error: unknown, timeoutSeconds: number): StreamingError {
  if (error instanceof ServerError) return fromServer(operation, error)
  if (error instanceof Error && error.name === 'TimeoutError') {
    return failure(operation, again, `no answer within ${timeoutSeconds} seconds`, error)
  }
  if (error instanceof TypeError) return failure(operation, again, reasonOf(error), error)
  // What cannot be parsed is quoted by the parser, and an answer about an ingress holds a stream key: no cause.
  return failure(operation, again, 'the answer could not be read')
}

function fromServer(operation: string, error: ServerError): StreamingError {
  const { code, message } = twirpError(error)
  const needsRedis = /redis required/.test(message)
  if (needsRedis) {
    const fix = 'Run LiveKit with Redis and the worker for it, or use LiveKit Cloud.'
    return failure(operation, { code: 'unsupported', fix }, message, error)
  }
  const mapping = code === undefined ? byStatus(error.status) : (byCode[code] ?? refusal)
  const details = code === undefined ? `HTTP ${error.status}` : `${code}: ${message}`
  return failure(operation, mapping, details, error)
}

/** The SDK reads a code from `application/json` exactly; behind a proxy that adds a charset it leaves it in the text. */
function twirpError({ code, message }: ServerError): { readonly code?: string; readonly message: string } {
  if (code !== undefined) return { code, message }
  const body = parseJson(message)
  if (typeof body !== 'object' || body === null) return { message }
  if (!('code' in body) || typeof body.code !== 'string') return { message }
  return { code: body.code, message: 'msg' in body ? String(body.msg) : '' }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Plain text, or a proxy's page.
    return null
  }
}

function byStatus(status: number): Mapping {
  if (status === 401 || status === 403) return keys
  if (status === 404) return { code: 'internal', fix: 'Check that `url` leads to a LiveKit server.' }
  if (status === 429) return { code: 'rate_limited', fix: 'Try again in a moment.' }
  return status >= 500 ? again : refusal
}

function failure(
  operation: string,
  { code, fix }: Mapping,
  details: string,
  cause?: unknown,
): StreamingError {
  const message = `LiveKit ${operation} failed: ${details.replace(/\.$/, '')}. ${fix}`
  return new StreamingError({ code, provider: 'livekit', message, cause })
}

function reasonOf(error: TypeError): string {
  const { cause } = error
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : error.message
}

/** The caller's signal ended the call. */
export function abortedError(operation: string, signal: AbortSignal): StreamingError {
  return new StreamingError({
    code: 'aborted',
    provider: 'livekit',
    message: `${operation} was aborted.`,
    cause: signal.reason,
  })
}

/** @throws `StreamingError` `aborted` */
export function throwIfAborted(operation: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortedError(operation, signal)
}
