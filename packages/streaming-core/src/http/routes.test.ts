import { describe, expect, it, test } from 'vitest'
import { createPlatform, origin } from './platform.fixture.ts'

type Person = 'anonymous' | 'stranger' | 'invited' | 'other creator' | 'owner'
const people: Record<Person, string | null> = {
  anonymous: null,
  stranger: 'sam',
  invited: 'vic',
  'other creator': 'creator2',
  owner: 'creator1',
}

/** Status by who asks, in the order of {@link people}. */
const table: readonly [string, string, unknown, readonly [number, number, number, number, number]][] = [
  ['POST', '/streams', { title: 'Another' }, [401, 403, 403, 201, 409]],
  ['GET', '/streams', undefined, [200, 200, 200, 200, 200]],
  ['GET', '/streams/ID', undefined, [200, 200, 200, 200, 200]],
  ['GET', '/streams/ID/ingest', undefined, [401, 403, 403, 403, 200]],
  ['POST', '/streams/ID/ingest/rotate', undefined, [401, 403, 403, 403, 200]],
  ['POST', '/streams/ID/playback', undefined, [403, 402, 200, 402, 200]],
  ['GET', '/streams/ID/status', undefined, [200, 200, 200, 200, 200]],
  ['GET', '/streams/ID/recordings', undefined, [403, 402, 200, 402, 200]],
  ['POST', '/estimates', {}, [200, 200, 200, 200, 200]],
  ['DELETE', '/streams/ID', undefined, [401, 403, 403, 403, 204]],
]

const cases = table.flatMap(([method, path, body, statuses]) =>
  (Object.keys(people) as Person[]).map((person, index) => ({
    method,
    path,
    body,
    person,
    status: statuses[index],
  })),
)

test.each(cases)('$method $path for $person is $status', async ({ method, path, body, person, status }) => {
  const platform = createPlatform()
  const { id } = await platform.open('creator1', {
    access: { for: ['vic'] },
    budget: { amount: '5000', currency: 'USD' },
  })
  const answer = await platform.call(people[person], method, path.replace('ID', id), body)
  expect(answer.status).toBe(status)
  if (status !== 204) expect(answer.headers.get('cache-control')).toBe('no-store')
  if (status !== undefined && status >= 400) {
    expect(answer.body.error).toEqual({
      code: expect.stringMatching(/^[a-z_]+$/),
      message: expect.stringMatching(/.{8}/),
    })
    expect(answer.text).not.toMatch(/token=|memory\.invalid|sk_/)
  }
  if (path.endsWith('/status')) expect('budget' in answer.body).toBe(person === 'owner')
})

describe('creating', () => {
  it('answers what the design says, and nothing that is secret or names people', async () => {
    const platform = createPlatform()
    const { status, body } = await platform.call('creator1', 'POST', '/streams', {
      title: '  A show  ',
      access: { for: ['vic'] },
    })
    expect(status).toBe(201)
    expect(body).toEqual({
      stream: {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        creatorId: 'creator1',
        title: 'A show',
        status: 'ready',
        adapterId: 'memory',
        delivery: 'hls',
        quality: 'hd',
        access: {},
        recording: false,
        createdAt: '2026-01-01T00:00:00.000Z',
        viewers: { current: 0, peak: 0 },
      },
      decision: expect.objectContaining({
        candidate: 'memory',
        adapterId: 'memory',
        reasons: [expect.any(String)],
      }),
    })
  })

  it('shows the part of the access rule that the platform chose', async () => {
    const platform = createPlatform({ publicAccess: (rule) => ({ isOpen: !('for' in rule) }) })
    const { id } = await platform.open('creator1', { access: { for: ['vic'] } })
    expect((await platform.call(null, 'GET', `/streams/${id}`)).body.stream.access).toEqual({ isOpen: false })
    expect((await platform.call(null, 'GET', '/streams')).body.items[0].access).toEqual({ isOpen: false })
  })

  it('is repeated by its key, and the key is its owner’s alone', async () => {
    const platform = createPlatform()
    const create = (user: string, title: string, key = 'k1') =>
      platform.call(user, 'POST', '/streams', { title }, { 'idempotency-key': key })
    const first = await create('creator1', 'One')
    const again = await create('creator1', 'One')
    expect([again.status, again.body]).toEqual([201, first.body])
    const reused = await create('creator1', 'Two')
    expect([reused.status, reused.body.error]).toEqual([
      409,
      { code: 'conflict', field: 'idempotencyKey', message: expect.stringContaining('another input') },
    ])
    expect((await create('creator2', 'One')).body.stream.id).not.toBe(first.body.stream.id)
    expect((await create('creator1', 'One', 'x'.repeat(256))).body.error.field).toBe('idempotencyKey')
  })

  it('opens one stream for 50 requests at once, with one key or with none', async () => {
    const platform = createPlatform()
    const create = (user: string, headers: Record<string, string>) =>
      platform.call(user, 'POST', '/streams', { title: 'One' }, headers)
    const keyless = await Promise.all(Array.from({ length: 50 }, () => create('creator1', {})))
    expect(keyless.filter(({ status }) => status === 201)).toHaveLength(1)
    const keyed = await Promise.all(
      Array.from({ length: 50 }, () => create('creator2', { 'idempotency-key': 'k' })),
    )
    expect(new Set(keyed.filter(({ status }) => status === 201).map(({ body }) => body.stream.id)).size).toBe(
      1,
    )
    expect(platform.adapter.control.channelIds()).toHaveLength(2)
  })
})

describe('bad input', () => {
  const fields: readonly [string, unknown][] = [
    ['title', {}],
    ['title', { title: '' }],
    ['title', { title: 'x'.repeat(201) }],
    ['title', { title: 'a\u0000b' }],
    ['method', { title: 'x', method: 'fax' }],
    ['interactive', { title: 'x', interactive: 'yes' }],
    ['expectedViewers', { title: 'x', expectedViewers: 1.5 }],
    ['durationHours', { title: 'x', durationHours: -1 }],
    ['quality', { title: 'x', quality: '8k' }],
    ['record', { title: 'x', record: 1 }],
    ['access', { title: 'x', access: 'all' }],
    ['access', { title: 'x', access: { list: 'x'.repeat(9000) } }],
    ['budget.amount', { title: 'x', budget: { amount: 50, currency: 'USD' } }],
    ['budget.amount', { title: 'x', budget: { amount: '-5', currency: 'USD' } }],
    ['budget.currency', { title: 'x', budget: { amount: '50', currency: 'usd' } }],
    ['creatorId', { title: 'x', creatorId: 'creator2' }],
  ]
  it.each(fields)('names %s in %j', async (field, body) => {
    const answer = await createPlatform().call('creator1', 'POST', '/streams', body)
    expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([
      400,
      'invalid_input',
      field,
    ])
    expect(answer.body.error.message.length).toBeGreaterThan(field.length + 8)
  })

  const requests: readonly [string, string, string, unknown, Record<string, string>, number][] = [
    ['JSON that ends early', 'POST', '/streams', '{"title":', {}, 400],
    ['bytes that are no UTF-8', 'POST', '/streams', 'ÿ', { 'content-type': 'text/plain' }, 400],
    ['a list', 'POST', '/streams', [1], {}, 400],
    ['a form', 'POST', '/streams', 'title=x', { 'content-type': 'application/x-www-form-urlencoded' }, 400],
    ['a cursor of one’s own', 'GET', '/streams?cursor=e30', undefined, {}, 400],
    ['a cursor of escapes', 'GET', '/streams?cursor=%00%ff', undefined, {}, 400],
    ['an unknown status', 'GET', '/streams?status=live,asleep', undefined, {}, 400],
    ['a limit of 0', 'GET', '/streams?limit=0', undefined, {}, 400],
    ['a limit that is no number', 'GET', '/streams?limit=ten', undefined, {}, 400],
    ['a last event that is no number', 'GET', '/streams/ID/events', undefined, { 'last-event-id': 'x' }, 400],
    ['an id that is none', 'GET', '/streams/..%2f..', undefined, {}, 404],
    ['an id without end', 'GET', `/streams/${'a'.repeat(5000)}`, undefined, {}, 404],
    ['an unknown route', 'GET', '/nothing', undefined, {}, 404],
    ['an empty segment', 'GET', '/streams//status', undefined, {}, 404],
    ['a method that is not there', 'PATCH', '/streams/ID', undefined, {}, 405],
    ['an unknown adapter', 'POST', '/webhooks/nobody', {}, {}, 404],
    ['a webhook that nobody signed', 'POST', '/webhooks/memory', {}, {}, 401],
    ['another site', 'POST', '/streams', { title: 'x' }, { 'sec-fetch-site': 'cross-site' }, 403],
    ['another origin', 'POST', '/streams', { title: 'x' }, { origin: 'https://evil.example' }, 403],
  ]
  it.each(requests)('%s is refused', async (_, method, path, body, headers, status) => {
    const platform = createPlatform()
    const { id } = await platform.open('creator2')
    const answer = await platform.call('creator1', method, path.replace('ID', id), body, headers)
    expect(answer.status).toBe(status)
    expect(answer.body.error.message).toMatch(/.{8}/)
    expect(answer.text).not.toMatch(/\.ts:|node_modules|stack/)
    expect((await platform.call(null, 'GET', '/streams?creatorId=creator1')).body.items).toEqual([])
  })

  it('a body of 10 MB is refused by its announcement, and without one after 64 KiB', async () => {
    const { handler } = createPlatform()
    const post = (init: RequestInit) =>
      handler(
        new Request(`${origin}/api/streaming/streams`, {
          method: 'POST',
          ...init,
          headers: { 'x-user': 'creator1', 'content-type': 'application/json', ...init.headers },
        }),
      )
    const announced = await post({ body: 'x', headers: { 'content-length': '10000000' } })
    expect(announced.status).toBe(413)
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 16_384
        controller.enqueue(new Uint8Array(16_384))
      },
    })
    const answer = await post({ body: endless, duplex: 'half' } as RequestInit)
    expect([answer.status, (await answer.json()).error.code]).toEqual([413, 'payload_too_large'])
    expect(sent).toBeLessThan(200_000)
  })

  it('what breaks inside stays inside', async () => {
    const platform = createPlatform({
      authenticate: () => {
        throw new Error('password of the database: hunter2')
      },
    })
    const answer = await platform.call(null, 'GET', '/streams')
    expect([answer.status, answer.body.error.code]).toEqual([500, 'internal'])
    expect(answer.text).not.toContain('hunter2')
    expect(platform.logged).toHaveLength(1)
  })
})

describe('a list', () => {
  it('pages through everything once, newest first', async () => {
    const platform = createPlatform()
    for (let index = 0; index < 7; index++) {
      platform.wait(1)
      await platform.open(`creator${index}`)
    }
    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await platform.call(null, 'GET', `/streams?limit=3${cursor && `&cursor=${cursor}`}`)
      seen.push(...body.items.map((item: { creatorId: string }) => item.creatorId))
      cursor = body.nextCursor
    } while (cursor)
    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((index) => `creator${index}`))
  })

  it('filters by status and creator', async () => {
    const platform = createPlatform()
    const { channelId } = await platform.open('creator1')
    await platform.open('creator2')
    await platform.streaming.applyEvent('memory', platform.adapter.control.goLive(channelId))
    const creators = async (query: string) =>
      (await platform.call(null, 'GET', `/streams?${query}`)).body.items.map(
        (item: { creatorId: string }) => item.creatorId,
      )
    expect(await creators('status=live')).toEqual(['creator1'])
    expect((await creators('status=live,ready')).sort()).toEqual(['creator1', 'creator2'])
    expect(await creators('creatorId=creator2')).toEqual(['creator2'])
  })
})

it('HEAD is GET without a body, and 405 names what the route takes', async () => {
  const platform = createPlatform()
  const { id } = await platform.open('creator1')
  const head = await platform.call(null, 'HEAD', `/streams/${id}`)
  expect([head.status, head.text, head.headers.get('content-type')]).toEqual([
    200,
    '',
    'application/json; charset=utf-8',
  ])
  const wrong = await platform.call(null, 'PUT', `/streams/${id}`)
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, DELETE'])
})

it('ends a stream once and again, also for 50 requests at once', async () => {
  const platform = createPlatform()
  const { id } = await platform.open('creator1')
  const ends = await Promise.all(
    Array.from({ length: 50 }, () => platform.call('creator1', 'DELETE', `/streams/${id}`)),
  )
  expect(new Set(ends.map(({ status }) => status))).toEqual(new Set([204]))
  expect((await platform.call('creator1', 'DELETE', `/streams/${id}`)).status).toBe(204)
  expect(platform.adapter.control.channelIds()).toEqual([])
  const log = await platform.streaming.listEvents(id, 0)
  expect(log.filter(({ type }) => type === 'stream.ended')).toHaveLength(1)
})

it('takes a signed webhook, and a repeated one without effect', async () => {
  const platform = createPlatform()
  const { id, channelId } = await platform.open('creator1')
  const event = platform.adapter.control.goLive(channelId)
  const url = `${origin}/api/streaming/webhooks/memory`
  for (let index = 0; index < 3; index++) {
    const request = await platform.adapter.control.signTestWebhook(event, url)
    expect((await platform.handler(request)).status).toBe(200)
  }
  expect((await platform.call(null, 'GET', `/streams/${id}/status`)).body.status).toBe('live')
  const log = await platform.streaming.listEvents(id, 0)
  expect(log.map(({ type }) => type)).toEqual(['stream.created', 'stream.started'])
})

it('the stream key is in its owner’s ingest answer and nowhere else', async () => {
  const platform = createPlatform()
  const { id, channelId } = await platform.open('creator1')
  const key = (await platform.call('creator1', 'GET', `/streams/${id}/ingest`)).body.streamKey
  const rotated = (await platform.call('creator1', 'POST', `/streams/${id}/ingest/rotate`)).body.streamKey
  expect(rotated).not.toBe(key)
  await platform.streaming.applyEvent('memory', platform.adapter.control.goLive(channelId))
  platform.adapter.control.failNext('endChannel', 'before')
  const seen: string[] = []
  for (const user of Object.values(people)) {
    for (const path of ['/streams', `/streams/${id}`, `/streams/${id}/status`, `/streams/${id}/recordings`]) {
      seen.push((await platform.call(user, 'GET', path)).text)
    }
    seen.push((await platform.call(user, 'POST', `/streams/${id}/playback`)).text)
    if (user !== 'creator1') seen.push((await platform.call(user, 'GET', `/streams/${id}/ingest`)).text)
  }
  seen.push((await platform.call('creator1', 'DELETE', `/streams/${id}`)).text)
  seen.push(JSON.stringify(await platform.streaming.listEvents(id, 0)))
  seen.push(JSON.stringify(await platform.streaming.getStream(id)), JSON.stringify(platform.logged))
  expect(platform.logged.length).toBeGreaterThan(0)
  for (const secret of [key, rotated]) expect(seen.filter((text) => text.includes(secret))).toEqual([])
})
