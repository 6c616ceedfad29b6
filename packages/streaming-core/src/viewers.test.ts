import { describe, expect, it } from 'vitest'
import type { AccessDecision } from './access.ts'
import type { StreamingAdapter } from './adapter.ts'
import { createStreaming } from './create-streaming.ts'
import { memoryEventBus } from './event-bus.ts'
import { createStreamingHandler } from './http/streaming-handler.ts'
import { memory } from './memory-adapter.ts'
import { memoryStreamStore } from './memory-stream-store.ts'
import type { RecheckScope } from './streaming.ts'

/** A platform on a provider that writes down whom it threw out, and a bus that writes down whom it told what. */
async function setUp(options: { isLasting?: boolean } = {}) {
  const thrownOut: string[] = []
  const told: string[] = []
  const warned: string[] = []
  let fails = false
  let isBusDown = false
  let answer: AccessDecision = { allowed: true }
  const revocation: NonNullable<StreamingAdapter['revocation']> = {
    ...(options.isLasting === undefined ? {} : { isLasting: options.isLasting }),
    revoke: async (_channel, userIds) => {
      if (fails) throw new Error('the provider is away')
      thrownOut.push(...userIds)
    },
  }
  const provider = memory({ delivery: 'webrtc' })
  const inner = memoryEventBus()
  const streaming = createStreaming({
    adapters: [{ ...provider, revocation }],
    store: memoryStreamStore(),
    bus: {
      ...inner,
      publish: async (message) => {
        if (isBusDown) throw new Error('the bus is away')
        if (message.type === 'viewer.access_changed') {
          told.push(`${message.userId} ${message.allowed ? 'in' : 'out'} of ${message.streamId}`)
        }
        await inner.publish(message)
      },
    },
    access: () => answer,
    eligibility: () => ({ eligible: true, verified: true }),
    logger: { info: () => {}, warn: (message) => warned.push(message), error: () => {} },
  })
  const { stream } = await streaming.createStream({ userId: 'ava' }, { title: 'A show' })
  const channelId = stream.channel?.id ?? ''
  let counter = 0
  const join = (userId: string) =>
    streaming.applyEvent('memory', {
      id: `join-${++counter}`,
      type: 'viewer.joined',
      channelId,
      userId,
      occurredAt: new Date().toISOString(),
    })
  return {
    streaming,
    stream,
    thrownOut,
    told,
    warned,
    join,
    setAccess: (next: AccessDecision) => {
      answer = next
    },
    setFailing: (next: boolean) => {
      fails = next
    },
    setBusDown: (next: boolean) => {
      isBusDown = next
    },
  }
}

const ava = { userId: 'ava' }
const banned = { allowed: false, denial: { reason: 'banned', offers: [] } }

it('a removed viewer is thrown out, gets no access, and is thrown out whenever they come back', async () => {
  const { streaming, stream, thrownOut, join } = await setUp()
  await streaming.removeViewer(ava, stream.id, 'vic')
  expect(await streaming.getPlayback({ userId: 'vic' }, stream.id)).toEqual(banned)
  expect(await streaming.getPlayback({ userId: 'sam' }, stream.id)).toMatchObject({ allowed: true })
  await join('vic')
  await join('sam')
  await streaming.reconcile()
  expect(thrownOut).toEqual(['vic', 'vic', 'vic'])
})

it('who comes in after the platform has changed its mind is thrown out', async () => {
  const { thrownOut, join, setAccess } = await setUp()
  await join('vic')
  setAccess({ allowed: false, reason: 'subscribe', offers: [] })
  await join('vic')
  await join('ava')
  expect(thrownOut).toEqual(['vic'])
})

it('a ban stands though the provider was away, and the reconciler carries it out', async () => {
  const { streaming, stream, thrownOut, setFailing } = await setUp()
  setFailing(true)
  await expect(streaming.removeViewer(ava, stream.id, 'vic')).rejects.toMatchObject({
    code: 'provider_unavailable',
  })
  setFailing(false)
  expect(await streaming.getPlayback({ userId: 'vic' }, stream.id)).toEqual(banned)
  await streaming.reconcile()
  expect(thrownOut).toEqual(['vic'])
})

it('a restored viewer may come back', async () => {
  const { streaming, stream, thrownOut, join } = await setUp()
  await streaming.removeViewer(ava, stream.id, 'vic')
  await streaming.restoreViewer(ava, stream.id, 'vic')
  await join('vic')
  expect(thrownOut).toEqual(['vic'])
  expect(await streaming.getPlayback({ userId: 'vic' }, stream.id)).toMatchObject({ allowed: true })
})

it('only the creator removes viewers, and not themselves', async () => {
  const { streaming, stream, thrownOut } = await setUp()
  const handler = createStreamingHandler(streaming, {
    authenticate: (request) => ({ userId: request.headers.get('x-user') ?? '' }),
  })
  const call = async (user: string, method: string, viewer: string) => {
    const url = `https://example.com/api/streaming/streams/${stream.id}/viewers/${viewer}`
    return (await handler(new Request(url, { method, headers: { 'x-user': user } }))).status
  }
  expect(await call('vic', 'DELETE', 'sam')).toBe(403)
  expect(await call('ava', 'DELETE', 'ava')).toBe(400)
  expect(await call('ava', 'DELETE', 'x'.repeat(256))).toBe(400)
  expect(await call('ava', 'DELETE', encodeURIComponent('auth0|sam'))).toBe(204)
  expect(await call('vic', 'PUT', 'sam')).toBe(403)
  expect(await call('ava', 'PUT', encodeURIComponent('auth0|sam'))).toBe(204)
  expect(thrownOut).toEqual(['auth0|sam'])
})

describe('where what was revoked stays revoked', () => {
  it('the reconciler throws a removed viewer out once, and again only when they were let in between', async () => {
    const { streaming, stream, thrownOut } = await setUp({ isLasting: true })
    await streaming.removeViewer(ava, stream.id, 'vic')
    for (let run = 0; run < 3; run++) await streaming.reconcile()
    expect(thrownOut).toEqual(['vic', 'vic'])
    await streaming.restoreViewer(ava, stream.id, 'vic')
    await streaming.removeViewer(ava, stream.id, 'vic')
    for (let run = 0; run < 3; run++) await streaming.reconcile()
    expect(thrownOut).toEqual(['vic', 'vic', 'vic', 'vic'])
  })

  it('the reconciler forgets who was let in elsewhere', async () => {
    const { streaming, stream, thrownOut } = await setUp({ isLasting: true })
    const at = '2026-01-01T00:00:00.000Z'
    await streaming.store.denyViewer(stream.id, 'vic', at)
    await streaming.reconcile()
    await streaming.store.allowViewer(stream.id, 'vic')
    await streaming.reconcile()
    await streaming.store.denyViewer(stream.id, 'vic', at)
    await streaming.reconcile()
    expect(thrownOut).toEqual(['vic', 'vic'])
  })

  it('the reconciler carries out what failed, a few at a time', async () => {
    const { streaming, stream, thrownOut, setFailing } = await setUp({ isLasting: true })
    setFailing(true)
    const viewers = Array.from({ length: 130 }, (_, index) => `viewer-${String(index).padStart(3, '0')}`)
    for (const viewer of viewers) {
      await expect(streaming.removeViewer(ava, stream.id, viewer)).rejects.toThrow()
    }
    expect((await streaming.reconcile()).problems).toHaveLength(1)
    setFailing(false)
    await streaming.reconcile()
    expect(thrownOut).toEqual(viewers.slice(0, 20))
    for (let run = 0; run < 10; run++) await streaming.reconcile()
    expect(thrownOut).toEqual(viewers)
  })
})

describe('a viewer’s pages', () => {
  it('are told of a removal, though the provider is away', async () => {
    const { streaming, stream, told, setFailing } = await setUp()
    await streaming.removeViewer(ava, stream.id, 'vic')
    setFailing(true)
    await expect(streaming.removeViewer(ava, stream.id, 'sam')).rejects.toMatchObject({
      code: 'provider_unavailable',
    })
    expect(told).toEqual([`vic out of ${stream.id}`, `sam out of ${stream.id}`])
  })

  it('may not be told while the bus is away, and the viewer is thrown out all the same', async () => {
    const { streaming, stream, thrownOut, told, warned, setBusDown } = await setUp()
    setBusDown(true)
    await streaming.removeViewer(ava, stream.id, 'vic')
    expect([thrownOut, told, warned]).toEqual([['vic'], [], ['event bus failed']])
  })
})

describe('recheckViewer', () => {
  const no: AccessDecision = { allowed: false, reason: 'subscribe', offers: [] }

  it('throws out who may not watch any more, and tells their pages either way', async () => {
    const { streaming, stream, thrownOut, told, setAccess } = await setUp()
    await streaming.recheckViewer('vic', { streamId: stream.id })
    expect(thrownOut).toEqual([])
    setAccess(no)
    await streaming.recheckViewer('vic', { streamId: stream.id })
    expect(thrownOut).toEqual(['vic'])
    expect(told).toEqual([`vic in of ${stream.id}`, `vic out of ${stream.id}`])
  })

  it('keeps nobody out: who pays again gets in', async () => {
    const { streaming, stream, setAccess } = await setUp()
    setAccess(no)
    await streaming.recheckViewer('vic', { streamId: stream.id })
    setAccess({ allowed: true })
    expect(await streaming.getPlayback({ userId: 'vic' }, stream.id)).toMatchObject({ allowed: true })
  })

  it('looks at every open stream of a creator, and at nobody else’s', async () => {
    const { streaming, stream, thrownOut, told, setAccess } = await setUp()
    await streaming.endStream(ava, stream.id)
    const { stream: second } = await streaming.createStream(ava, { title: 'Another show' })
    await streaming.createStream({ userId: 'noa' }, { title: 'Somebody else’s' })
    setAccess(no)
    await streaming.recheckViewer('vic', { creatorId: 'ava' })
    expect(thrownOut).toEqual(['vic'])
    expect(told).toEqual([`vic out of ${second.id}`])
    await streaming.recheckViewer('vic', { creatorId: 'nobody' })
    expect(told).toHaveLength(1)
  })

  it('tells the creator, and does not throw them out of their own stream', async () => {
    const { streaming, stream, thrownOut, told, setAccess } = await setUp()
    setAccess(no)
    await streaming.recheckViewer('ava', { streamId: stream.id })
    expect([thrownOut, told]).toEqual([[], [`ava out of ${stream.id}`]])
  })

  it('tells the pages of a stream that is over, where there is nothing to throw anybody out of', async () => {
    const { streaming, stream, thrownOut, told, setAccess } = await setUp()
    await streaming.endStream(ava, stream.id)
    setAccess(no)
    await streaming.recheckViewer('vic', { streamId: stream.id })
    expect([thrownOut, told]).toEqual([[], [`vic out of ${stream.id}`]])
  })

  it('fails as the provider does, after the pages were told', async () => {
    const { streaming, stream, thrownOut, told, setAccess, setFailing } = await setUp()
    setAccess(no)
    setFailing(true)
    const failure = { code: 'provider_unavailable', provider: 'memory' }
    await expect(streaming.recheckViewer('vic', { creatorId: 'ava' })).rejects.toMatchObject(failure)
    expect(told).toEqual([`vic out of ${stream.id}`])
    setFailing(false)
    await streaming.recheckViewer('vic', { creatorId: 'ava' })
    expect(thrownOut).toEqual(['vic'])
  })

  it.each([
    ['userId', '', { streamId: 's1' }],
    ['userId', 'x'.repeat(256), { streamId: 's1' }],
    ['scope', 'vic', {}],
    ['scope', 'vic', { streamId: 's1', creatorId: 'ava' }],
    ['scope', 'vic', null],
    ['scope.streamId', 'vic', { streamId: 7 }],
    ['scope.creatorId', 'vic', { creatorId: '' }],
  ])('names %s as what is wrong', async (field, userId, scope) => {
    const { streaming } = await setUp()
    const failure = { code: 'invalid_input', field, message: expect.stringContaining('takes') }
    await expect(streaming.recheckViewer(userId, scope as RecheckScope)).rejects.toMatchObject(failure)
  })

  it('does not find a stream that is not there', async () => {
    const { streaming } = await setUp()
    const failure = { code: 'not_found' }
    await expect(streaming.recheckViewer('vic', { streamId: 'nothere' })).rejects.toMatchObject(failure)
  })
})
