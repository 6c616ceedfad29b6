import { createTestSource } from '@stagedoor/ivs-local'
import { createStreaming, type HostAccess, memoryStreamStore } from '@stagedoor/streaming-core'
import { expect, it } from 'vitest'
import { show, useFaultyIvs } from './faulty-ivs.fixture.ts'
import { until, webhookSecret } from './local-ivs.fixture.ts'
import { signTestWebhook } from './webhook.ts'

const target = useFaultyIvs('each')
const ava = { userId: 'ava' }

function platform() {
  let isUp = true
  const adapter = target.adapter()
  const store = memoryStreamStore()
  const streaming = createStreaming({
    adapters: [adapter],
    store: {
      ...store,
      transition: (change) => (isUp ? store.transition(change) : Promise.reject(new Error('crashed'))),
    },
    access: () => ({ allowed: true }),
    eligibility: () => ({ eligible: true, verified: true }),
    creationTimeoutSeconds: 0,
  })
  const setUp = (value: boolean) => {
    isUp = value
  }
  return { adapter, streaming, setUp }
}

const push = (access: HostAccess) =>
  createTestSource({ url: access.url, streamKey: access.type === 'rtmps' ? access.streamKey.reveal() : '' })

it('a show runs from creation to its end, by events alone', async () => {
  const { streaming, adapter } = platform()
  const { stream, decision } = await streaming.createStream(ava, { title: 'A show' })
  expect(decision.candidate).toBe('ivs-channel')
  const source = push(await streaming.getIngest(ava, stream.id))
  await source.start()
  let delivered = 0
  const deliver = async () => {
    for (; delivered < target.running.events.length; delivered++) {
      const event = target.running.events[delivered] ?? {}
      await streaming.receiveWebhook('ivs', signTestWebhook({ event, secret: webhookSecret }))
    }
    return (await streaming.getStream(stream.id)).status
  }
  await until(async () => (await deliver()) === 'live', 'the show')
  source.stop()
  await until(async () => (await deliver()) === 'interrupted', 'the loss of the encoder')
  await streaming.endStream(ava, stream.id)
  expect((await streaming.getStream(stream.id)).status).toBe('ended')
  for await (const state of adapter.listChannels()) expect.unreachable(state.channel.id)
})

it('a crash between the channel and the store is mended by the reconciler, and viewers get in', async () => {
  const { streaming, setUp } = platform()
  setUp(false)
  await expect(streaming.createStream(ava, { title: 'A show' })).rejects.toThrow()
  setUp(true)
  expect(await streaming.reconcile()).toMatchObject({ corrected: 1, problems: [] })
  const { items } = await streaming.listStreams({})
  const stream = items[0]
  if (!stream) throw new Error('the stream is gone')
  const source = push(await streaming.getIngest(ava, stream.id))
  await source.start()
  await until(async () => {
    await streaming.reconcile()
    return (await streaming.getStream(stream.id)).status === 'live'
  }, 'the show')
  const playback = await streaming.getPlayback({ userId: 'vic' }, stream.id)
  const url = playback.allowed && playback.access.type === 'hls' ? playback.access.url.reveal() : ''
  expect((await fetch(url)).status).toBe(200)
  await streaming.endStream(ava, stream.id)
  source.stop()
})

it('a channel that no stream owns is deleted, live or not, and those of others are left alone', async () => {
  const { streaming, adapter } = platform()
  const orphan = await adapter.createChannel(show)
  await target.running.local.startTestSource(orphan.id)
  const foreign = await target.adapter({ namespace: 'other' }).createChannel(show)
  expect(await streaming.reconcile()).toMatchObject({ deletedChannels: 1, problems: [] })
  expect(await adapter.getChannel(orphan)).toBeNull()
  expect(await adapter.getChannel(foreign)).not.toBeNull()
})
