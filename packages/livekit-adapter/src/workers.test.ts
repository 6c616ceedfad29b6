import { createStreaming, type HostAccess, memoryStreamStore } from '@stagedoor/streaming-core'
import { EgressStatus } from 'livekit-server-sdk'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { livekit } from './livekit.ts'
import { startWorkers } from './workers.fixture.ts'

let workers: Awaited<ReturnType<typeof startWorkers>>

beforeEach(async () => {
  workers = await startWorkers()
})

afterEach(() => workers.close())

const input = {
  streamId: 's1',
  creatorId: 'ava',
  title: 'A show',
  quality: 'hd',
  publishing: 'obs',
  record: false,
} as const
const host = { userId: 'ava' }
const later = (seconds: number) => new Date(seconds * 1000).toISOString()

describe('OBS', () => {
  it('gets one RTMP ingress a room, however often it is asked, and its key from LiveKit each time', async () => {
    const adapter = livekit({ ...workers.options, ingress: true })
    const channel = await adapter.createChannel(input)
    expect(await adapter.createChannel(input)).toEqual(channel)
    expect(channel).toEqual({ id: 'stagedoor-default-s1', details: { publishing: 'obs', quality: 'hd' } })
    const access = await adapter.hostAccess(channel, host)
    expect(access).toMatchObject({ type: 'rtmps', url: 'rtmps://ingress.example/x' })
    expect(access.type === 'rtmps' && access.streamKey.reveal()).toBe('key-of-IN_1-that-is-secret')
    const made = workers.calls.filter(({ method }) => method === 'Ingress/CreateIngress')
    expect(made).toEqual([
      expect.objectContaining({
        body: expect.objectContaining({ room_name: channel.id, participant_identity: 'host:ava' }),
      }),
    ])
    expect(JSON.stringify([channel, access])).not.toContain('that-is-secret')
  })

  it('may publish by WHIP, which LiveKit passes on as it comes', async () => {
    const adapter = livekit({ ...workers.options, ingress: 'whip' })
    const channel = await adapter.createChannel(input)
    const made = workers.calls.find(({ method }) => method === 'Ingress/CreateIngress')?.body
    expect(made).toMatchObject({ input_type: 'WHIP_INPUT', enable_transcoding: false })
    expect(made).not.toHaveProperty('video')
    const access = await adapter.hostAccess(channel, host)
    expect(access).toMatchObject({ type: 'whip', url: 'https://ingress.example/w' })
    const bearer = (one: HostAccess) => (one.type === 'whip' ? one.bearerToken.reveal() : '')
    expect(bearer(access)).toBe('key-of-IN_1-that-is-secret')
    const rotated = await adapter.keyRotation?.rotate(channel, host)
    expect(rotated && bearer(rotated)).toBe('key-of-IN_2-that-is-secret')
    expect([...workers.ingresses.keys()]).toEqual(['IN_2'])
    expect(JSON.stringify([access, rotated])).not.toContain('secret')
  })

  it('is encoded in the quality of the stream, which LiveKit would make 720p', async () => {
    const adapter = livekit({ ...workers.options, ingress: true })
    await adapter.createChannel({ ...input, quality: 'fhd' })
    const made = workers.calls.find(({ method }) => method === 'Ingress/CreateIngress')
    expect(made?.body).toMatchObject({ video: { preset: 'H264_1080P_30FPS_3_LAYERS' } })
  })

  it('is still OBS on a channel that was adopted after a crash', async () => {
    const adapter = livekit({ ...workers.options, ingress: true })
    const { id } = await adapter.createChannel(input)
    expect(await adapter.hostAccess({ id, details: {} }, host)).toMatchObject({ type: 'rtmps' })
    const browser = { id: 'stagedoor-default-s2', details: {} }
    expect(await adapter.hostAccess(browser, host)).toMatchObject({ type: 'webrtc' })
  })

  it('gets another key by another ingress, and the old one is gone', async () => {
    const adapter = livekit({ ...workers.options, ingress: true })
    const channel = await adapter.createChannel({ ...input, quality: 'sd' })
    const key = (access: HostAccess) => (access.type === 'rtmps' ? access.streamKey.reveal() : '')
    const before = key(await adapter.hostAccess(channel, host))
    const rotated = key((await adapter.keyRotation?.rotate(channel, host)) as HostAccess)
    expect(rotated).not.toBe(before)
    expect(key(await adapter.hostAccess(channel, host))).toBe(rotated)
    expect(workers.ingresses.size).toBe(1)
    expect(
      workers.calls.filter(({ method }) => method === 'Ingress/CreateIngress').at(-1)?.body,
    ).toMatchObject({
      video: { preset: 'H264_540P_25FPS_2_LAYERS' },
    })
  })

  it('has no key to rotate where the browser publishes', async () => {
    const adapter = livekit({ ...workers.options, ingress: true })
    const channel = await adapter.createChannel({ ...input, publishing: 'browser' })
    await expect(adapter.keyRotation?.rotate(channel, host)).rejects.toMatchObject({ code: 'unsupported' })
    expect(livekit(workers.options).keyRotation).toBeUndefined()
  })

  it('that a lost answer doubled has one ingress again with the next try', async () => {
    const adapter = livekit({ ...workers.options, ingress: true })
    const channel = await adapter.createChannel(input)
    workers.addIngress(channel.id)
    await adapter.createChannel(input)
    expect([...workers.ingresses.keys()]).toEqual(['IN_1'])
  })

  it('cannot come back once the stream is over', async () => {
    const adapter = livekit({ ...workers.options, ingress: true })
    const channel = await adapter.createChannel(input)
    await adapter.endChannel(channel)
    expect(workers.ingresses.size).toBe(0)
    await expect(adapter.hostAccess(channel, host)).rejects.toMatchObject({ code: 'not_found' })
    await adapter.endChannel(channel)
  })

  it('is refused where no ingress is set up', async () => {
    await expect(livekit(workers.options).createChannel(input)).rejects.toMatchObject({
      code: 'unsupported',
      field: 'publishing',
    })
    expect(workers.calls).toEqual([])
  })
})

describe('a recording', () => {
  const recordings = {
    bucket: 'shows',
    region: 'eu-central-1',
    accessKeyId: 'AK',
    secretAccessKey: 'secret-of-s3',
    url: async (key: string) => ({
      url: `https://cdn.example/${key}?signed`,
      expiresAt: '2026-01-01T01:00:00.000Z',
    }),
  }
  const created = () =>
    workers.calls.filter(({ method }) => method === 'RoomService/CreateRoom').map(({ body }) => body)
  const recorded = { ...input, publishing: 'browser', record: true } as const

  it('is asked for with the room, to S3', async () => {
    await livekit({ ...workers.options, recordings }).createChannel(recorded)
    const body = created().at(-1)
    expect(JSON.stringify(body)).toContain('"bucket":"shows"')
    expect(JSON.stringify(body)).toContain('recordings/stagedoor-default-s1/{time}.mp4')
  })

  it('begins with the creator and not with the empty room, in the quality of the stream', async () => {
    await livekit({ ...workers.options, recordings }).createChannel({ ...recorded, quality: 'fhd' })
    await livekit({ ...workers.options, recordings }).createChannel({ ...recorded, quality: 'sd' })
    const [fhd, sd] = created().map(({ egress }) => egress)
    expect(Object.keys(fhd as object)).toEqual(['participant'])
    expect(fhd).toMatchObject({ participant: { preset: 'H264_1080P_30' } })
    expect(sd).toMatchObject({ participant: { advanced: { height: 480 } } })
  })

  it('may be an HLS playlist', async () => {
    const adapter = livekit({ ...workers.options, recordings: { ...recordings, format: 'hls' } })
    const channel = await adapter.createChannel(recorded)
    const body = created().at(-1)
    expect(JSON.stringify(body)).toContain('recordings/stagedoor-default-s1/{time}/index.m3u8')
    workers.record('EG_hls', 60, 100, EgressStatus.EGRESS_COMPLETE, 'hls')
    const { items } = (await adapter.recording?.list(channel)) ?? { items: [] }
    expect(items).toMatchObject([{ id: 'EG_hls', durationSeconds: 60, key: 'recordings/EG_hls/index.m3u8' }])
  })

  it('whose link cannot be made is an error of the platform', async () => {
    const url = () => Promise.reject(new Error('no credentials'))
    const play = livekit({ ...workers.options, recordings: { ...recordings, url } }).recording?.play
    const file = { id: 'EG_1', key: 'recordings/EG_1.mp4', startedAt: later(100), durationSeconds: 60 }
    await expect(play?.(file)).rejects.toMatchObject({
      code: 'internal',
      message: 'recordings.url failed for "recordings/EG_1.mp4".',
    })
  })

  it('is refused where no bucket is set up', async () => {
    await expect(livekit(workers.options).createChannel(recorded)).rejects.toMatchObject({
      code: 'unsupported',
      field: 'record',
    })
  })

  it('is listed when it has ended, newest first, and awaited while it is written', async () => {
    const adapter = livekit({ ...workers.options, recordings })
    workers.record('EG_old', 60, 100)
    workers.record('EG_new', 90, 300)
    workers.record('EG_mid', 30, 200, EgressStatus.EGRESS_LIMIT_REACHED)
    workers.record('EG_failed', 30, 250, EgressStatus.EGRESS_FAILED)
    const channel = { id: 'stagedoor-default-s1', details: {} }
    const done = await adapter.recording?.list(channel)
    expect(done?.items).toEqual([
      { id: 'EG_new', key: 'recordings/EG_new.mp4', startedAt: later(300), durationSeconds: 90 },
      { id: 'EG_mid', key: 'recordings/EG_mid.mp4', startedAt: later(200), durationSeconds: 30 },
      { id: 'EG_old', key: 'recordings/EG_old.mp4', startedAt: later(100), durationSeconds: 60 },
    ])
    expect(done?.pending).toBe(false)
    for (const status of ['EGRESS_STARTING', 'EGRESS_ACTIVE', 'EGRESS_ENDING'] as const) {
      workers.record(`EG_${status}`, 1, 400, EgressStatus[status])
      expect(await adapter.recording?.list(channel)).toEqual({ items: done?.items, pending: true })
      workers.forget(`EG_${status}`)
    }
  })

  it('plays from a link of the platform’s, which is told when the viewer’s access ends', async () => {
    const asked: unknown[] = []
    const adapter = livekit({
      ...workers.options,
      recordings: {
        ...recordings,
        url: (key, options) => {
          asked.push(key, options)
          return recordings.url(key)
        },
      },
    })
    const file = { id: 'EG_1', key: 'recordings/EG_1.mp4', startedAt: later(100), durationSeconds: 60 }
    const played = await adapter.recording?.play(file, { until: later(3600) })
    expect(asked).toEqual(['recordings/EG_1.mp4', { until: later(3600) }])
    expect(played?.url.reveal()).toBe('https://cdn.example/recordings/EG_1.mp4?signed')
    expect(JSON.stringify(played)).not.toContain('signed')
  })

  it('is still there when the room is gone and LiveKit has forgotten it', async () => {
    const streaming = createStreaming({
      adapters: [livekit({ ...workers.options, recordings })],
      store: memoryStreamStore(),
      access: () => ({ allowed: true }),
      eligibility: () => ({ eligible: true, verified: true }),
    })
    const { stream } = await streaming.createStream(host, { title: 'Show', record: true, method: 'browser' })
    workers.record('EG_1', 60, 100, EgressStatus.EGRESS_ENDING)
    await streaming.endStream(host, stream.id)
    expect(await streaming.listRecordings({ userId: 'vic' }, stream.id)).toMatchObject({
      page: { items: [] },
    })
    workers.forget('EG_1')
    workers.record('EG_1', 60, 100)
    await streaming.reconcile()
    workers.forget('EG_1')
    expect(await streaming.getStream(stream.id)).toMatchObject({ channel: null })
    expect(await streaming.listRecordings({ userId: 'vic' }, stream.id)).toMatchObject({
      page: { items: [{ id: 'EG_1', durationSeconds: 60 }], nextCursor: null },
    })
  })

  it('is no capability without a bucket', () => {
    expect(livekit(workers.options).recording).toBeUndefined()
  })
})

it('LiveKit Cloud is told to refuse the tokens of a viewer who is removed, and of nobody else', async () => {
  const clock = () => new Date('2026-01-01T00:00:00.700Z')
  const adapter = livekit({ ...workers.options, clock })
  workers.participants.push(
    { sid: 'PA_1', identity: 'host:vic' },
    { sid: 'PA_2', identity: 'viewer:vic:a' },
    { sid: 'PA_3', identity: 'viewer:victor:b' },
    { sid: 'PA_4', identity: 'viewer:vic:c' },
    { sid: 'PA_5', identity: 'guest:vic' },
  )
  await adapter.revocation?.revoke({ id: 'stagedoor-default-s1', details: {} }, ['vic'])
  const removed = workers.calls.filter(({ method }) => method === 'RoomService/RemoveParticipant')
  expect(removed.map(({ body }) => [body.identity, body.revoke_token_ts])).toEqual([
    ['viewer:vic:a', '1767225601'],
    ['viewer:vic:c', '1767225601'],
  ])
})

it('a viewer who cannot be removed does not save the others', async () => {
  const adapter = livekit(workers.options)
  workers.participants.push(
    { sid: 'PA_1', identity: 'viewer:vic:stuck' },
    { sid: 'PA_2', identity: 'viewer:sam:gone' },
    { sid: 'PA_3', identity: 'viewer:sam:there' },
  )
  const revoke = adapter.revocation?.revoke({ id: 'stagedoor-default-s1', details: {} }, ['vic', 'sam'])
  await expect(revoke).rejects.toMatchObject({ code: 'provider_unavailable' })
  const removed = workers.calls.filter(({ method }) => method === 'RoomService/RemoveParticipant')
  expect(removed.map(({ body }) => body.identity)).toHaveLength(3)
})

it('the reconciler asks once for all rooms and once for each, of the thousand calls a minute of a project', async () => {
  const streaming = createStreaming({
    adapters: [livekit(workers.options)],
    store: memoryStreamStore(),
    access: () => ({ allowed: true }),
    eligibility: () => ({ eligible: true, verified: true }),
  })
  for (const userId of ['ava', 'noa', 'mia']) await streaming.createStream({ userId }, { title: 'Soon' })
  const before = workers.calls.length
  expect(await streaming.reconcile()).toMatchObject({ checked: 3, corrected: 0, problems: [] })
  expect(workers.calls.slice(before).map(({ method }) => method)).toEqual([
    'RoomService/ListRooms',
    ...Array.from({ length: 3 }, () => 'RoomService/ListParticipants'),
  ])
})
