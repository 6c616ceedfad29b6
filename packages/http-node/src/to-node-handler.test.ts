import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { toNodeHandler } from '@stagedoor/http-node'
import express from 'express'
import { afterEach, describe, expect, it } from 'vitest'

const servers: Server[] = []

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** What `echo` and the error answers hold. */
async function readJson(answer: Response) {
  return (await answer.json()) as { url: string; error: { message: string } }
}

const echo = async (request: Request) =>
  Response.json({
    url: request.url,
    method: request.method,
    type: request.headers.get('content-type'),
    sha: createHash('sha256')
      .update(new Uint8Array(await request.arrayBuffer()))
      .digest('hex'),
  })

describe('on node:http', () => {
  it('keeps the raw bytes of a body', async () => {
    const url = await serve(toNodeHandler(echo))
    const body = randomBytes(300_000)
    const answer = await fetch(`${url}/a?b=%20c`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'x/y' },
    })
    expect(await answer.json()).toEqual({
      url: `${url}/a?b=%20c`,
      method: 'POST',
      type: 'x/y',
      sha: createHash('sha256').update(body).digest('hex'),
    })
  })

  it('outlives a body that its handler gives up on', async () => {
    const url = await serve(
      toNodeHandler(async (request) => {
        // As after asking who it is: the body is about to flow.
        for (let tick = 0; tick < 3; tick++) await null
        if (request.method === 'POST') await request.body?.cancel()
        return new Response(null, { status: request.method === 'POST' ? 413 : 200 })
      }),
    )
    const body = randomBytes(10_000_000)
    for (let round = 0; round < 3; round++) {
      expect((await fetch(url, { method: 'POST', body })).status).toBe(413)
    }
    expect((await fetch(url)).status).toBe(200)
  })

  it('tells the handler of a body that breaks off', async () => {
    const broken = Promise.withResolvers<unknown>()
    const url = await serve(
      toNodeHandler(async (request) => {
        await request.arrayBuffer().catch(broken.resolve)
        return new Response()
      }),
    )
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf', () =>
      socket.destroy(),
    )
    expect(await broken.promise).toBeInstanceOf(Error)
  })

  it('passes every Set-Cookie, the status and its text', async () => {
    const headers = new Headers([
      ['set-cookie', 'a=1; Path=/'],
      ['set-cookie', 'b=2; Path=/'],
    ])
    const url = await serve(
      toNodeHandler(() => new Response('teapot', { status: 418, statusText: 'Teapot', headers })),
    )
    const answer = await fetch(url)
    expect(answer.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2; Path=/'])
    expect([answer.status, answer.statusText]).toEqual([418, 'Teapot'])
  })

  it('sends no body for HEAD and 204', async () => {
    const url = await serve(
      toNodeHandler((request) =>
        request.method === 'DELETE' ? new Response(null, { status: 204 }) : new Response('long text'),
      ),
    )
    expect(await (await fetch(url, { method: 'HEAD' })).text()).toBe('')
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(204)
  })

  it('sends what is streamed at once', async () => {
    let push = (_: string) => {}
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        push = (text) => controller.enqueue(new TextEncoder().encode(text))
      },
    })
    const url = await serve(
      toNodeHandler(() => new Response(body, { headers: { 'content-type': 'text/event-stream' } })),
    )
    const answer = await fetch(url)
    const reader = answer.body?.getReader()
    push('first')
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('first')
    push('second')
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('second')
    await reader?.cancel()
  })

  it('waits for a client that reads slowly', async () => {
    let produced = 0
    const chunk = new Uint8Array(65_536)
    const body = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          produced++
          controller.enqueue(chunk)
          if (produced === 4000) controller.close()
        },
      },
      { highWaterMark: 1 },
    )
    const url = await serve(toNodeHandler(() => new Response(body)))
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(socket, 'readable')
    let before = -1
    while (before !== produced) {
      before = produced
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    expect(produced).toBeLessThan(2000)
    socket.destroy()
  })

  it('aborts the request and cancels the answer when the client goes away', async () => {
    const aborted = Promise.withResolvers<void>()
    const cancelled = Promise.withResolvers<void>()
    const url = await serve(
      toNodeHandler((request) => {
        request.signal.addEventListener('abort', () => aborted.resolve())
        return new Response(
          new ReadableStream({
            start: (c) => c.enqueue(new Uint8Array(1)),
            cancel: () => cancelled.resolve(),
          }),
        )
      }),
    )
    const controller = new AbortController()
    await fetch(url, { signal: controller.signal })
    controller.abort()
    await Promise.all([aborted.promise, cancelled.promise])
  })

  it('stops a body that nobody will read, when the client left before there was an answer', async () => {
    const cancelled = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    const url = await serve(
      toNodeHandler(async (request) => {
        asked.resolve()
        await once(request.signal, 'abort')
        return new Response(new ReadableStream({ cancel: () => cancelled.resolve() }))
      }),
    )
    const controller = new AbortController()
    const answer = fetch(url, { signal: controller.signal })
    await asked.promise
    controller.abort()
    await expect(answer).rejects.toThrow()
    await cancelled.promise
  })

  it('breaks off an answer whose body fails, and stops a body that holds no bytes', async () => {
    const cancelled = Promise.withResolvers<void>()
    const seen: unknown[] = []
    const failing = () =>
      new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new Uint8Array(1)),
          pull: (controller) => controller.error(new Error('the camera broke')),
        }),
      )
    const senseless = () =>
      new Response(
        new ReadableStream({
          // Untyped on purpose: what a handler without types may do.
          pull: (controller) => controller.enqueue(JSON.parse('{ "not": "bytes" }')),
          cancel: () => cancelled.resolve(),
        }),
      )
    for (const handler of [failing, senseless]) {
      const url = await serve(toNodeHandler(handler, { onError: (error) => seen.push(error) }))
      await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow()
    }
    await cancelled.promise
    expect(seen.map(String)).toEqual(['Error: the camera broke', expect.stringContaining('TypeError')])
  })

  it('answers 500 for a response whose body was read before', async () => {
    const url = await serve(
      toNodeHandler(async () => {
        const used = new Response('once', { status: 202, headers: { 'set-cookie': 'session=1' } })
        await used.text()
        return used
      }),
    )
    for (const method of ['GET', 'HEAD']) {
      const answer = await fetch(url, { method })
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([500, []])
    }
  })

  it('hides what the handler threw and tells the server’s owner', async () => {
    const seen: unknown[] = []
    const failing = () => Promise.reject(new Error('secret detail'))
    const url = await serve(toNodeHandler(failing, { onError: (error) => seen.push(error) }))
    const answer = await fetch(url)
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('secret detail')
    expect(String(seen[0])).toContain('secret detail')
  })

  it('refuses a malformed host and methods that are no requests', async () => {
    const url = await serve(toNodeHandler(echo))
    const send = (method: string, host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const options = { method, headers: { host } }
        httpRequest(url, options, (answer) => resolve(answer.resume().statusCode))
          .on('error', reject)
          .end()
      })
    expect(await send('GET', 'a b/<x>')).toBe(400)
    expect(await send('TRACE', 'localhost')).toBe(405)
  })

  it('believes forwarded headers only when told to', async () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'stage.example' }
    const plain = await serve(toNodeHandler(echo))
    const proxied = await serve(toNodeHandler(echo, { trustProxy: true }))
    expect((await readJson(await fetch(plain, { headers }))).url).toBe(`${plain}/`)
    expect((await readJson(await fetch(proxied, { headers }))).url).toBe('https://stage.example/')
  })
})

describe('on node:http2', () => {
  it('keeps bytes, URL and headers', async () => {
    const server = createHttp2Server(
      toNodeHandler(async (request) => {
        const headers = new Headers([
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2'],
        ])
        const { url, headers: received } = request
        return Response.json({ url, cookie: received.get('cookie'), body: await request.text() }, { headers })
      }),
    ).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const client = connectHttp2(origin)
    const stream = client.request({ ':method': 'POST', ':path': '/a?b=1', cookie: ['x=1', 'y=2'] })
    stream.end('body')
    const [[headers], text] = await Promise.all([
      once(stream, 'response'),
      stream.setEncoding('utf8').toArray(),
    ])
    client.close()
    server.close()
    expect(JSON.parse(text.join(''))).toEqual({ url: `${origin}/a?b=1`, cookie: 'x=1; y=2', body: 'body' })
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2'])
  })
})

describe('on Express 5', () => {
  it('keeps the mount path', async () => {
    const app = express()
    app.use('/api/deep', toNodeHandler(echo))
    const url = await serve(app)
    expect((await readJson(await fetch(`${url}/api/deep/x?y=1`, { method: 'POST', body: 'b' }))).url).toBe(
      `${url}/api/deep/x?y=1`,
    )
  })

  it('refuses a body that express.json() has read, and says what to do', async () => {
    const app = express()
    app.use(express.json())
    app.use(toNodeHandler(echo))
    const url = await serve(app)
    const answer = await fetch(url, {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json' },
    })
    expect(answer.status).toBe(500)
    expect((await readJson(answer)).error.message).toContain('before body parsers')
  })
})
