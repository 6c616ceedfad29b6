import { StreamingError } from '@stagedoor/streaming-core'

/** EventBridge events have 256 KB at most (EventBridge quotas, "PutEvents entry size"). */
const maxBytes = 256 * 1024

/** The raw body, read once. @throws `StreamingError` `payload_too_large` */
export async function readBody(request: Request): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) {
      throw new StreamingError({
        code: 'payload_too_large',
        provider: 'ivs',
        message: `A webhook has ${maxBytes} bytes at most.`,
      })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
