import type { EventEmitter } from 'node:events'

/** The part of a response that HTTP/1 and HTTP/2 have alike, and what a framework may add to it. */
export interface OutgoingResponse extends EventEmitter {
  statusCode: number
  statusMessage: string
  readonly headersSent: boolean
  readonly writableFinished: boolean
  setHeader(name: string, value: string | readonly string[]): unknown
  /** HTTP/2 has it too, though its types do not say so. */
  flushHeaders?(): void
  write(chunk: Uint8Array): boolean
  /** Of a compressing middleware (Express's `compression`, Next itself), which holds bytes back until it is asked. */
  flush?(): void
  end(text: string): unknown
  end(): unknown
  destroy(): unknown
}
