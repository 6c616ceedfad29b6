import { PaymentError } from '../errors.ts'
import type { Decline, UnknownReason } from '../outcome.ts'
import { toDecline } from './decline-codes.ts'

/** How a call that did not succeed came out. */
export type Failure =
  | { readonly kind: 'declined'; readonly decline: Decline; readonly ref?: string }
  | {
      readonly kind: 'refused'
      readonly rawCode: string
      readonly param: string
      readonly error: PaymentError
    }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason }

/** What is read of the client's errors. */
interface StripeErrorLike {
  readonly type?: unknown
  readonly code?: unknown
  readonly decline_code?: unknown
  readonly param?: unknown
  readonly statusCode?: unknown
  readonly requestId?: unknown
  readonly payment_intent?: unknown
}

/**
 * Tells what an error of the client means, by its `type`. The error itself is not passed on as a cause: it carries the
 * payment's client secret and the request's headers.
 *
 * @throws {@link PaymentError} for faults of configuration and programming, and what is none of Stripe's errors.
 */
export function toFailure(error: unknown): Failure {
  const { type, code, decline_code, param, statusCode, requestId, payment_intent } = readError(error)
  const make = (errorCode: PaymentError['code'], message: string, fix?: string) =>
    new PaymentError({
      code: errorCode,
      gateway: 'stripe',
      message,
      ...(fix !== undefined && { fix }),
      ...(param !== '' && { field: param }),
      ...(requestId !== '' && { requestId }),
    })
  switch (type) {
    case 'StripeCardError': {
      const decline = toDecline({ code, decline_code: decline_code || null })
      return { kind: 'declined', decline, ...(payment_intent !== '' && { ref: payment_intent }) }
    }
    case 'StripeRateLimitError':
      return { kind: 'declined', decline: toDecline({ code: 'rate_limit' }) }
    case 'StripeIdempotencyError':
      // The first request with the key is still running: what becomes of it is not known.
      if (code === 'idempotency_key_in_use' || statusCode === 409)
        return { kind: 'unknown', reason: 'in_progress' }
      throw make(
        'conflict',
        'The idempotency key was used for another request.',
        'Derive the key from the tip or refund, and send the same request with it.',
      )
    case 'StripeAuthenticationError':
    case 'StripePermissionError':
      throw make(
        'misconfigured',
        `Stripe refuses the key (${code || type}).`,
        'Check apiKey and its permissions.',
      )
    case 'StripeInvalidRequestError': {
      if (code === 'idempotency_key_in_use') return { kind: 'unknown', reason: 'in_progress' }
      const what = [code, param && `at ${param}`].filter(Boolean).join(' ') || 'no code given'
      return {
        kind: 'refused',
        rawCode: code,
        param,
        error: make(
          'invalid_input',
          `Stripe refuses the request: ${what}.`,
          'Its log has more by the request’s id.',
        ),
      }
    }
    case 'StripeConnectionError':
      return { kind: 'unknown', reason: 'no_answer' }
    case 'StripeAPIError':
      return { kind: 'unknown', reason: statusCode === 409 ? 'in_progress' : 'gateway_error' }
  }
  // A new class of Stripe’s: nothing says that no money moved.
  if (type !== '') return { kind: 'unknown', reason: 'gateway_error' }
  throw error
}

function readError(error: unknown) {
  const fields: StripeErrorLike = typeof error === 'object' && error !== null ? error : {}
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  const { payment_intent: intent } = fields
  return {
    type: text(fields.type),
    code: text(fields.code),
    decline_code: text(fields.decline_code),
    param: text(fields.param),
    requestId: text(fields.requestId),
    statusCode: fields.statusCode,
    payment_intent:
      typeof intent === 'object' && intent !== null && 'id' in intent ? text(intent.id) : text(intent),
  }
}
