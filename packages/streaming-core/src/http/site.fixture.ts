import { createPlatform } from '../platform.fixture.ts'
import type { StreamingOptions } from '../streaming.ts'
import { createStreamingHandler, type StreamingHandlerOptions } from './streaming-handler.ts'

/** What the tests send. Who sends it is their word here; nobody is anonymous. */
export interface SiteRequest {
  readonly as?: string | null
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly signal?: AbortSignal
}

/**
 * The handler on a platform in memory. `ava` and `noa` may go live; who is signed in may watch, but `sam` needs a ticket.
 */
export function createSite(
  options: { core?: Partial<StreamingOptions>; handler?: Partial<StreamingHandlerOptions> } = {},
) {
  const ticket = {
    id: 't1',
    kind: 'ticket',
    title: 'Ticket',
    price: { amount: '900', currency: 'USD' },
  } as const
  const platform = createPlatform({
    eligibility: ({ userId }) =>
      userId === 'ava' || userId === 'noa'
        ? { eligible: true, verified: true }
        : { eligible: false, reason: 'Only creators go live here.' },
    access: ({ userId }) => {
      if (userId === null) return { allowed: false, reason: 'sign_in', offers: [] }
      return userId === 'sam' ? { allowed: false, reason: 'buy_ticket', offers: [ticket] } : { allowed: true }
    },
    ...options.core,
  })
  const handler = createStreamingHandler(platform.streaming, {
    authenticate: (request) => {
      const userId = request.headers.get('authorization')?.replace('Bearer ', '')
      return userId === undefined ? null : { userId }
    },
    ...options.handler,
  })
  const call = (method: string, path: string, { as, body, headers, signal }: SiteRequest = {}) =>
    handler(
      new Request(`http://localhost/api/streaming${path}`, {
        method,
        headers: {
          ...(as ? { authorization: `Bearer ${as}` } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      }),
    )
  return { ...platform, handler, call }
}
