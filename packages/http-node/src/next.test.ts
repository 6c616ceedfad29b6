import { createHash, createHmac, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type NextApp, startNextApp, webhookSecret } from './next-app.fixture.ts'

let app: NextApp

beforeAll(async () => {
  app = await startNextApp()
}, 120_000)

afterAll(() => app?.close())

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe.each([
  ['an API route through toNodeHandler', '/api/streaming'],
  ['a route handler of the App Router, directly', '/direct'],
])('on Next, as %s', (_, mount) => {
  const at = (path: string) => `${app.url}${mount}${path}`
  const state = async () =>
    (await (await fetch(at('/state'))).json()) as { waiting: boolean; aborted: string[] }

  it('gets the bytes as they were sent, so that a signature over them holds', async () => {
    // Spaces and escapes that parsing and printing again would change, and bytes that are no text at all.
    const body = Buffer.concat([Buffer.from('{ "amount" : 1.0, "n":"\\u00e9" }\r\n'), randomBytes(300_000)])
    const signature = createHmac('sha256', webhookSecret).update(body).digest('hex')
    const send = (signed: string) =>
      fetch(at('/webhook'), {
        method: 'POST',
        body,
        headers: { 'x-signature': signed, 'content-type': 'application/json' },
      })
    expect((await send(signature)).status).toBe(200)
    expect((await send(signature.replace(/^./, 'x'))).status).toBe(401)
  })

  it('keeps the path it is mounted under, the status and every cookie', async () => {
    const answer = await fetch(at('/deep/echo?x=1&x=2'), { method: 'POST', body: 'b' })
    expect(await answer.json()).toEqual({
      path: `${mount}/deep/echo?x=1&x=2`,
      sha: createHash('sha256').update('b').digest('hex'),
    })
    expect(answer.status).toBe(201)
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  it('sends a stream of events piece by piece, and is told when its reader leaves', async () => {
    const leave = new AbortController()
    const answer = await fetch(at('/events'), { signal: leave.signal })
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader?.read())?.value).toBe('data: first\n\n')
    // The second event does not exist before the first has arrived.
    await fetch(at('/release'), { method: 'POST' })
    expect((await reader?.read())?.value).toBe('data: second\n\n')
    expect((await state()).aborted).not.toContain('events')
    leave.abort()
    await until(async () => (await state()).aborted.includes('events'))
  })

  it('is told when the client leaves before there is an answer', async () => {
    const leave = new AbortController()
    const answer = fetch(at('/slow'), { signal: leave.signal })
    const refused = expect(answer).rejects.toThrow()
    await until(async () => (await state()).waiting)
    leave.abort()
    await refused
    await until(async () => (await state()).aborted.includes('slow'))
  })
})

it('refuses a body that Next has parsed, and says how to switch that off', async () => {
  const answer = await fetch(`${app.url}/api/parsed/webhook`, {
    method: 'POST',
    body: '{"a":1}',
    headers: { 'content-type': 'application/json' },
  })
  expect(answer.status).toBe(500)
  expect(await answer.text()).toContain('bodyParser: false')
})
