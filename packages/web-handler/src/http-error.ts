/** What every error class of Stagedoor has; a handler may tell it to a client. */
export interface WebError extends Error {
  readonly code: string
  /** HTTP status. */
  readonly status: number
  /** True when the same request may succeed later. */
  readonly retryable: boolean
  /** The input field at fault. */
  readonly field?: string
  /** After how many seconds the same request may succeed. */
  readonly retryAfterSeconds?: number
}

/** Every code of an {@link HttpError}, and its HTTP status. */
export const httpErrorTable = {
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  payload_too_large: 413,
} as const

/** One of {@link httpErrorTable}. */
export type HttpErrorCode = keyof typeof httpErrorTable

const brand = Symbol.for('stagedoor.http-error')

/** A request that a handler refuses before anybody else is asked. */
export class HttpError extends Error implements WebError {
  override readonly name = 'HttpError'
  readonly code: HttpErrorCode
  readonly status: number
  readonly retryable = false
  declare readonly field?: string

  constructor(
    code: HttpErrorCode,
    message: string,
    options: { readonly field?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.status = httpErrorTable[code]
    if (options.field !== undefined) this.field = options.field
    Object.defineProperty(this, brand, { value: true })
  }
}

/** Tells an {@link HttpError}, also across two copies of this package, where `instanceof` fails. */
export function isHttpError(value: unknown): value is HttpError {
  return value instanceof Error && brand in value
}
