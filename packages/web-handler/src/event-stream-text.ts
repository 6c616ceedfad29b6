const encoder = new TextEncoder()

/** UTF-8 of a text. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text)
}

/** A server-sent event. `id` is what the client says it has seen when it comes back. */
export function formatMessage(event: string, id: number | string, data: unknown): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}
