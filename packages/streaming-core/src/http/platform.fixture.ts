import type { AccessDecision } from '../access.ts'
import { createStreaming } from '../create-streaming.ts'
import { memory } from '../memory-adapter.ts'
import { memoryStreamStore } from '../memory-stream-store.ts'
import type { Stream } from '../stream.ts'
import { createStreamingHandler, type StreamingHandlerOptions } from './streaming-handler.ts'

export const origin = 'https://creators.example'

/** A platform behind its handler. `x-user` is who asks; the rule `{ for: [...] }` says who may watch, none is everybody. */
export function createPlatform(options: Partial<StreamingHandlerOptions> = {}) {
  let now = Date.parse('2026-01-01T00:00:00.000Z')
  const logged: unknown[] = []
  const log = (...entry: unknown[]) => void logged.push(entry)
  const logger = { info: log, warn: log, error: log }
  const adapter = memory({ clock: () => new Date(now) })
  const streaming = createStreaming({
    adapters: [adapter],
    store: memoryStreamStore(),
    access: (viewer, stream) => rule(viewer.userId, stream),
    eligibility: ({ userId }) =>
      userId.startsWith('creator')
        ? { eligible: true, verified: true }
        : { eligible: false, reason: 'Only creators go live.' },
    clock: () => new Date(now),
    logger,
  })
  const handler = createStreamingHandler(streaming, {
    authenticate: (request) => {
      const userId = request.headers.get('x-user')
      return userId ? { userId } : null
    },
    logger,
    ...options,
  })
  const call = async (
    user: string | null,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const response = await handler(
      new Request(`${origin}/api/streaming${path}`, {
        method,
        headers: {
          ...(user === null ? {} : { 'x-user': user }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    )
    const text = response.headers.get('content-type')?.includes('event-stream') ? '' : await response.text()
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text ? JSON.parse(text) : null,
      response,
    }
  }
  const open = async (
    user: string,
    input: Record<string, unknown> = {},
  ): Promise<{ id: string; channelId: string }> => {
    const { body } = await call(user, 'POST', '/streams', { title: 'A show', ...input })
    const stream = await streaming.getStream(body.stream.id)
    return { id: stream.id, channelId: stream.channel?.id ?? '' }
  }
  return {
    adapter,
    streaming,
    handler,
    call,
    open,
    logged,
    wait: (seconds: number) => {
      now += seconds * 1000
    },
  }
}

function rule(userId: string | null, stream: Stream): AccessDecision {
  const wanted = stream.access.for
  if (!Array.isArray(wanted) || userId === stream.creatorId) return { allowed: true }
  if (userId === null) return { allowed: false, reason: 'sign_in', offers: [] }
  if (wanted.includes(userId)) return { allowed: true }
  const price = { amount: '500', currency: 'USD' }
  return {
    allowed: false,
    reason: 'buy_ticket',
    offers: [{ id: 't', kind: 'ticket', title: 'Ticket', price }],
  }
}
