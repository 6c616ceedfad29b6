import { HttpError } from './http-error.ts'

/**
 * Reads a JSON object from a request, never more than `maxBytes` of it.
 *
 * @throws {@link HttpError} `payload_too_large`, `invalid_input`
 */
export async function readJsonObject(request: Request, maxBytes: number): Promise<Record<string, unknown>> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw malformed('Send JSON with content-type: application/json.')
  const bytes = await readLimited(request, maxBytes)
  const value = parse(bytes)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed('The body must be a JSON object.')
  return Object.fromEntries(Object.entries(value))
}

/**
 * A copy of the request whose body is known to be small, for those who need the raw bytes.
 *
 * @throws {@link HttpError} `payload_too_large`
 */
export async function limitBody(request: Request, maxBytes: number): Promise<Request> {
  const bytes = await readLimited(request, maxBytes)
  return new Request(request.url, {
    method: request.method,
    headers: request.headers,
    body: bytes,
    signal: request.signal,
  })
}

async function readLimited(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(request.headers.get('content-length') ?? 0)
  if (announced > maxBytes) {
    await request.body?.cancel()
    throw tooLarge(maxBytes)
  }
  const chunks: Uint8Array[] = []
  let size = 0
  if (request.body) {
    const reader = request.body.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      size += value.byteLength
      if (size > maxBytes) {
        await reader.cancel()
        throw tooLarge(maxBytes)
      }
      chunks.push(value)
    }
  }
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw malformed('The body is not valid JSON.', cause)
  }
}

function malformed(message: string, cause?: unknown): HttpError {
  return new HttpError('invalid_input', message, { cause })
}

function tooLarge(maxBytes: number): HttpError {
  return new HttpError('payload_too_large', `The body is larger than ${maxBytes} bytes.`)
}
