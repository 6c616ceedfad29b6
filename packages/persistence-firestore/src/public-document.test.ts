import type { Stream } from '@stagedoor/streaming-core'
import { sampleStream } from '@stagedoor/streaming-core/testing'
import { afterAll, expect, it } from 'vitest'
import { firestoreStreamStore } from './firestore-stream-store.ts'
import { freshNames } from './fresh-store.fixture.ts'
import { startJsEmulator } from './js-emulator.fixture.ts'
import { planFieldsOf } from './plan-fields.ts'

const emulator = await startJsEmulator()
const firestore = emulator.client()
afterAll(() => emulator.stop())

const at = '2026-01-01T00:00:00.000Z'
const arn = 'arn:aws:ivs:eu-west-1:123456789012:channel/abc'
/** A stream as the IVS adapter makes it, in which whatever viewers must not see is called private. */
const onIvs: Stream = sampleStream({
  adapterId: 'ivs',
  channel: {
    id: arn,
    details: {
      playbackUrl: 'https://abc.playback.example/api/video/v1/abc.m3u8',
      ingestEndpoint: 'abc.ingest.example',
      insecureIngest: 'false',
      streamKeyArn: 'private-key-arn',
    },
  },
  decision: { publishing: 'obs', candidate: 'ivs-channel', adapterId: 'ivs', reasons: ['private-reason'] },
  access: { audience: ['private-friend'] },
  recording: true,
  budget: { amount: '4242', currency: 'USD' },
  session: { id: 'private-session' },
})

it('shows viewers the plan’s fields beside ours, and nothing that is not for them', async () => {
  const names = freshNames()
  const store = firestoreStreamStore(firestore, names)
  await store.insert(onIvs, [], at)
  const { docs } = await firestore.collection(names.publicCollection).get()
  const document = docs[0]?.data()
  expect(document).toEqual({
    ...{
      id: 'stream1',
      creatorId: 'ava',
      title: 'A show',
      status: 'ready',
      adapterId: 'ivs',
      delivery: 'hls',
    },
    ...{ quality: 'hd', recording: true, createdAt: at, viewers: { current: 0, peak: 0 } },
    ...{ liveAt: null, interruptedAt: null, endedAt: null, endReason: null },
    streamType: 'ivs',
    ivsChannelArn: arn,
    ivsPlaybackUrl: 'https://abc.playback.example/api/video/v1/abc.m3u8',
    rtmpIngestUrl: 'rtmps://abc.ingest.example:443/app/',
    recordingEnabled: true,
    recordingS3Key: null,
  })
  expect(JSON.stringify(document)).not.toMatch(/private|4242/)
})

it('takes the channel’s fields away with the channel', async () => {
  const names = freshNames()
  const store = firestoreStreamStore(firestore, names)
  await store.insert(onIvs, [], at)
  const next: Stream = { ...onIvs, status: 'ended', endedAt: at, endReason: 'over', channel: null }
  await store.transition({ streamId: 'stream1', expectedVersion: 1, next, events: [], at })
  const shown = await firestore.collection(names.publicCollection).doc('stream1').get()
  expect(shown.data()).toMatchObject({
    ...{ status: 'ended', endReason: 'over' },
    ...{ streamType: 'ivs', ivsChannelArn: null, ivsPlaybackUrl: null, rtmpIngestUrl: null },
  })
})

it('leaves the platform’s own fields and its recording key alone', async () => {
  const names = freshNames()
  const store = firestoreStreamStore(firestore, names)
  await store.insert(onIvs, [], at)
  const own = { thumbnail: 'https://images.example/1.jpg', recordingS3Key: 'ivs/v1/123/abc/media' }
  const document = firestore.collection(names.publicCollection).doc('stream1')
  await document.update(own)
  const change = { streamId: 'stream1', events: [], at }
  await store.transition({ ...change, expectedVersion: 1, next: { ...onIvs, status: 'live' } })
  expect((await document.get()).data()).toMatchObject({ ...own, status: 'live' })
})

it('takes another mapping for another adapter', async () => {
  const names = freshNames()
  const store = firestoreStreamStore(firestore, {
    ...names,
    planFields: (stream) => ({
      ...planFieldsOf(stream),
      ivsChannelArn: null,
      recordingS3Key: `recordings/${stream.id}`,
    }),
  })
  await store.insert(onIvs, [], at)
  const shown = await firestore.collection(names.publicCollection).doc('stream1').get()
  expect(shown.data()).toMatchObject({ ivsChannelArn: null, recordingS3Key: 'recordings/stream1' })
})

it.each([
  [
    'plain RTMP',
    { ...onIvs, channel: { id: arn, details: { ingestEndpoint: 'x', insecureIngest: 'true' } } },
    'rtmp://x/app/',
  ],
  ['a channel that does not say where', { ...onIvs, channel: { id: arn, details: {} } }, null],
])('maps %s', (_, stream, rtmpIngestUrl) => {
  expect(planFieldsOf(stream)).toEqual({
    ...{ streamType: 'ivs', ivsChannelArn: arn, ivsPlaybackUrl: null, rtmpIngestUrl, recordingEnabled: true },
  })
})

it('calls a room webrtc, and shows nothing of it', () => {
  const room: Stream = { ...onIvs, delivery: 'webrtc', adapterId: 'livekit', recording: false }
  expect(planFieldsOf(room)).toEqual({
    ...{ streamType: 'webrtc', ivsChannelArn: null, ivsPlaybackUrl: null, rtmpIngestUrl: null },
    recordingEnabled: false,
  })
})
