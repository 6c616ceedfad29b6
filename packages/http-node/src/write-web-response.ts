import { once } from 'node:events'
import type { ServerResponse } from 'node:http'

/** Writes a web response, chunk by chunk and no quicker than the client reads. */
export async function writeWebResponse(
  response: Response,
  outgoing: ServerResponse,
  withoutBody: boolean,
  gone: AbortSignal,
): Promise<void> {
  outgoing.statusCode = response.status
  if (response.statusText !== '') outgoing.statusMessage = response.statusText
  for (const [name, value] of response.headers) if (name !== 'set-cookie') outgoing.setHeader(name, value)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies)

  if (withoutBody || !response.body || response.status === 204 || response.status === 304) {
    await response.body?.cancel()
    outgoing.end()
    return
  }
  // An event stream may wait long for its first byte; the client should know that it is connected.
  outgoing.flushHeaders()
  const reader = response.body.getReader()
  const cancel = () => void reader.cancel(gone.reason).catch(() => {})
  gone.addEventListener('abort', cancel)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done || gone.aborted) break
      if (!outgoing.write(value)) await once(outgoing, 'drain', { signal: gone })
    }
    outgoing.end()
  } finally {
    gone.removeEventListener('abort', cancel)
    reader.releaseLock()
  }
}
