/** Every way in which paying can fail with a throw, as a closed union: switch on it, never on a message. */
export type PaymentErrorCode =
  | 'invalid_input'
  | 'misconfigured'
  | 'not_found'
  | 'conflict'
  | 'payload_too_large'
  | 'unsupported'
  | 'provider_unavailable'
  | 'webhook_invalid'
  | 'aborted'
  | 'internal'

/** The HTTP status of each code, and whether the same call may succeed when it is repeated. */
export const paymentErrorTable = {
  invalid_input: { status: 400, retryable: false },
  misconfigured: { status: 500, retryable: false },
  not_found: { status: 404, retryable: false },
  conflict: { status: 409, retryable: false },
  payload_too_large: { status: 413, retryable: false },
  unsupported: { status: 501, retryable: false },
  provider_unavailable: { status: 503, retryable: true },
  webhook_invalid: { status: 401, retryable: false },
  aborted: { status: 499, retryable: false },
  internal: { status: 500, retryable: false },
} as const satisfies Record<PaymentErrorCode, { status: number; retryable: boolean }>

/** What a {@link PaymentError} is made of. */
export interface PaymentErrorInput {
  readonly code: PaymentErrorCode
  /** What happened, and the value that caused it. Never a secret, never data of a card. */
  readonly message: string
  /** What to do about it, as a sentence; it is appended to the message. */
  readonly fix?: string
  /** The input field or option at fault, as a dotted path such as `amount.currency`. */
  readonly field?: string
  /** The gateway's id when one failed. */
  readonly gateway?: string
  /** The gateway's id of the failed request, for its support. */
  readonly requestId?: string
  readonly cause?: unknown
}

const brand = Symbol.for('stagedoor.payment-error')

/**
 * The one error that this package throws, for faults of configuration and programming and for rejected webhooks. What
 * a bank or a gateway answers is a value ({@link ChargeOutcome}). Test for it with {@link isPaymentError}.
 */
export class PaymentError extends Error {
  override readonly name = 'PaymentError'
  readonly code: PaymentErrorCode
  /** HTTP status of {@link PaymentError.code}. */
  readonly status: number
  /** True when the same call may succeed later. */
  readonly retryable: boolean
  declare readonly fix?: string
  declare readonly field?: string
  declare readonly gateway?: string
  declare readonly requestId?: string

  constructor(input: PaymentErrorInput) {
    super(
      input.fix === undefined ? input.message : `${input.message} ${input.fix}`,
      input.cause === undefined ? undefined : { cause: input.cause },
    )
    this.code = input.code
    this.status = paymentErrorTable[input.code].status
    this.retryable = paymentErrorTable[input.code].retryable
    if (input.fix !== undefined) this.fix = input.fix
    if (input.field !== undefined) this.field = input.field
    if (input.gateway !== undefined) this.gateway = input.gateway
    if (input.requestId !== undefined) this.requestId = input.requestId
    Object.defineProperty(this, brand, { value: true })
  }
}

/**
 * Tells a {@link PaymentError}, also across two copies of this package, where `instanceof` fails.
 *
 * @param code - Narrows the test to one code.
 */
export function isPaymentError(value: unknown, code?: PaymentErrorCode): value is PaymentError {
  if (!(value instanceof Error) || !(brand in value)) return false
  return code === undefined || ('code' in value && value.code === code)
}
