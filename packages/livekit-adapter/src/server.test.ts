import {
  createStreaming,
  type HostAccess,
  memoryStreamStore,
  type ViewerAccess,
} from '@stagedoor/streaming-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStudio, type Seat, type Studio } from './browser.fixture.ts'
import { livekit } from './livekit.ts'
import { type LivekitServer, startLivekitServer, webhookRequest } from './livekit-server.fixture.ts'
import { livekitModeration } from './moderation.ts'
import { waitFor } from './wait-for.fixture.ts'

let server: LivekitServer
let studio: Studio

beforeAll(async () => {
  server = await startLivekitServer()
  studio = await openStudio()
}, 60_000)

afterAll(async () => {
  await studio?.close()
  await server?.close()
})

function seatOf(access: HostAccess | ViewerAccess): Seat {
  if (access.type !== 'webrtc') throw new Error('A browser needs a token.')
  return { url: access.url, token: access.token.reveal() }
}

const ava = { userId: 'ava' }
const show = {
  streamId: 's1',
  creatorId: 'ava',
  title: 'A show',
  quality: 'hd',
  publishing: 'browser',
  record: false,
} as const

describe('a room on a real server', () => {
  it('stays for the time that was asked for, though nobody comes', async () => {
    const adapter = livekit({ ...server.options, departureTimeoutSeconds: 7200 })
    const channel = await adapter.createChannel({ ...show, streamId: 'patient' })
    const started = await waitFor(
      () => server.webhooks.map(({ body }) => JSON.parse(body)).find(({ room }) => room.name === channel.id),
      'the webhook of the room',
    )
    expect(started.room).toMatchObject({ emptyTimeout: 86_400, departureTimeout: 7200 })
    await adapter.endChannel(channel)
  })

  it.each([
    ['OBS', { ingress: true }, { publishing: 'obs' }],
    [
      'a recording',
      {
        recordings: {
          bucket: 'b',
          region: 'r',
          accessKeyId: 'k',
          secretAccessKey: 's',
          url: async () => ({ url: '', expiresAt: '' }),
        },
      },
      { record: true },
    ],
  ] as const)('without Redis refuses %s, and says what is missing', async (_, options, change) => {
    const adapter = livekit({ ...server.options, ...options })
    await expect(adapter.createChannel({ ...show, ...change })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('Redis'),
    })
  })

  it('of somebody else is neither listed nor ended', async () => {
    const other = livekit({ ...server.options, namespace: 'other' })
    const foreign = await other.createChannel({ ...show, streamId: 'foreign' })
    const adapter = livekit(server.options)
    for await (const { channel } of adapter.listChannels()) expect(channel.id).not.toBe(foreign.id)
    expect(await adapter.getChannel(foreign)).toBeNull()
    await adapter.endChannel(foreign)
    expect(await other.getChannel(foreign)).not.toBeNull()
    await other.endChannel(foreign)
  })
})

it('webhooks that come once more, as LiveKit’s signature allows for five minutes, change nothing', async () => {
  const streaming = createStreaming({
    adapters: [livekit(server.options)],
    store: memoryStreamStore(),
    access: () => ({ allowed: true }),
    eligibility: () => ({ eligible: true, verified: true }),
  })
  server.onWebhook = (request) => void streaming.receiveWebhook('livekit', request)
  const { stream } = await streaming.createStream(ava, { title: 'A show' })
  const host = await studio.publish(seatOf(await streaming.getIngest(ava, stream.id)))
  const is = (status: string) =>
    waitFor(async () => (await streaming.getStream(stream.id)).status === status, status)
  await is('live')
  await host.evaluate('window.room.disconnect()')
  await is('interrupted')
  const before = await streaming.listEvents(stream.id, 0)
  for (const webhook of server.webhooks) await streaming.receiveWebhook('livekit', webhookRequest(webhook))
  expect(await streaming.listEvents(stream.id, 0)).toEqual(before)
  expect((await streaming.getStream(stream.id)).status).toBe('interrupted')
  await streaming.endStream(ava, stream.id)
}, 90_000)

it('moderators see who is there in plain values, and mute what they send', async () => {
  const adapter = livekit(server.options)
  const moderation = livekitModeration(server.options)
  const channel = await adapter.createChannel({ ...show, streamId: 'moderated' })
  await studio.publish(seatOf(await adapter.hostAccess(channel, ava)))
  await studio.watch(seatOf(await adapter.viewerAccess(channel, { userId: 'v:ic' })))
  const list = () => moderation.list(channel)
  const both = (await list()).map(({ who }) => who)
  expect(both).toEqual([
    { role: 'host', userId: 'ava' },
    { role: 'viewer', userId: 'v:ic' },
  ])
  const [host] = await list()
  // Plain values: what LiveKit's SDK answers holds bigints, which no JSON can carry.
  expect(JSON.parse(JSON.stringify(host))).toEqual(host)
  const audio = async () => (await list())[0]?.tracks.find(({ kind }) => kind === 'audio')
  const track = await audio()
  expect(track?.muted).toBe(false)
  const target = { identity: host?.identity ?? '', trackSid: track?.sid ?? '' }
  await moderation.mute(channel, target)
  await waitFor(async () => (await audio())?.muted, 'the track to be muted')
  const gone = { code: 'not_found' }
  await expect(moderation.mute(channel, { ...target, trackSid: 'TR_none' })).rejects.toMatchObject(gone)
  await expect(moderation.mute(channel, { ...target, identity: 'host:noa' })).rejects.toMatchObject(gone)
  expect((await adapter.getChannel(channel))?.status).toBe('live')
  await adapter.endChannel(channel)
  expect(await list()).toEqual([])
}, 90_000)
