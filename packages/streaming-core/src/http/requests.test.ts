import { describe, expect, it } from 'vitest'
import { createSite } from './site.fixture.ts'

const show = { title: 'Show' }
const megabyte = 1_048_576

async function errorOf(answer: Response) {
  return { status: answer.status, ...(await answer.json()).error }
}

/** A body that comes bit by bit, and how much of it was taken. */
function slowBody(totalBytes: number) {
  let taken = 0
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        taken += 16_384
        controller.enqueue(new Uint8Array(16_384).fill(0x20))
        if (taken >= totalBytes) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  return { body, taken: () => taken }
}

function post(path: string, body: BodyInit, headers: Record<string, string> = {}): Request {
  const init = { method: 'POST', body, duplex: 'half' } as const
  return new Request(`http://localhost/api/streaming${path}`, {
    ...init,
    headers: { authorization: 'Bearer ava', 'content-type': 'application/json', ...headers },
  })
}

describe('a path', () => {
  it.each(['/', '/nothing', '/streams/a/b', '/streams/a/ingest/rotate/x', '/streams/../../etc', '/webhooks'])(
    '%s is no route: 404',
    async (path) => {
      expect(await errorOf(await createSite().call('GET', path))).toMatchObject({
        status: 404,
        code: 'not_found',
      })
    },
  )

  it('outside of the mount point is no route', async () => {
    const site = createSite()
    for (const path of [
      '/',
      '/api',
      '/api/streaming',
      '/api/streamingx/streams',
      '/other/api/streaming/streams',
    ])
      expect((await site.handler(new Request(`http://localhost${path}`))).status).toBe(404)
  })

  it('may be mounted elsewhere, with or without a slash at the end', async () => {
    for (const basePath of ['/live', '/live/', '']) {
      const site = createSite({ handler: { basePath } })
      const path = basePath === '' ? '/streams' : '/live/streams'
      expect((await site.handler(new Request(`http://localhost${path}`))).status).toBe(200)
    }
  })

  it('with NUL, which no name has, is bad input that says where', async () => {
    const answer = await createSite().call('POST', '/streams/%00/playback', { as: 'ava' })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: { code: 'invalid_input', field: 'path' } })
  })

  it.each(['a b', 'a%20b', '..%2f..%2fetc', "'--", '<script>', 'x'.repeat(65), 'unknown'])(
    'of the stream %j, which cannot be: 404 on every route',
    async (streamId) => {
      const site = createSite()
      const path = `/streams/${streamId}`
      const asked = [
        ['GET', path],
        ['DELETE', path],
        ['GET', `${path}/ingest`],
        ['POST', `${path}/ingest/rotate`],
        ['POST', `${path}/playback`],
        ['GET', `${path}/status`],
        ['GET', `${path}/events`],
        ['GET', `${path}/recordings`],
      ] as const
      for (const [method, one] of asked) {
        const answer = await site.call(method, one, { as: 'ava' })
        expect([one, answer.status]).toEqual([one, 404])
      }
    },
  )
})

describe('a method', () => {
  it.each([
    ['PUT', '/streams', 'POST, GET, HEAD'],
    ['PATCH', '/streams/some', 'GET, HEAD, DELETE'],
    ['OPTIONS', '/streams/some/playback', 'POST'],
    ['GET', '/streams/some/playback', 'POST'],
    ['HEAD', '/estimates', 'POST'],
    ['DELETE', '/streams/some/events', 'GET, HEAD'],
    ['GET', '/webhooks/memory', 'POST'],
  ])('%s on %s is 405, and Allow names %s', async (method, path, allow) => {
    const answer = await createSite().call(method, path)
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe(allow)
  })

  it('HEAD is its GET without the body, of an event stream too', async () => {
    const site = createSite()
    const { streamId } = await site.open()
    for (const path of ['/streams', `/streams/${streamId}`, `/streams/${streamId}/events`]) {
      const [head, get] = [await site.call('HEAD', path), await site.call('GET', path)]
      expect([path, head.status]).toEqual([path, 200])
      expect([...head.headers]).toEqual([...get.headers])
      expect(head.body).toBeNull()
      await get.body?.cancel()
    }
    expect((await site.call('HEAD', '/streams/unknown')).status).toBe(404)
  })
})

describe('a body', () => {
  it('of 10 MB is refused with 413 before it is read', async () => {
    const site = createSite()
    for (const path of ['/streams', '/estimates']) {
      const { body, taken } = slowBody(10 * megabyte)
      expect(await errorOf(await site.handler(post(path, body)))).toMatchObject({
        status: 413,
        code: 'payload_too_large',
        message: expect.stringContaining('65536'),
      })
      expect(taken()).toBeLessThanOrEqual(65_536 + 2 * 16_384)
    }
  })

  it('that announces 10 MB is refused without a look', async () => {
    const { body, taken } = slowBody(10 * megabyte)
    const answer = await createSite().handler(
      post('/streams', body, { 'content-length': String(10 * megabyte) }),
    )
    expect([answer.status, taken()]).toEqual([413, 0])
  })

  it('of a webhook has a limit of its own', async () => {
    const { body, taken } = slowBody(10 * megabyte)
    const answer = await createSite().handler(post('/webhooks/memory', body))
    expect(answer.status).toBe(413)
    expect(taken()).toBeLessThanOrEqual(megabyte + 2 * 16_384)
  })

  it('may be limited otherwise', async () => {
    const site = createSite({ handler: { maxBodyBytes: 20 } })
    expect((await site.call('POST', '/streams', { as: 'ava', body: show })).status).toBe(201)
    expect((await site.call('POST', '/estimates', { body: { expectedViewers: 1 } })).status).toBe(413)
  })

  it.each([
    ['half of it', '{"title":'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['text', '"Show"'],
    ['what is no UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
    ['brackets without end', `{"title":"x","access":{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}}`],
  ])('that is %s is 400', async (_, body) => {
    const site = createSite()
    expect(await errorOf(await site.handler(post('/streams', body)))).toMatchObject({
      status: 400,
      code: 'invalid_input',
    })
    expect((await site.streaming.listStreams({})).items).toEqual([])
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'json'])(
    'sent as %s is 400, and says what to send',
    async (type) => {
      const answer = await createSite().handler(post('/streams', '{"title":"x"}', { 'content-type': type }))
      expect(await errorOf(answer)).toMatchObject({
        status: 400,
        message: expect.stringContaining('content-type: application/json'),
      })
    },
  )

  it('may say its charset', async () => {
    const type = { 'content-type': 'Application/JSON; charset=utf-8' }
    expect((await createSite().handler(post('/streams', JSON.stringify(show), type))).status).toBe(201)
  })

  it('with a bad field is 400 and names the field', async () => {
    const answer = await createSite().call('POST', '/streams', {
      as: 'ava',
      body: { title: 'x', quality: '8k' },
    })
    expect(await errorOf(answer)).toMatchObject({ status: 400, field: 'quality' })
  })

  it('cannot say who sends it', async () => {
    const body = { ...show, creatorId: 'noa' }
    const answer = await createSite().call('POST', '/streams', { as: 'ava', body })
    expect(await errorOf(answer)).toMatchObject({ status: 400, field: 'creatorId' })
  })
})

describe('a list', () => {
  it.each([
    ['cursor=a*b', 'cursor'],
    ['cursor=', 'cursor'],
    [`cursor=${'A'.repeat(600)}`, 'cursor'],
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=ten', 'limit'],
    ['status=gone', 'status'],
    ['status=live,', 'status'],
  ])('with %s is 400 and names %s', async (query, field) => {
    expect(await errorOf(await createSite().call('GET', `/streams?${query}`))).toMatchObject({
      status: 400,
      field,
    })
  })

  it('goes on where the page before ended, newest first', async () => {
    const site = createSite({ core: { eligibility: () => ({ eligible: true, verified: true }) } })
    for (let index = 0; index < 5; index++) {
      await site.open(`creator-${index}`)
      site.advance(1)
    }
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`
      const page = await (await site.call('GET', `/streams?limit=2&status=ready,live${query}`)).json()
      seen.push(...page.items.map(({ creatorId }: { creatorId: string }) => creatorId))
      cursor = page.nextCursor
    }
    expect(seen).toEqual(['creator-4', 'creator-3', 'creator-2', 'creator-1', 'creator-0'])
    const one = await (await site.call('GET', '/streams?creatorId=creator-3')).json()
    expect(one).toMatchObject({ items: [{ creatorId: 'creator-3' }], nextCursor: null })
  })
})
