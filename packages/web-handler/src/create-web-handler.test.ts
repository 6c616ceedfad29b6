import { describe, expect, it } from 'vitest'
import {
  createWebHandler,
  eventStreamResponse,
  HttpError,
  isHttpError,
  json,
  readJsonObject,
} from './index.ts'

class Busy extends Error {
  readonly code = 'rate_limited'
  readonly status = 429
  readonly retryable = true
  readonly retryAfterSeconds = 7
}

const failures: unknown[] = []
const handler = createWebHandler<{ readonly userId: string | null }, { readonly userId: string }>({
  basePath: '/api/things/',
  authenticate: (request) => (request.headers.has('authorization') ? { userId: 'ava' } : null),
  context: (identity) => ({ userId: identity?.userId ?? null }),
  isOwnError: (error): error is Busy => error instanceof Busy,
  allowedOrigins: ['https://app.example.com'],
  logger: { error: (_, fields) => failures.push(fields) },
  routes: [
    { method: 'GET', path: '/who', handle: async ({ userId }) => json(200, { userId }) },
    { method: 'POST', path: '/hook', crossSite: true, handle: async ({ userId }) => json(200, { userId }) },
    {
      method: 'POST',
      path: '/echo/:',
      handle: async ({ request, params }) => json(200, { params, body: await readJsonObject(request, 20) }),
    },
    { method: 'GET', path: '/busy', handle: () => Promise.reject(new Busy('Slow down.')) },
    { method: 'GET', path: '/bug', handle: () => Promise.reject(new Error('secret: 42')) },
    {
      method: 'GET',
      path: '/refused',
      handle: () => Promise.reject(new HttpError('forbidden', 'No.', { field: 'x' })),
    },
  ],
})

const ask = (path: string, init: RequestInit = {}) =>
  handler(new Request(`http://localhost/api/things${path}`, init))
const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  ask(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })

describe('a handler of routes', () => {
  it('tells routes who asks, except those that anybody may call from anywhere', async () => {
    const authorization = 'Bearer x'
    expect(await (await ask('/who', { headers: { authorization } })).json()).toEqual({ userId: 'ava' })
    const foreign = { authorization, 'sec-fetch-site': 'cross-site' }
    expect(await (await post('/hook', '{}', foreign)).json()).toEqual({ userId: null })
    expect((await post('/echo/a', '{}', foreign)).status).toBe(403)
    expect((await post('/echo/a', '{}', { ...foreign, origin: 'https://app.example.com' })).status).toBe(200)
  })

  it('decodes what a path leaves open, and answers a HEAD as its GET without the body', async () => {
    expect(await (await post('/echo/a%20b', '{"n":1}')).json()).toEqual({ params: ['a b'], body: { n: 1 } })
    const head = await ask('/who', { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  it.each([
    ['/echo/a%00b', 'POST', 'path'],
    ['/who?period=day%00', 'GET', 'period'],
    ['/who?a=1&b%00=2', 'GET', 'b'],
  ])('refuses NUL in %s and names where it is', async (path, method, field) => {
    const response = await (method === 'GET' ? ask(path) : post(path, '{}'))
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_input', field } })
  })

  it('says what a path takes, and what there is not', async () => {
    const wrong = await ask('/who', { method: 'DELETE' })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect((await ask('/nothing')).status).toBe(404)
    expect((await handler(new Request('http://localhost/api/thingswho'))).status).toBe(404)
  })

  it.each([
    ['{"n":123456789012345}', 'application/json', 413],
    ['{', 'application/json', 400],
    ['[]', 'application/json', 400],
    ['{}', 'text/plain', 400],
  ])('refuses the body %s as %s', async (body, type, status) => {
    expect((await post('/echo/a', body, { 'content-type': type })).status).toBe(status)
  })

  it('tells own errors and when to come back, and keeps others to itself', async () => {
    const busy = await ask('/busy')
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '7'])
    expect(await busy.json()).toEqual({ error: { code: 'rate_limited', message: 'Slow down.' } })
    expect(await (await ask('/refused')).json()).toEqual({
      error: { code: 'forbidden', message: 'No.', field: 'x' },
    })
    failures.length = 0
    const bug = await ask('/bug')
    expect([bug.status, await bug.text()]).toEqual([500, expect.not.stringContaining('42')])
    expect(failures).toHaveLength(1)
  })
})

describe('an event stream', () => {
  it('ends with its request, and releases once', async () => {
    const request = new AbortController()
    let released = 0
    const response = eventStreamResponse({
      signal: request.signal,
      open: ({ send }) => {
        send(new TextEncoder().encode('id: 1\n\n'))
        return () => {
          released += 1
        }
      },
    })
    const reader = response.body?.getReader()
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('id: 1\n\n')
    request.abort()
    expect((await reader?.read())?.done).toBe(true)
    expect(released).toBe(1)
  })

  it('cuts off a client that does not read', async () => {
    let released = false
    let sent = 0
    eventStreamResponse({
      signal: new AbortController().signal,
      open: ({ send }) => {
        const timer = setInterval(() => {
          sent += 1
          send(new Uint8Array(1))
        }, 0)
        return () => {
          released = true
          clearInterval(timer)
        }
      },
    })
    await expect.poll(() => released).toBe(true)
    expect(sent).toBeLessThanOrEqual(257)
  })
})

it('an error of the handler is known across copies of the package', () => {
  expect(isHttpError(new HttpError('not_found', 'x'))).toBe(true)
  expect(isHttpError(new Error('x'))).toBe(false)
})
