import type { Denial } from '../access.ts'
import { isStreamingError, type StreamingErrorCode } from '../errors.ts'

/** A JSON answer that no cache keeps. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
  })
}

/** The body of every error answer. */
export interface ErrorBody {
  readonly error: { readonly code: StreamingErrorCode; readonly message: string; readonly field?: string }
  /** Present when access was denied. */
  readonly denial?: Denial
}

/** Turns anything that was thrown into an answer; what went wrong inside stays inside. */
export function errorResponse(error: unknown): Response {
  if (!isStreamingError(error)) return json(500, body('internal', hidden))
  const message =
    error.status >= 500 && error.code !== 'unsupported' ? publicMessage(error.code) : error.message
  const headers: Record<string, string> = error.retryable ? { 'retry-after': '2' } : {}
  return json(error.status, body(error.code, message, error.field), headers)
}

/** 402 when money would open the door, 403 otherwise. */
export function denialResponse(denial: Denial): Response {
  const payable = denial.reason === 'subscribe' || denial.reason === 'buy_ticket'
  const code = payable ? 'payment_required' : 'forbidden'
  return json(payable ? 402 : 403, { ...body(code, denialMessages[denial.reason]), denial })
}

const hidden = 'Something went wrong on our side.'

const denialMessages: Record<Denial['reason'], string> = {
  sign_in: 'Sign in to watch.',
  subscribe: 'This stream is for subscribers.',
  buy_ticket: 'This stream needs a ticket.',
  region: 'This stream is not available in your region.',
  age: 'This stream is for adults.',
  banned: 'You may not watch this stream.',
  not_started: 'This stream has not begun.',
}

function publicMessage(code: StreamingErrorCode): string {
  return code === 'provider_unavailable'
    ? 'The streaming provider is not available. Try again shortly.'
    : hidden
}

function body(code: StreamingErrorCode, message: string, field?: string): ErrorBody {
  return { error: { code, message, ...(field === undefined ? {} : { field }) } }
}
