import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'

/** Why a request cannot be handed on. */
export interface RequestProblem {
  readonly status: number
  readonly message: string
}

/** The body was read by somebody else: raw bytes are gone for good. */
const parsedBodyMessage =
  'The request body was already read. Mount this handler before body parsers such as express.json(), ' +
  'or switch the parser off (Next: export const config = { api: { bodyParser: false } }).'

/** Express keeps the full URL here when it cuts the mount path off `url`. */
type MaybeMounted = (IncomingMessage | Http2ServerRequest) & {
  readonly originalUrl?: string
  readonly body?: unknown
}

/** Turns a node request into a web one, or says what is wrong with it. */
export function toWebRequest(
  incoming: MaybeMounted,
  signal: AbortSignal,
  trustProxy: boolean,
): { readonly request: Request } | { readonly problem: RequestProblem } {
  const method = incoming.method ?? 'GET'
  if (method === 'CONNECT' || method === 'TRACE' || method === 'TRACK') {
    return { problem: { status: 405, message: `${method} is not supported.` } }
  }
  const url = requestUrl(incoming, trustProxy)
  if (!url) return { problem: { status: 400, message: 'The Host header or the URL is malformed.' } }
  const hasBody = method !== 'GET' && method !== 'HEAD'
  if (hasBody && wasRead(incoming)) return { problem: { status: 500, message: parsedBodyMessage } }
  const headers = new Headers()
  // Names and values in turn, as they came, of HTTP/1 and HTTP/2 alike.
  for (let at = 0; at + 1 < incoming.rawHeaders.length; at += 2) {
    const name = incoming.rawHeaders[at] ?? ''
    // HTTP/2 carries method and path as pseudo headers.
    if (!name.startsWith(':')) headers.append(name, incoming.rawHeaders[at + 1] ?? '')
  }
  const body = hasBody ? { body: bodyStream(incoming), duplex: 'half' as const } : {}
  return { request: new Request(url, { method, headers, signal, ...body }) }
}

function wasRead(incoming: MaybeMounted): boolean {
  return incoming.body !== undefined || incoming.readableDidRead || incoming.readableEnded
}

/**
 * The body as it comes in, no quicker than it is read. Not `Readable.toWeb`: when a handler gives a body up, node:http
 * reads the rest off the wire, and that adapter would throw it at the closed stream, outside of any request.
 */
function bodyStream(incoming: MaybeMounted): ReadableStream<Uint8Array> {
  let stop = () => {}
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      const onData = (chunk: Buffer) => {
        controller.enqueue(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength))
        if ((controller.desiredSize ?? 0) <= 0) incoming.pause()
      }
      const onEnd = () => {
        stop()
        controller.close()
      }
      const onClose = () => {
        stop()
        controller.error(new Error('The client closed the connection before the end of the body.'))
      }
      stop = () => {
        incoming.off('data', onData).off('end', onEnd).off('close', onClose)
      }
      incoming
        .on('data', onData)
        .on('end', onEnd)
        .on('close', onClose)
        .on('error', () => {})
      incoming.pause()
    },
    pull: () => {
      incoming.resume()
    },
    cancel: () => {
      stop()
      incoming.resume()
    },
  })
}

function requestUrl(incoming: MaybeMounted, trustProxy: boolean): URL | null {
  const encrypted = 'encrypted' in incoming.socket && incoming.socket.encrypted === true
  const forwarded = (name: string) => (trustProxy ? firstOf(incoming.headers[name]) : undefined)
  const scheme = forwarded('x-forwarded-proto') ?? (encrypted ? 'https' : 'http')
  const host =
    forwarded('x-forwarded-host') ?? incoming.headers.host ?? firstOf(incoming.headers[':authority'])
  const path = incoming.originalUrl ?? incoming.url ?? '/'
  if (host === undefined || !/^[\w.:[\]-]+$/.test(host) || !/^https?$/.test(scheme) || !path.startsWith('/'))
    return null
  const target = `${scheme}://${host}${path}`
  return URL.canParse(target) ? new URL(target) : null
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return (Array.isArray(value) ? value[0] : value)?.split(',')[0]?.trim()
}
