import { createStreaming, memoryStreamStore, type Streaming } from '@stagedoor/streaming-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { openStudio, type Seat, type Studio } from './browser.fixture.ts'
import { livekit } from './livekit.ts'
import { type LivekitServer, startLivekitServer } from './livekit-server.fixture.ts'
import { waitFor } from './wait-for.fixture.ts'

let server: LivekitServer
let studio: Studio
let streaming: Streaming
let banned: Set<string>

beforeAll(async () => {
  server = await startLivekitServer()
  studio = await openStudio()
}, 60_000)

afterAll(async () => {
  await studio?.close()
  await server?.close()
})

beforeEach(() => {
  banned = new Set()
  streaming = createStreaming({
    adapters: [livekit(server.options)],
    store: memoryStreamStore(),
    access: ({ userId }) =>
      userId !== null && banned.has(userId)
        ? { allowed: false, reason: 'banned', offers: [] }
        : { allowed: true },
    eligibility: () => ({ eligible: true, verified: true }),
  })
  server.onWebhook = (request) => void streaming.receiveWebhook('livekit', request)
})

const ava = { userId: 'ava' }

async function goLive() {
  const { stream, decision } = await streaming.createStream(ava, { title: 'A show' })
  expect(decision).toMatchObject({ adapterId: 'livekit', publishing: 'browser' })
  const access = await streaming.getIngest(ava, stream.id)
  if (access.type !== 'webrtc') throw new Error('A browser needs a token.')
  const seat = { url: access.url, token: access.token.reveal() }
  const host = await studio.publish(seat)
  return { id: stream.id, channelId: stream.channel?.id ?? '', seat, host }
}

async function seatFor(userId: string | null, streamId: string): Promise<Seat> {
  const playback = await streaming.getPlayback({ userId }, streamId)
  if (!playback.allowed || playback.access.type !== 'webrtc') throw new Error('There is no seat.')
  return { url: playback.access.url, token: playback.access.token.reveal() }
}

const statusIs = (id: string, status: string) =>
  waitFor(async () => (await streaming.getStream(id)).status === status, `the stream to be ${status}`)
const viewersAre = (id: string, count: number) =>
  waitFor(async () => (await streaming.getStream(id)).viewers.current === count, `${count} viewers`)
const isThrownOut = (page: { evaluate(script: string): Promise<unknown> }) =>
  waitFor(() => page.evaluate('window.state.disconnected !== null'), 'the viewer to be thrown out')

/** The reconciler runs again and again, as on a platform: LiveKit lists somebody a moment after they came. */
const reconciledUntil = (isSo: () => Promise<unknown>) =>
  waitFor(async () => {
    await streaming.reconcile()
    return isSo()
  }, 'the reconciler to find out')
const reconciledUntilThrownOut = (page: { evaluate(script: string): Promise<unknown> }) =>
  reconciledUntil(() => page.evaluate('window.state.disconnected !== null'))

it('status and viewers follow the webhooks: publish, watch, leave, come back, end', async () => {
  const { id, host, seat } = await goLive()
  await statusIs(id, 'live')
  const viewer = await studio.watch(await seatFor('vic', id))
  await studio.watch(await seatFor(null, id))
  await viewersAre(id, 2)
  await viewer.evaluate('window.room.disconnect()')
  await viewersAre(id, 1)

  await host.evaluate('window.room.disconnect()')
  await statusIs(id, 'interrupted')
  const again = await studio.publish(seat)
  await statusIs(id, 'live')
  const types = (await streaming.listEvents(id, 0)).map(({ type }) => type)
  expect(types).toEqual(['stream.created', 'stream.started', 'stream.interrupted', 'stream.resumed'])

  await streaming.endStream(ava, id)
  await isThrownOut(again)
  for await (const { streamId } of livekit(server.options).listChannels()) expect(streamId).not.toBe(id)
}, 90_000)

it('with webhooks switched off, the reconciler finds out the same', async () => {
  server.onWebhook = () => {}
  const { id, host, seat } = await goLive()
  const after = async (status: string, viewers: number) =>
    waitFor(async () => {
      await streaming.reconcile()
      const stream = await streaming.getStream(id)
      return stream.status === status && stream.viewers.current === viewers
    }, `${status} with ${viewers} viewers`)
  await after('live', 0)
  const viewer = await studio.watch(await seatFor('vic', id))
  await after('live', 1)
  await viewer.evaluate('window.room.disconnect()')
  await after('live', 0)
  await host.evaluate('window.room.disconnect()')
  await after('interrupted', 0)
  await studio.publish(seat)
  await after('live', 0)
  await streaming.endStream(ava, id)
}, 90_000)

it('a removed viewer comes back neither by the old token nor by a new one, in no tab', async () => {
  const { id } = await goLive()
  const old = await seatFor('vic', id)
  const tabs = [await studio.watch(old), await studio.watch(await seatFor('vic', id))]
  const sam = await studio.watch(await seatFor('sam', id))
  await viewersAre(id, 3)
  await streaming.removeViewer(ava, id, 'vic')
  for (const tab of tabs) await isThrownOut(tab)
  expect(await streaming.getPlayback({ userId: 'vic' }, id)).toMatchObject({ allowed: false })

  // The old token is still good for LiveKit: whoever uses it is thrown out as soon as the webhook comes.
  await isThrownOut((await studio.join(old)).page)
  await viewersAre(id, 1)
  expect(await sam.evaluate('window.state.disconnected')).toBeNull()
  await streaming.endStream(ava, id)
}, 90_000)

it('a banned viewer who comes back on an old token is thrown out by the reconciler when webhooks are lost', async () => {
  const { id } = await goLive()
  const old = await seatFor('vic', id)
  server.onWebhook = () => {}
  await streaming.removeViewer(ava, id, 'vic')
  const { page, joined } = await studio.join(old)
  expect(joined).toBe(true)
  await reconciledUntilThrownOut(page)
  await streaming.endStream(ava, id)
}, 90_000)

it('a removed viewer who fights back sees next to nothing, also when every webhook is lost', async () => {
  const { id } = await goLive()
  const old = await seatFor('vic', id)
  server.onWebhook = () => {}
  const vic = await studio.watch(old)
  await streaming.removeViewer(ava, id, 'vic')
  await isThrownOut(vic)
  // Their page comes back at once, each time on the newest token that LiveKit gave it.
  await vic.evaluate(`
    window.frames = () => [...document.querySelectorAll('video')]
      .reduce((sum, video) => sum + video.getVideoPlaybackQuality().totalVideoFrames, 0)
    window.fight = async (url, token) => {
      for (;;) {
        const room = new window.room.constructor()
        room.on('trackSubscribed', (track) => { if (track.kind === 'video') document.body.append(track.attach()) })
        await room.connect(url, token).catch(() => {})
        window.joins = (window.joins ?? 0) + 1
        token = room.engine?.token ?? token
        await new Promise((resolve) => { room.state === 'connected' ? room.once('disconnected', resolve) : setTimeout(resolve, 100) })
      }
    }
    void window.fight(${JSON.stringify(old.url)}, ${JSON.stringify(old.token)})
  `)
  await waitFor(() => vic.evaluate('window.joins > 0'), 'the viewer to come back')
  // One run of the reconciler finds them, and from then on the room is watched.
  await reconciledUntil(() => vic.evaluate('window.joins > 1'))
  const before = {
    frames: await vic.evaluate<number>('window.frames()'),
    joins: await vic.evaluate<number>('window.joins'),
  }
  const again = () => vic.evaluate(`window.joins > ${before.joins + 4}`)
  await waitFor(again, 'the viewer to try again and again', 90)
  const frames = (await vic.evaluate<number>('window.frames()')) - before.frames
  const joins = (await vic.evaluate<number>('window.joins')) - before.joins
  // At 20 to 30 frames a second, somebody who stays sees hundreds within these tries.
  expect(frames / joins).toBeLessThan(12)
  await vic.close()
  await streaming.endStream(ava, id)
}, 180_000)

it('a show outlives a restart of LiveKit, which forgets every room', async () => {
  const { id, channelId } = await goLive()
  await statusIs(id, 'live')
  await server.restart()
  await reconciledUntil(async () => (await streaming.getStream(id)).status === 'interrupted')
  // The page of the creator comes back by itself, as LiveKit's client does.
  await reconciledUntil(async () => (await streaming.getStream(id)).status === 'live')
  expect((await streaming.getStream(id)).channel?.id).toBe(channelId)
  await studio.watch(await seatFor('vic', id))
  await streaming.endStream(ava, id)
}, 120_000)

it('a viewer whom the platform denies meanwhile is thrown out when they come in', async () => {
  const { id } = await goLive()
  const old = await seatFor('vic', id)
  banned.add('vic')
  await isThrownOut((await studio.join(old)).page)
  await streaming.endStream(ava, id)
}, 90_000)

it('a room that an old token makes anew after the end is deleted again', async () => {
  const { id, seat } = await goLive()
  await streaming.endStream(ava, id)
  const { page } = await studio.join(seat)
  await reconciledUntilThrownOut(page)
}, 90_000)

it('viewers who wait in the room do not take the creator’s place', async () => {
  const adapter = livekit({ ...server.options, maxViewers: 1 })
  const channel = await adapter.createChannel({
    streamId: 'waiting',
    creatorId: 'ava',
    title: 'A show',
    quality: 'hd',
    publishing: 'browser',
    record: false,
  })
  for (const userId of ['vic', 'sam']) {
    const access = await adapter.viewerAccess(channel, { userId })
    if (access.type !== 'webrtc') throw new Error('There is no seat.')
    expect((await studio.join({ url: access.url, token: access.token.reveal() })).joined).toBe(true)
  }
  const access = await adapter.hostAccess(channel, ava)
  if (access.type !== 'webrtc') throw new Error('A browser needs a token.')
  await studio.publish({ url: access.url, token: access.token.reveal() })
  await waitFor(async () => (await adapter.getChannel(channel))?.status === 'live', 'the show')
  await adapter.endChannel(channel)
}, 90_000)

it('a creator who takes everything back is interrupted and not over, however long, by webhooks or without', async () => {
  let now = Date.now()
  const late = createStreaming({
    adapters: [livekit(server.options)],
    store: memoryStreamStore(),
    access: () => ({ allowed: true }),
    eligibility: () => ({ eligible: true, verified: true }),
    clock: () => new Date(now),
  })
  const { id, host } = await goLive()
  const unpublish = `Promise.all([...window.room.localParticipant.trackPublications.values()].map(
    ({ track }) => window.room.localParticipant.unpublishTrack(track)))`
  await statusIs(id, 'live')
  await host.evaluate(unpublish)
  await statusIs(id, 'interrupted')
  await host.evaluate('window.room.localParticipant.enableCameraAndMicrophone()')
  await statusIs(id, 'live')
  await streaming.endStream(ava, id)

  streaming = late
  server.onWebhook = () => {}
  const second = await goLive()
  const found = (status: string) =>
    waitFor(async () => {
      await late.reconcile()
      return (await late.getStream(second.id)).status === status
    }, `the reconciler to find it ${status}`)
  await found('live')
  await second.host.evaluate(unpublish)
  await found('interrupted')
  now += 3_600_000
  await late.reconcile()
  expect((await late.getStream(second.id)).status).toBe('interrupted')
  await second.host.evaluate('window.room.disconnect()')
  await waitFor(async () => {
    await late.reconcile()
    return (await late.getStream(second.id)).status === 'ended'
  }, 'the end, as the creator is gone for longer than the grace')
}, 90_000)

it('a creator who looks into the room before the show does not begin it', async () => {
  const { stream } = await streaming.createStream(ava, { title: 'A show' })
  const access = await streaming.getIngest(ava, stream.id)
  if (access.type !== 'webrtc') throw new Error('A browser needs a token.')
  const { page } = await studio.join({ url: access.url, token: access.token.reveal() })
  await streaming.reconcile()
  expect((await streaming.getStream(stream.id)).status).toBe('ready')
  await page.evaluate('window.room.disconnect()')
  await waitFor(() => server.webhooks.some(({ body }) => isLeaving(body, stream.id)), 'the webhook')
  await streaming.reconcile()
  expect((await streaming.getStream(stream.id)).status).toBe('ready')
  await streaming.endStream(ava, stream.id)
}, 90_000)

it('a creator who goes on in another window is live there, and the first one is closed', async () => {
  const { id, host, seat } = await goLive()
  await statusIs(id, 'live')
  const first = (await streaming.getStream(id)).session?.id
  await studio.publish(seat)
  await isThrownOut(host)
  await waitFor(() => server.webhooks.some(({ body }) => isLeaving(body, id)), 'the webhook')
  await waitFor(async () => {
    const { status, session } = await streaming.getStream(id)
    return status === 'live' && session?.id !== first
  }, 'the show in the other window')
  await streaming.reconcile()
  expect(await streaming.getStream(id)).toMatchObject({ status: 'live' })
  await streaming.endStream(ava, id)
}, 90_000)

function isLeaving(body: string, streamId: string): boolean {
  const { event, room } = JSON.parse(body)
  return event === 'participant_left' && room.name.endsWith(streamId)
}
