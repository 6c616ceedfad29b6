/** Every way in which the paywall can fail with a throw, as a closed union: switch on it, never on a message. */
export type PaywallErrorCode =
  | 'invalid_input'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'rate_limited'
  | 'unsupported'
  | 'misconfigured'
  | 'provider_unavailable'
  | 'aborted'
  | 'internal'

/** The HTTP status of each code, and whether the same call may succeed when it is repeated. */
export const paywallErrorTable = {
  invalid_input: { status: 400, retryable: false },
  unauthenticated: { status: 401, retryable: false },
  forbidden: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  conflict: { status: 409, retryable: false },
  rate_limited: { status: 429, retryable: true },
  unsupported: { status: 501, retryable: false },
  misconfigured: { status: 500, retryable: false },
  provider_unavailable: { status: 503, retryable: true },
  aborted: { status: 499, retryable: false },
  internal: { status: 500, retryable: false },
} as const satisfies Record<PaywallErrorCode, { status: number; retryable: boolean }>

/** What a {@link PaywallError} is made of. */
export interface PaywallErrorInput {
  readonly code: PaywallErrorCode
  /** What happened, the value that caused it (never a secret), and what to do. */
  readonly message: string
  /** The input field at fault, as a dotted path such as `price.currency`. */
  readonly field?: string
  /** After how many seconds the same call may succeed. */
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

const brand = Symbol.for('stagedoor.paywall-error')

/** The one error that the paywall and its stores throw. Test for it with {@link isPaywallError}. */
export class PaywallError extends Error {
  override readonly name = 'PaywallError'
  readonly code: PaywallErrorCode
  /** HTTP status of {@link PaywallError.code}. */
  readonly status: number
  /** True when the same call may succeed later. */
  readonly retryable: boolean
  declare readonly field?: string
  declare readonly retryAfterSeconds?: number

  constructor(input: PaywallErrorInput) {
    super(input.message, input.cause === undefined ? undefined : { cause: input.cause })
    this.code = input.code
    this.status = paywallErrorTable[input.code].status
    this.retryable = paywallErrorTable[input.code].retryable
    if (input.field !== undefined) this.field = input.field
    if (input.retryAfterSeconds !== undefined) this.retryAfterSeconds = input.retryAfterSeconds
    Object.defineProperty(this, brand, { value: true })
  }
}

/**
 * Tells a {@link PaywallError}, also across two copies of this package, where `instanceof` fails.
 *
 * @param code - Narrows the test to one code.
 */
export function isPaywallError(value: unknown, code?: PaywallErrorCode): value is PaywallError {
  if (!(value instanceof Error) || !(brand in value)) return false
  return code === undefined || ('code' in value && value.code === code)
}

/** An input that cannot be taken, by its field. */
export function invalidInput(field: string, message: string): PaywallError {
  return new PaywallError({ code: 'invalid_input', field, message: `${field}: ${message}.` })
}
