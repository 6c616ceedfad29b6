import { createStreaming, memory } from '@stagedoor/streaming-core'
import { afterAll, expect, it } from 'vitest'
import { type Bill, countedClient } from './counted-client.fixture.ts'
import { firestoreStreamStore } from './firestore-stream-store.ts'
import { freshNames } from './fresh-store.fixture.ts'
import { startJsEmulator } from './js-emulator.fixture.ts'

const emulator = await startJsEmulator()
afterAll(() => emulator.stop())

const ava = { userId: 'ava' }

/** A platform whose Firestore keeps a bill, at a time that only the test moves. */
function createPlatform() {
  let now = Date.parse('2026-01-01T00:00:00.000Z')
  const clock = () => new Date(now)
  const adapter = memory({ clock })
  const { client, bill } = countedClient(emulator.client())
  const streaming = createStreaming({
    adapters: [adapter],
    // The store measures its second by Firestore's clock, which the test does not move.
    store: firestoreStreamStore(client, { ...freshNames(), writeIntervalSeconds: 0 }),
    access: () => ({ allowed: true }),
    eligibility: () => ({ eligible: true, verified: true }),
    clock,
  })
  const cost = async (work: () => Promise<unknown>): Promise<Bill> => {
    const before = { ...bill }
    await work()
    return { reads: bill.reads - before.reads, writes: bill.writes - before.writes }
  }
  return { adapter, streaming, cost, advance: (seconds: number) => (now += seconds * 1000) }
}

// The table of docs/guide/firestore.md.
it('bills the life of a stream as the guide says', async () => {
  const { adapter, streaming, cost, advance } = createPlatform()
  const options = { idempotencyKey: 'first-show' }
  let [streamId, channelId] = ['', '']
  const create = await cost(async () => {
    const { stream } = await streaming.createStream(ava, { title: 'Show' }, options)
    streamId = stream.id
    channelId = stream.channel?.id ?? ''
  })
  const goLive = await cost(() => streaming.applyEvent('memory', adapter.control.goLive(channelId)))
  advance(30)
  adapter.control.setViewers(channelId, 5)
  await streaming.reconcile()
  advance(30)
  const reconcile = await cost(() => streaming.reconcile())
  const event = { id: 'c1', channelId, type: 'viewers.counted', viewers: 7 } as const
  const occurredAt = '2026-01-01T00:01:00.000Z'
  const count = await cost(() => streaming.applyEvent('memory', { ...event, occurredAt }))
  const watch = await cost(() => streaming.getPlayback({ userId: 'vic' }, streamId))
  const end = await cost(() => streaming.endStream(ava, streamId))
  expect(await streaming.getStream(streamId)).toMatchObject({
    ...{ status: 'ended', channel: null, viewers: { current: 0, peak: 7 } },
    usage: { liveMs: 60_000, viewerMs: 150_000 },
  })
  expect({ create, goLive, reconcile, count, watch, end }).toEqual({
    create: { reads: 6, writes: 8 },
    goLive: { reads: 3, writes: 4 },
    reconcile: { reads: 3, writes: 1 },
    count: { reads: 2, writes: 2 },
    watch: { reads: 2, writes: 0 },
    end: { reads: 3, writes: 5 },
  })
})
