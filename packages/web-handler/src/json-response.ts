import { isHttpError, type WebError } from './http-error.ts'

/** A JSON answer that no cache keeps. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
  })
}

/** The body of every error answer. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly field?: string }
}

/** How {@link errorResponse} tells errors. */
export interface ErrorResponseOptions {
  /** Which errors are the package's own, whose messages are written for clients. */
  isOwnError(error: unknown): error is WebError
  /** What a client reads instead of the message of a 503. */
  readonly unavailableMessage: string
}

const hidden = 'Something went wrong on our side.'

/** Turns anything that was thrown into an answer; what went wrong inside stays inside. */
export function errorResponse(error: unknown, options: ErrorResponseOptions): Response {
  if (!isHttpError(error) && !options.isOwnError(error)) return json(500, errorBody('internal', hidden))
  const { code, status, retryable, field, retryAfterSeconds = 2 }: WebError = error
  const headers: Record<string, string> = retryable ? { 'retry-after': `${retryAfterSeconds}` } : {}
  return json(status, errorBody(code, publicMessage(error, options), field), headers)
}

/** The JSON of an error. */
export function errorBody(code: string, message: string, field?: string): ErrorBody {
  return { error: { code, message, ...(field === undefined ? {} : { field }) } }
}

function publicMessage(
  { code, status, message }: WebError,
  { unavailableMessage }: ErrorResponseOptions,
): string {
  if (status < 500 || code === 'unsupported') return message
  return code === 'provider_unavailable' ? unavailableMessage : hidden
}
