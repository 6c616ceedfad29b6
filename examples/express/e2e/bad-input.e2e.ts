import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callApi } from './support/api.ts'
import { type RunningPlatform, startPlatform } from './support/platform.ts'
import { waitFor } from './support/wait-for.ts'

let platform: RunningPlatform

beforeAll(async () => {
  platform = await startPlatform()
})

afterAll(() => platform?.close())

const long = 'x'.repeat(10_000)
const cases: readonly [string, string, string, unknown, number][] = [
  ['a body of 10 MB', 'POST', '/streams', { title: 'x'.repeat(10_000_000) }, 413],
  ['broken JSON', 'POST', '/streams', '{"title":', 400],
  ['a list for a body', 'POST', '/streams', [1], 400],
  ['no title', 'POST', '/streams', {}, 400],
  ['a title of spaces', 'POST', '/streams', { title: '   ' }, 400],
  ['a title that is a number', 'POST', '/streams', { title: 7 }, 400],
  ['a title without end', 'POST', '/streams', { title: long }, 400],
  ['no viewers at all', 'POST', '/streams', { title: 'x', expectedViewers: 0 }, 400],
  ['an unknown quality', 'POST', '/streams', { title: 'x', quality: '8k' }, 400],
  ['an endless event', 'POST', '/estimates', { durationHours: 1e9 }, 400],
  ['an unknown stream', 'GET', '/streams/nothere', undefined, 404],
  ['an id with a path in it', 'GET', '/streams/..%2F..%2Fetc', undefined, 404],
  ['an id without end', 'GET', `/streams/${long.slice(0, 4000)}`, undefined, 404],
  ['a cursor of somebody’s own', 'GET', '/streams?cursor=%00%ff!', undefined, 400],
  ['an unknown status', 'GET', '/streams?status=asleep', undefined, 400],
  ['a limit that is no number', 'GET', '/streams?limit=many', undefined, 400],
  ['an unknown route', 'GET', '/nothing', undefined, 404],
  ['a method that is not there', 'PUT', '/streams', {}, 405],
  [
    'a webhook that nobody signed',
    'POST',
    '/webhooks/ivs',
    { 'detail-type': 'IVS Stream State Change' },
    401,
  ],
  ['a webhook of an unknown provider', 'POST', '/webhooks/nobody', {}, 404],
]

test.each(cases)('%s is refused with words and a code', async (_, method, path, body, status) => {
  const answer = await callApi(platform.url, 'ava', method, path, body)
  expect([status, ...(status === 404 ? [400] : [])]).toContain(answer.status)
  expect(answer.body.error.code).toMatch(/^[a-z_]+$/)
  expect(answer.body.error.message.length).toBeGreaterThan(8)
  expect(answer.text).not.toMatch(/at .*\.ts:\d+|node_modules/)
})

test('no refused request left a stream behind', async () => {
  expect((await callApi(platform.url, null, 'GET', '/streams')).body.items).toEqual([])
})

test.each([
  ['/nothing', 404],
  ['/watch/nothere', 404],
  ['/watch/%E0%A4%A', 400],
  ['/assets/..%2F..%2Fpackage.json', 404],
  ['/assets/', 404],
  ['/.env', 404],
])('%s gets a page of the platform’s own', async (path, status) => {
  const response = await fetch(platform.url + path)
  const text = await response.text()
  expect(response.status).toBe(status)
  expect(text).toContain('Stagedoor</title>')
  expect(text).not.toMatch(/at .*\.ts:\d+|node_modules/)
})

test('a title with markup is text on every page', async () => {
  const title = `<img src=x onerror=alert(1)> "q" 'a' </title><script>`
  const { body } = await callApi(platform.url, 'ava', 'POST', '/streams', { title })
  const pages = ['/', '/fragments/live', `/watch/${body.stream.id}`, '/studio']
  for (const path of pages) {
    const text = await (await fetch(platform.url + path)).text()
    expect(text).not.toContain('<img src=x')
    expect(text).not.toContain('<script>')
  }
  expect(await (await fetch(`${platform.url}/`)).text()).toContain('&lt;img src=x')
})

test('every page forbids inline script, framing and guessing of types', async () => {
  for (const path of ['/', '/studio', '/nothing', '/healthz', '/assets/styles/base.css']) {
    const { headers } = await fetch(platform.url + path)
    expect(headers.get('content-security-policy')).toContain(`script-src 'self'`)
    expect(headers.get('content-security-policy')).toContain(`frame-ancestors 'none'`)
    expect(headers.get('content-security-policy')).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(headers.get('x-powered-by')).toBeNull()
  }
})

test('garbage on the RTMP port closes that connection and touches nothing else', async () => {
  const { hostname, port } = new URL(platform.rtmpUrl)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.on('error', () => {})
  const closed = once(socket, 'close')
  socket.write(Buffer.alloc(8192, 0xff))
  socket.end('GET / HTTP/1.1\r\n\r\n')
  await closed
  const isHealthy = async () => (await fetch(`${platform.url}/healthz`)).status === 200
  await waitFor(isHealthy, 'the platform to be healthy', 10)
})
