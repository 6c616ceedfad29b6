import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { livekit } from './livekit.ts'

let server: Server
let answer: (response: ServerResponse) => void
const secret = 'a-secret-of-forty-characters-for-the-tests'
const channel = { id: 'stagedoor-default-s1', details: {} }

beforeAll(async () => {
  server = createServer((_, response) => answer(response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterAll(() => {
  server.close()
  server.closeAllConnections()
})

const adapter = (timeoutSeconds = 5) =>
  livekit({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey: 'devkey',
    apiSecret: secret,
    timeoutSeconds,
  })
const twirp =
  (status: number, code: string, type = 'application/json') =>
  (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': type })
    response.end(JSON.stringify({ code, msg: 'as the server says' }))
  }
const page = (status: number) => (response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'text/html' })
  response.end('<h1>Bad Gateway</h1>')
}

it.each([
  [
    'a code of Twirp',
    twirp(401, 'unauthenticated'),
    { code: 'internal', message: expect.stringContaining('Check apiKey') },
  ],
  ['another one', twirp(503, 'unavailable'), { code: 'provider_unavailable', retryable: true }],
  ['too many requests', twirp(429, 'resource_exhausted'), { code: 'rate_limited', retryable: true }],
  ['a refusal', twirp(400, 'invalid_argument'), { code: 'internal', retryable: false }],
  [
    'a code under another content type',
    twirp(401, 'unauthenticated', 'application/json; charset=utf-8'),
    { code: 'internal', message: expect.stringContaining('unauthenticated: as the server says') },
  ],
  [
    'a bad token, told as plain text',
    page(401),
    { code: 'internal', message: expect.stringContaining('HTTP 401') },
  ],
  [
    'a proxy’s page',
    page(502),
    { code: 'provider_unavailable', message: expect.stringContaining('HTTP 502') },
  ],
  [
    'a server that is none of LiveKit’s',
    page(404),
    { code: 'internal', message: expect.stringContaining('`url`') },
  ],
])('%s is a typed error without a secret', async (_, respond, expected) => {
  answer = respond
  const failure = await adapter()
    .getChannel(channel)
    .catch((error: unknown) => error)
  expect(failure).toMatchObject({ provider: 'livekit', ...expected })
  expect(String(failure) + JSON.stringify(failure)).not.toMatch(/a-secret-of|<h1>/)
})

it('no answer is one within the time limit', async () => {
  answer = () => {}
  await expect(adapter(0.3).getChannel(channel)).rejects.toMatchObject({
    code: 'provider_unavailable',
    message: expect.stringContaining('within 0.3 seconds'),
  })
})

it('no server is one too', async () => {
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  closed.close()
  await once(closed, 'close')
  const gone = livekit({ url: `http://127.0.0.1:${port}`, apiKey: 'k', apiSecret: secret })
  await expect(gone.getChannel(channel)).rejects.toMatchObject({
    code: 'provider_unavailable',
    message: expect.stringContaining('ECONNREFUSED'),
  })
})

it('a call is given up when its signal aborts', async () => {
  answer = () => {}
  const stopping = new AbortController()
  const call = adapter().getChannel(channel, { signal: stopping.signal })
  stopping.abort()
  await expect(call).rejects.toMatchObject({ code: 'aborted' })
})

it.each(['application/json', 'application/json; charset=utf-8'])(
  'a room that is gone is no error for its deletion, told as %s',
  async (type) => {
    answer = twirp(404, 'not_found', type)
    await expect(adapter().endChannel(channel)).resolves.toBeUndefined()
  },
)

it('a wrong address does not pass for a room that was deleted', async () => {
  answer = page(404)
  await expect(adapter().endChannel(channel)).rejects.toMatchObject({ code: 'internal' })
})

it.each([
  ['is cut off', '{"rooms":[{"name":"key-of-the-encoder"'],
  ['is of another shape', '{"rooms":[{"numParticipants":"key-of-the-encoder"}]}'],
])('an answer that %s may be asked for again, and is quoted nowhere', async (_, body) => {
  answer = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  const failure = await adapter()
    .getChannel(channel)
    .catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'provider_unavailable', retryable: true })
  expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('key-of')
})
