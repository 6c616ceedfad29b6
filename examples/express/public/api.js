/**
 * @typedef {import('@stagedoor/streaming-core').PublicStream} Stream
 * @typedef {import('@stagedoor/streaming-core').Denial} Denial
 */

/** An answer that is not a success. `status` is 0 when the server could not be reached at all. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {{ status: number, code: string, denial?: Denial | undefined, field?: string | undefined }} details
   */
  constructor(message, details) {
    super(message)
    this.status = details.status
    this.code = details.code
    this.denial = details.denial
    this.field = details.field
  }

  /** True when the same call may work later: the server is away or busy. */
  get isTemporary() {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

/**
 * Calls this platform's API.
 *
 * @param {string} method
 * @param {string} path - Under `/api/streaming`, or absolute when it starts with `/demo` or `/api`.
 * @param {{ body?: unknown, idempotencyKey?: string, signal?: AbortSignal }} [options]
 * @returns {Promise<any>} The parsed body, null for an empty one.
 */
export async function callApi(method, path, options = {}) {
  /** @type {Record<string, string>} */
  const headers = {}
  if (options.body !== undefined) headers['content-type'] = 'application/json'
  if (options.idempotencyKey) headers['idempotency-key'] = options.idempotencyKey
  const url = /^\/(demo|api)\//.test(path) ? path : `/api/streaming${path}`
  const signal = AbortSignal.any([AbortSignal.timeout(60_000), ...(options.signal ? [options.signal] : [])])
  const init = {
    method,
    headers,
    signal,
    body: options.body === undefined ? null : JSON.stringify(options.body),
  }
  const response = await fetch(url, init).catch((cause) => {
    if (options.signal?.aborted) throw cause
    throw new ApiError('The server does not answer. Trying again may help.', {
      status: 0,
      code: 'unreachable',
    })
  })
  const text = await response.text()
  const body = text && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : null
  if (response.ok) return body
  throw new ApiError(body?.error?.message ?? `The server answered ${response.status}.`, {
    status: response.status,
    code: body?.error?.code ?? 'unknown',
    denial: body?.denial,
    field: body?.error?.field,
  })
}
