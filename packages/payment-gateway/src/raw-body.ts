import { PaymentError } from './errors.ts'

/** Well above the largest webhook of a gateway, and small enough to be read for anybody. */
const maximumBytes = 512 * 1024

/**
 * The body's bytes as they came, which is what signatures are over.
 *
 * @throws {@link PaymentError} `payload_too_large`, or `misconfigured` when something has read the body before.
 */
export async function readRawBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  if (request.bodyUsed) {
    throw new PaymentError({
      code: 'misconfigured',
      message: 'The webhook’s body has been read before.',
      fix: 'Mount webhooks in front of body parsers: the signature is over the raw bytes.',
    })
  }
  const reader = request.body?.getReader()
  const parts: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  for (;;) {
    const { done = true, value } = (await reader?.read()) ?? {}
    if (done || !value) break
    length += value.length
    if (length > maximumBytes) {
      // Nobody waits for the rest, and no failure of its source may go unheard.
      reader?.cancel().catch(() => {})
      throw new PaymentError({
        code: 'payload_too_large',
        message: `The webhook is larger than ${maximumBytes} bytes.`,
      })
    }
    parts.push(value)
  }
  return parts.length === 1 && parts[0] ? parts[0] : joined(parts, length)
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    body.set(part, offset)
    offset += part.length
  }
  return body
}
