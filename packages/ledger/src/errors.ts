/** Every way in which the ledger can fail, as a closed union: switch on it, never on a message. */
export type LedgerErrorCode =
  | 'invalid_input'
  | 'not_found'
  | 'conflict'
  | 'unsupported'
  | 'provider_unavailable'
  | 'aborted'
  | 'internal'

/** The HTTP status of each code, and whether the same call may succeed when it is repeated. */
export const ledgerErrorTable = {
  invalid_input: { status: 400, retryable: false },
  not_found: { status: 404, retryable: false },
  conflict: { status: 409, retryable: false },
  unsupported: { status: 501, retryable: false },
  provider_unavailable: { status: 503, retryable: true },
  aborted: { status: 499, retryable: false },
  internal: { status: 500, retryable: false },
} as const satisfies Record<LedgerErrorCode, { status: number; retryable: boolean }>

/** What a {@link LedgerError} is made of. */
export interface LedgerErrorInput {
  readonly code: LedgerErrorCode
  /** What happened, the value that caused it (never a secret), and what to do. */
  readonly message: string
  /** The input field at fault, as a dotted path such as `entries.0.amount`. */
  readonly field?: string
  /** The store's name when a database failed. */
  readonly provider?: string
  readonly cause?: unknown
}

const brand = Symbol.for('stagedoor.ledger-error')

/** The one error that the ledger and its stores throw. Test for it with {@link isLedgerError}. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError'
  readonly code: LedgerErrorCode
  /** HTTP status of {@link LedgerError.code}. */
  readonly status: number
  /** True when the same call may succeed later. Every verb of the ledger is safe to repeat with the same key. */
  readonly retryable: boolean
  declare readonly field?: string
  declare readonly provider?: string

  constructor(input: LedgerErrorInput) {
    super(input.message, input.cause === undefined ? undefined : { cause: input.cause })
    this.code = input.code
    this.status = ledgerErrorTable[input.code].status
    this.retryable = ledgerErrorTable[input.code].retryable
    if (input.field !== undefined) this.field = input.field
    if (input.provider !== undefined) this.provider = input.provider
    Object.defineProperty(this, brand, { value: true })
  }
}

/**
 * Tells a {@link LedgerError}, also across two copies of this package, where `instanceof` fails.
 *
 * @param code - Narrows the test to one code.
 */
export function isLedgerError(value: unknown, code?: LedgerErrorCode): value is LedgerError {
  if (!(value instanceof Error) || !(brand in value)) return false
  return code === undefined || ('code' in value && value.code === code)
}

/** An input that cannot be taken, by its field. */
export function invalidInput(field: string, message: string): LedgerError {
  return new LedgerError({ code: 'invalid_input', field, message: `${field}: ${message}.` })
}
