import { platform } from '../platform.fixture.ts'
import { createTipsHandler } from './tips-handler.ts'

/** A platform behind its HTTP API. Who asks is named by `Bearer <name>`; `staff` is the platform's own. */
export function site(options: Parameters<typeof platform>[0] = {}) {
  const stage = platform(options)
  const handler = createTipsHandler(stage.tips, {
    authenticate: (request) => {
      const userId = request.headers.get('authorization')?.replace('Bearer ', '')
      return userId ? { userId, displayName: userId, isAdmin: userId === 'staff' } : null
    },
    pollSeconds: 0.01,
  })
  let keys = 0
  const call = async (
    who: string | null,
    line: string,
    body?: unknown,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ) => {
    const [method = '', path = ''] = line.split(' ')
    return handler(
      new Request(`http://localhost/api/tips${path}`, {
        method,
        headers: {
          ...(who === null ? {} : { authorization: `Bearer ${who}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      }),
    )
  }
  return {
    ...stage,
    handler,
    call,
    /** Vic tips Ava 10.10 dollars by HTTP. */
    post: (input: Record<string, unknown> = {}, who = 'vic', key = `http-${++keys}`) =>
      call(
        who,
        'POST /tips',
        { creatorId: 'ava', amount: { amount: '1010', currency: 'USD' }, ...input },
        { 'idempotency-key': key },
      ),
  }
}
