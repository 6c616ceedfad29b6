/** Every way in which streaming can fail, as a closed union: switch on it, never on a message. */
export type StreamingErrorCode =
  | 'invalid_input'
  | 'unauthenticated'
  | 'payment_required'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'payload_too_large'
  | 'rate_limited'
  | 'unsupported'
  | 'provider_unavailable'
  | 'webhook_invalid'
  | 'aborted'
  | 'internal'

/** The HTTP status of each code, and whether the same call may succeed when it is repeated. */
export const streamingErrorTable = {
  invalid_input: { status: 400, retryable: false },
  unauthenticated: { status: 401, retryable: false },
  payment_required: { status: 402, retryable: false },
  forbidden: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  conflict: { status: 409, retryable: false },
  payload_too_large: { status: 413, retryable: false },
  rate_limited: { status: 429, retryable: true },
  unsupported: { status: 501, retryable: false },
  provider_unavailable: { status: 503, retryable: true },
  webhook_invalid: { status: 401, retryable: false },
  aborted: { status: 499, retryable: false },
  internal: { status: 500, retryable: false },
} as const satisfies Record<StreamingErrorCode, { status: number; retryable: boolean }>

/** What a {@link StreamingError} is made of. */
export interface StreamingErrorInput {
  readonly code: StreamingErrorCode
  /** What happened, the value that caused it (never a secret), and what to do. */
  readonly message: string
  /** The input field at fault, as a dotted path such as `plan.expectedViewers`. */
  readonly field?: string
  /** The adapter's id when a provider failed. */
  readonly provider?: string
  /** The provider's id of the failed request, for its support. */
  readonly requestId?: string
  readonly cause?: unknown
}

const brand = Symbol.for('stagedoor.streaming-error')

/** The one error that this package and its adapters throw. Test for it with {@link isStreamingError}. */
export class StreamingError extends Error {
  override readonly name = 'StreamingError'
  readonly code: StreamingErrorCode
  /** HTTP status of {@link StreamingError.code}. */
  readonly status: number
  /** True when the same call may succeed later. */
  readonly retryable: boolean
  declare readonly field?: string
  declare readonly provider?: string
  declare readonly requestId?: string

  constructor(input: StreamingErrorInput) {
    super(input.message, input.cause === undefined ? undefined : { cause: input.cause })
    this.code = input.code
    this.status = streamingErrorTable[input.code].status
    this.retryable = streamingErrorTable[input.code].retryable
    if (input.field !== undefined) this.field = input.field
    if (input.provider !== undefined) this.provider = input.provider
    if (input.requestId !== undefined) this.requestId = input.requestId
    Object.defineProperty(this, brand, { value: true })
  }
}

/**
 * Tells a {@link StreamingError}, also across two copies of this package, where `instanceof` fails.
 *
 * @param code - Narrows the test to one code.
 */
export function isStreamingError(value: unknown, code?: StreamingErrorCode): value is StreamingError {
  if (!(value instanceof Error) || !(brand in value)) return false
  return code === undefined || ('code' in value && value.code === code)
}

/** Tells whether text names a code, such as one that came over HTTP. */
export function isStreamingErrorCode(text: string): text is StreamingErrorCode {
  return Object.hasOwn(streamingErrorTable, text)
}
