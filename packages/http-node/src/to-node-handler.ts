import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { OutgoingResponse } from './outgoing-response.ts'
import { toWebRequest } from './to-web-request.ts'
import { writeWebResponse } from './write-web-response.ts'

/** A handler as the web platform has it: what Stagedoor's packages expose. */
export type WebHandler = (request: Request) => Promise<Response> | Response

/** Options of {@link toNodeHandler}. */
export interface NodeHandlerOptions {
  /**
   * Take scheme and host from `X-Forwarded-Proto` and `X-Forwarded-Host`. Only behind a proxy that sets them itself.
   * Default false.
   */
  readonly trustProxy?: boolean
  /** Told of what the handler threw; the client gets a 500 without details. */
  readonly onError?: (error: unknown) => void
}

/** A request listener of `node:http` and `node:http2`, and middleware of Express and connect alike. */
export type NodeHandler = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => Promise<void>

/**
 * Runs a web-standard handler on `node:http`, Express or a Next API route.
 *
 * Keeps the raw bytes of the body and the full URL under a mount path, passes several `Set-Cookie` headers, waits for
 * slow clients, and aborts the request's signal when the client goes away. A body that a parser has read before cannot
 * be had back: that is answered with a 500 that says so, and never re-serialised, as signatures cover the raw bytes.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import { toNodeHandler } from '@stagedoor/http-node'
 *
 * createServer(toNodeHandler(async () => new Response('hello'))).listen(3000)
 * ```
 */
export function toNodeHandler(handler: WebHandler, options: NodeHandlerOptions = {}): NodeHandler {
  return async (incoming, outgoing) => {
    const gone = new AbortController()
    const leave = () => {
      if (!outgoing.writableFinished) gone.abort(new Error('The client closed the connection.'))
    }
    outgoing.once('close', leave)
    try {
      const converted = toWebRequest(incoming, gone.signal, options.trustProxy ?? false)
      if ('problem' in converted)
        return plainError(outgoing, converted.problem.status, converted.problem.message)
      const response = await handler(converted.request)
      await writeWebResponse(response, outgoing, incoming.method === 'HEAD', gone.signal)
    } catch (error) {
      if (gone.signal.aborted) return
      plainError(outgoing, 500, 'Something went wrong on our side.')
      options.onError?.(error)
    } finally {
      outgoing.off('close', leave)
    }
  }
}

function plainError(outgoing: OutgoingResponse, status: number, message: string): void {
  if (outgoing.headersSent) {
    // Half an answer cannot be taken back: a broken connection tells the client that it is not whole.
    outgoing.destroy()
    return
  }
  const code = status >= 500 ? 'internal' : 'invalid_input'
  outgoing.statusCode = status
  outgoing.setHeader('content-type', 'application/json; charset=utf-8')
  outgoing.setHeader('cache-control', 'no-store')
  outgoing.end(JSON.stringify({ error: { code, message } }))
}
