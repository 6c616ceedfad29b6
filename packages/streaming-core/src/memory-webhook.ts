import { z } from 'zod'
import { StreamingError } from './errors.ts'
import type { ProviderEvent } from './provider-event.ts'

const header = 'x-memory-signature'
const base = { id: z.string(), channelId: z.string(), occurredAt: z.string() }
const session = { ...base, sessionId: z.string() }

const eventSchema: z.ZodType<ProviderEvent> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session.started'), ...session }),
  z.object({ type: z.literal('session.interrupted'), ...session }),
  z.object({ type: z.literal('session.resumed'), ...session }),
  z.object({ type: z.literal('session.ended'), ...session, reason: z.string().exactOptional() }),
  z.object({ type: z.literal('session.failed'), ...session, reason: z.string() }),
  z.object({ type: z.literal('viewers.counted'), ...base, viewers: z.number() }),
  z.object({ type: z.literal('limit.exceeded'), ...base, limit: z.string(), message: z.string() }),
])

/** Verifies the raw body by HMAC, then parses it. Events of an unknown type give an empty list. */
export async function memoryWebhook(request: Request, secret: string): Promise<readonly ProviderEvent[]> {
  const body = new Uint8Array(await request.arrayBuffer())
  const signature = fromHex(request.headers.get(header) ?? '')
  const key = await importKey(secret)
  if (!(await crypto.subtle.verify('HMAC', key, signature, body)))
    throw refused('The signature does not match.')
  const parsed = parseJson(body)
  const result = eventSchema.safeParse(parsed)
  return result.success ? [result.data] : []
}

/** The request that a memory provider with this secret would send. */
export async function signMemoryWebhook(
  event: ProviderEvent,
  secret: string,
  url = 'http://localhost/webhooks/memory',
): Promise<Request> {
  const body = new TextEncoder().encode(JSON.stringify(event))
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', await importKey(secret), body))
  const hex = [...signature].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return new Request(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', [header]: hex },
  })
}

function importKey(secret: string) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, [
    'sign',
    'verify',
  ])
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const pairs = /^(?:[0-9a-f]{2})*$/.test(text) ? (text.match(/../g) ?? []) : []
  return new Uint8Array(pairs.map((pair) => Number.parseInt(pair, 16)))
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch (cause) {
    throw refused('The body is not JSON.', cause)
  }
}

function refused(message: string, cause?: unknown): StreamingError {
  return new StreamingError({ code: 'webhook_invalid', provider: 'memory', message, cause })
}
