import { expect, test, vi } from 'vitest'
import { StreamingError } from '../errors.ts'
import { createPlatform, origin } from '../http/platform.fixture.ts'
import { createStreamingClient } from './streaming-client.ts'
import type { ConnectionState, StreamUpdate } from './subscribe.ts'

type Fetch = (input: string, init: RequestInit) => Promise<Response>

/** A client that reaches the handler without a network; `through` may stand in the way. */
function setUp(user: string | null, through: (forward: Fetch) => Fetch = (forward) => forward) {
  const platform = createPlatform()
  const requests: string[] = []
  const clientOf = (who: string | null) =>
    createStreamingClient({
      baseUrl: `${origin}/api/streaming/`,
      headers: who === null ? {} : { 'x-user': who },
      fetch: through(async (input, init) => {
        init.signal?.throwIfAborted()
        requests.push(`${init.method ?? 'GET'} ${input.replace(`${origin}/api/streaming`, '')}`)
        // What a browser sends of its own accord is not for a server's `Request`.
        const { credentials: _, ...rest } = init
        return platform.handler(new Request(input, rest))
      }),
    })
  return { ...platform, client: clientOf(user), clientOf, requests }
}

test('every method reaches its route', async () => {
  const { client, clientOf, streaming, adapter, requests } = setUp('creator1')
  const { stream, decision } = await client.createStream({ title: 'A show', access: { for: ['vic'] } })
  expect([stream.status, decision.adapterId]).toEqual(['ready', 'memory'])
  expect(await client.getStream(stream.id)).toEqual(stream)
  const ingest = await client.getIngest(stream.id)
  const rotated = await client.rotateIngest(stream.id)
  expect(ingest.type === 'rtmps' && rotated.type === 'rtmps' && ingest.streamKey !== rotated.streamKey).toBe(
    true,
  )
  const { channel } = await streaming.getStream(stream.id)
  await streaming.applyEvent('memory', adapter.control.goLive(channel?.id ?? ''))
  expect(await client.getStatus(stream.id)).toMatchObject({
    status: 'live',
    viewers: { current: 0, peak: 0 },
  })
  expect((await client.listStreams({ status: ['live'] })).items.map(({ id }) => id)).toEqual([stream.id])
  expect(await clientOf('vic').getPlayback(stream.id)).toMatchObject({
    allowed: true,
    playback: { type: 'hls' },
  })
  expect(await client.listRecordings(stream.id)).toEqual({ items: [], nextCursor: null })
  expect((await client.estimate({ expectedViewers: 10 })).quotes).toHaveLength(1)
  expect(await client.endStream(stream.id)).toBeUndefined()
  expect(await client.endStream(stream.id)).toBeUndefined()
  expect(requests[0]).toBe('POST /streams')
  expect(requests).toContain(`GET /streams?status=live`)
})

test('a denial is an answer with what would open the door, and no error', async () => {
  const { client, clientOf } = setUp('creator1')
  const { stream } = await client.createStream({ title: 'A show', access: { for: [] } })
  expect(await clientOf('sam').getPlayback(stream.id)).toEqual({
    allowed: false,
    denial: { reason: 'buy_ticket', offers: [expect.objectContaining({ id: 't', kind: 'ticket' })] },
  })
  expect(await clientOf(null).getPlayback(stream.id)).toMatchObject({ denial: { reason: 'sign_in' } })
})

test('walks through every stream of a list', async () => {
  const { client, open, wait } = setUp(null)
  for (let index = 0; index < 5; index++) {
    wait(1)
    await open(`creator${index}`)
  }
  const creators: string[] = []
  for await (const { creatorId } of client.iterateStreams({ limit: 2 })) creators.push(creatorId)
  expect(creators).toEqual(['creator4', 'creator3', 'creator2', 'creator1', 'creator0'])
})

test.each([
  [
    'the server’s own error',
    'creator1',
    { title: '' },
    { code: 'invalid_input', field: 'title', status: 400 },
  ],
  ['who is not signed in', null, { title: 'x' }, { code: 'unauthenticated', status: 401 }],
  ['who may not', 'vic', { title: 'x' }, { code: 'forbidden', message: 'Only creators go live.' }],
])('throws %s as a typed error', async (_, user, input, expected) => {
  const attempt = setUp(user).client.createStream(input)
  await expect(attempt).rejects.toBeInstanceOf(StreamingError)
  await expect(attempt).rejects.toMatchObject(expected)
})

test('a lost answer is asked for again under the same key, and makes no second stream', async () => {
  let losses = 2
  const { client, adapter, requests } = setUp('creator1', (forward) => async (input, init) => {
    const response = await forward(input, init)
    if (losses-- > 0) throw new TypeError('the connection was reset')
    return response
  })
  const { stream } = await client.createStream({ title: 'A show' })
  expect(requests).toEqual(['POST /streams', 'POST /streams', 'POST /streams'])
  expect(adapter.control.channelIds()).toEqual([`channel-${stream.id}`])
})

test('what must not be repeated is sent once', async () => {
  const { client, open, requests } = setUp('creator1', (forward) => async (input, init) => {
    await forward(input, init)
    throw new TypeError('the connection was reset')
  })
  const { id } = await open('creator1')
  await expect(client.rotateIngest(id)).rejects.toMatchObject({
    code: 'provider_unavailable',
    retryable: true,
  })
  expect(requests).toHaveLength(1)
})

test('a proxy’s page is a typed error too, after three tries', async () => {
  let tries = 0
  const { client } = setUp(null, () => async () => {
    tries++
    return new Response('<h1>502 Bad Gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } })
  })
  await expect(client.listStreams()).rejects.toMatchObject({
    code: 'provider_unavailable',
    message: 'The server answered 502.',
  })
  expect(tries).toBe(3)
})

test('an aborted call says so and is not repeated', async () => {
  const { client, requests } = setUp(null)
  await expect(client.listStreams({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'aborted',
  })
  expect(requests).toEqual([])
})

test('a subscription takes up where its connection broke, with every event once', async () => {
  const connections: string[] = []
  let cut = () => {}
  const { client, open, streaming, adapter } = setUp(null, (forward) => async (input, init) => {
    connections.push(new Headers(init.headers).get('last-event-id') ?? 'from the start')
    const breaking = new AbortController()
    cut = () => breaking.abort()
    const signal = init.signal ? AbortSignal.any([init.signal, breaking.signal]) : breaking.signal
    return forward(input, { ...init, signal })
  })
  const { id, channelId } = await open('creator1')
  const updates: StreamUpdate[] = []
  const states: ConnectionState[] = []
  const ending = new AbortController()
  client.subscribe(id, {
    onUpdate: (update) => void updates.push(update),
    onConnectionChange: (state) => void states.push(state),
    signal: ending.signal,
  })
  const logged = () => updates.flatMap((update) => ('seq' in update ? [update.seq] : []))
  await vi.waitFor(() => expect(logged()).toEqual([1]))
  cut()
  await streaming.applyEvent('memory', adapter.control.goLive(channelId))
  await streaming.endStream({ userId: 'creator1' }, id)
  await vi.waitFor(() => expect(logged()).toEqual([1, 2, 3]), 5000)
  expect(connections).toEqual(['from the start', '1'])
  expect(states).toEqual(['connecting', 'open', 'waiting', 'connecting', 'open'])
  ending.abort()
  await vi.waitFor(() => expect(states.at(-1)).toBe('open'))
  expect(connections).toHaveLength(2)
})

test('a subscription to what is not there is over at once', async () => {
  const { client, requests } = setUp(null)
  const states: ConnectionState[] = []
  client.subscribe('nothere', {
    onUpdate: () => {},
    onConnectionChange: (state) => void states.push(state),
    signal: new AbortController().signal,
  })
  await vi.waitFor(() => expect(states).toEqual(['connecting', 'refused']))
  expect(requests).toHaveLength(1)
})
