import { expect, it } from 'vitest'
import type { AccessDecision } from './access.ts'
import type { StreamingAdapter } from './adapter.ts'
import { createStreaming } from './create-streaming.ts'
import { createStreamingHandler } from './http/streaming-handler.ts'
import { memory } from './memory-adapter.ts'
import { memoryStreamStore } from './memory-stream-store.ts'

/** A platform on a provider that writes down whom it threw out. */
async function setUp() {
  const thrownOut: string[] = []
  let fails = false
  let answer: AccessDecision = { allowed: true }
  const revocation: NonNullable<StreamingAdapter['revocation']> = {
    revoke: async (_channel, userIds) => {
      if (fails) throw new Error('the provider is away')
      thrownOut.push(...userIds)
    },
  }
  const provider = memory({ delivery: 'webrtc' })
  const streaming = createStreaming({
    adapters: [{ ...provider, revocation }],
    store: memoryStreamStore(),
    access: () => answer,
    eligibility: () => ({ eligible: true, verified: true }),
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
    join,
    setAccess: (next: AccessDecision) => {
      answer = next
    },
    setFailing: (next: boolean) => {
      fails = next
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
