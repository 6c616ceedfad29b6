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
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of request.body ?? []) {
    length += part.length
    if (length > maximumBytes) {
      throw new PaymentError({
        code: 'payload_too_large',
        message: `The webhook is larger than ${maximumBytes} bytes.`,
      })
    }
    parts.push(part)
  }
  const body = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    body.set(part, offset)
    offset += part.length
  }
  return body
}
