import { once } from 'node:events'
import type { OutgoingResponse } from './outgoing-response.ts'

/** Writes a web response, chunk by chunk and no quicker than the client reads. */
export async function writeWebResponse(
  response: Response,
  outgoing: OutgoingResponse,
  withoutBody: boolean,
  gone: AbortSignal,
): Promise<void> {
  const hasBody = !withoutBody && response.status !== 204 && response.status !== 304
  // A client that left while the handler worked reads nothing: whoever produces the body must not wait for it.
  if (!hasBody || gone.aborted) await response.body?.cancel()
  if (gone.aborted) return
  // Before the first header: a body that somebody else reads is an error that can still be answered as one.
  const reader = hasBody ? response.body?.getReader() : undefined

  outgoing.statusCode = response.status
  if (response.statusText !== '') outgoing.statusMessage = response.statusText
  for (const [name, value] of response.headers) if (name !== 'set-cookie') outgoing.setHeader(name, value)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies)
  if (!reader) {
    outgoing.end()
    return
  }
  // An event stream may wait long for its first byte; the client should know that it is connected.
  outgoing.flushHeaders?.()
  const cancel = () => void reader.cancel(gone.reason).catch(() => {})
  gone.addEventListener('abort', cancel)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done || gone.aborted) break
      const hasRoom = outgoing.write(value)
      outgoing.flush?.()
      if (!hasRoom) await once(outgoing, 'drain', { signal: gone })
    }
    outgoing.end()
  } catch (error) {
    // What was not read will not be: its producer stops too.
    await reader.cancel(error).catch(() => {})
    throw error
  } finally {
    gone.removeEventListener('abort', cancel)
    reader.releaseLock()
  }
}
