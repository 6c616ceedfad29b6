/** Every way in which tips can fail with a throw, as a closed union: switch on it, never on a message. */
export type TipErrorCode =
  | 'invalid_input'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'rate_limited'
  | 'unsupported'
  | 'misconfigured'
  | 'provider_unavailable'
  | 'webhook_invalid'
  | 'aborted'
  | 'internal'

/** The HTTP status of each code, and whether the same call may succeed when it is repeated. */
export const tipErrorTable = {
  invalid_input: { status: 400, retryable: false },
  unauthenticated: { status: 401, retryable: false },
  forbidden: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  conflict: { status: 409, retryable: false },
  rate_limited: { status: 429, retryable: true },
  unsupported: { status: 501, retryable: false },
  misconfigured: { status: 500, retryable: false },
  provider_unavailable: { status: 503, retryable: true },
  webhook_invalid: { status: 401, retryable: false },
  aborted: { status: 499, retryable: false },
  internal: { status: 500, retryable: false },
} as const satisfies Record<TipErrorCode, { status: number; retryable: boolean }>

/** What a {@link TipError} is made of. */
export interface TipErrorInput {
  readonly code: TipErrorCode
  /** What happened, the value that caused it (never a secret), and what to do. */
  readonly message: string
  /** The input field at fault, as a dotted path such as `amount.currency`. */
  readonly field?: string
  /** The gateway or store that failed. */
  readonly provider?: string
  /** After how many seconds the same call may succeed. */
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

const brand = Symbol.for('stagedoor.tip-error')

/** The one error that tips and their stores throw. Test for it with {@link isTipError}. */
export class TipError extends Error {
  override readonly name = 'TipError'
  readonly code: TipErrorCode
  /** HTTP status of {@link TipError.code}. */
  readonly status: number
  /** True when the same call may succeed later. */
  readonly retryable: boolean
  declare readonly field?: string
  declare readonly provider?: string
  declare readonly retryAfterSeconds?: number

  constructor(input: TipErrorInput) {
    super(input.message, input.cause === undefined ? undefined : { cause: input.cause })
    this.code = input.code
    this.status = tipErrorTable[input.code].status
    this.retryable = tipErrorTable[input.code].retryable
    if (input.field !== undefined) this.field = input.field
    if (input.provider !== undefined) this.provider = input.provider
    if (input.retryAfterSeconds !== undefined) this.retryAfterSeconds = input.retryAfterSeconds
    Object.defineProperty(this, brand, { value: true })
  }
}

/**
 * Tells a {@link TipError}, also across two copies of this package, where `instanceof` fails.
 *
 * @param code - Narrows the test to one code.
 */
export function isTipError(value: unknown, code?: TipErrorCode): value is TipError {
  if (!(value instanceof Error) || !(brand in value)) return false
  return code === undefined || ('code' in value && value.code === code)
}

/** An input that cannot be taken, by its field. */
export function invalidInput(field: string, message: string): TipError {
  return new TipError({ code: 'invalid_input', field, message: `${field}: ${message}.` })
}
