import { sampleStream } from '@stagedoor/streaming-core/testing'
import { afterAll, expect, it } from 'vitest'
import { type FirestoreStreamStoreOptions, firestoreStreamStore } from './firestore-stream-store.ts'
import { freshNames } from './fresh-store.fixture.ts'
import { startJsEmulator } from './js-emulator.fixture.ts'
import { grpcError, withFaults } from './wrapped-client.fixture.ts'

const emulator = await startJsEmulator()
const firestore = emulator.client()
afterAll(() => emulator.stop())

const at = '2026-01-01T00:00:00.000Z'
const later = (ms: number) => new Date(Date.parse(at) + ms).toISOString()

/** A store with a live stream, that counts its commits. */
async function liveStream(options: FirestoreStreamStoreOptions = {}) {
  const counted = { commits: 0 }
  const commit = (real: () => Promise<unknown>) => {
    counted.commits++
    return real()
  }
  const names = freshNames()
  const store = firestoreStreamStore(withFaults(firestore, { commit }), { ...names, ...options })
  await store.insert(sampleStream({ status: 'live', usage: { liveMs: 0, viewerMs: 0, until: at } }), [], at)
  counted.commits = 0
  const shown = async () => (await firestore.collection(names.publicCollection).doc('stream1').get()).data()
  return { store, counted, shown }
}

it('stores many readings that come at once in two commits, and answers each with its own', async () => {
  const { store, counted } = await liveStream()
  const counts = Array.from({ length: 200 }, (_, index) => (index === 77 ? 900 : index + 1))
  const answers = await Promise.all(
    counts.map((viewers, index) => store.meter({ streamId: 'stream1', viewers, at: later(index) })),
  )
  expect(answers.map((answer) => answer?.viewers.current)).toEqual(counts)
  expect(answers.at(-1)?.viewers).toEqual({ current: 200, peak: 900 })
  expect(await store.get('stream1')).toEqual(answers.at(-1))
  // The first reading finds nobody waiting; by the time it is stored, all the others are.
  expect(counted.commits).toBeLessThanOrEqual(2)
})

it('writes nothing for a reading that only tells that a moment passed', async () => {
  const { store, counted } = await liveStream({ writeIntervalSeconds: 60 })
  const read = await store.meter({ streamId: 'stream1', at: later(59_000) })
  expect(read?.usage).toEqual({ liveMs: 59_000, viewerMs: 0, until: later(59_000) })
  expect(counted.commits).toBe(0)
  expect((await store.meter({ streamId: 'stream1', viewers: 0, at: later(59_000) }))?.usage.liveMs).toBe(
    59_000,
  )
  expect(counted.commits).toBe(0)
})

it('counts what was watched while a count changed and came back', async () => {
  const { store } = await liveStream()
  const counts = [
    [3, 0],
    [5, 100],
    [3, 200],
  ] as const
  await store.meter({ streamId: 'stream1', viewers: 9, at })
  await Promise.all(
    counts.map(([viewers, ms]) => store.meter({ streamId: 'stream1', viewers, at: later(ms) })),
  )
  const read = await store.meter({ streamId: 'stream1', at: later(300) })
  expect(read?.usage).toEqual({ liveMs: 300, viewerMs: 1100, until: later(300) })

  await Promise.all(
    [[3, 300] as const, [7, 400] as const, [3, 500] as const].map(([viewers, ms]) =>
      store.meter({ streamId: 'stream1', viewers, at: later(ms) }),
    ),
  )
  expect((await store.meter({ streamId: 'stream1', at: later(500) }))?.usage.viewerMs).toBe(1100 + 300 + 700)
})

it('reads nothing off a stream that is over', async () => {
  const { store, counted } = await liveStream({ writeIntervalSeconds: 0 })
  await store.transition({
    ...{ streamId: 'stream1', expectedVersion: 1, at, events: [] },
    next: sampleStream({ status: 'failed', endedAt: at }),
  })
  counted.commits = 0
  expect(await store.meter({ streamId: 'stream1', viewers: 3, at: later(1000) })).toBeNull()
  expect(counted.commits).toBe(0)
})

it('answers every caller that waits when Firestore refuses', async () => {
  const refuse = async () => {
    throw grpcError(7, 'Missing or insufficient permissions.')
  }
  const names = freshNames()
  await firestoreStreamStore(firestore, names).insert(sampleStream({ status: 'live' }), [], at)
  const store = firestoreStreamStore(withFaults(firestore, { commit: refuse }), {
    ...names,
    writeIntervalSeconds: 0,
  })
  const results = await Promise.allSettled(
    [1, 2, 3].map((viewers) => store.meter({ streamId: 'stream1', viewers, at })),
  )
  for (const result of results) {
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'internal', provider: 'firestore' } })
  }
})

it('does not wait for ever on a document that other servers keep busy', async () => {
  const names = freshNames()
  const busy = firestoreStreamStore(firestore, { ...names, writeIntervalSeconds: 0 })
  const patient = firestoreStreamStore(firestore, { ...names, writeIntervalSeconds: 0.2 })
  await busy.insert(sampleStream({ status: 'live' }), [], at)
  let isStored = false
  const stored = patient.meter({ streamId: 'stream1', viewers: 7, at }).then((read) => {
    isStored = true
    return read
  })
  for (let viewers = 1; !isStored; viewers++) await busy.meter({ streamId: 'stream1', viewers, at })
  expect((await stored)?.viewers.current).toBe(7)
})

it('does not let one stream wait for another', async () => {
  const { store } = await liveStream({ writeIntervalSeconds: 3600 })
  const busy = store.meter({ streamId: 'stream1', viewers: 1, at }).then(() => 'busy')
  const gone = store.meter({ streamId: 'ghost', viewers: 1, at }).then(() => 'other')
  expect(await Promise.race([busy, gone])).toBe('other')
})

it('shows viewers a new count at most once in a while, and each change of status at once', async () => {
  const { store, shown } = await liveStream({ writeIntervalSeconds: 0 })
  await store.meter({ streamId: 'stream1', viewers: 5, at })
  expect(await shown()).toMatchObject({ viewers: { current: 5, peak: 5 } })
  const read = await store.meter({ streamId: 'stream1', viewers: 9, at })
  expect(read?.viewers.current).toBe(9)
  expect(await shown()).toMatchObject({ viewers: { current: 5, peak: 5 }, status: 'live' })
  await store.transition({
    ...{ streamId: 'stream1', expectedVersion: 1, at, events: [] },
    next: sampleStream({ status: 'ended', endedAt: at }),
  })
  expect(await shown()).toMatchObject({ viewers: { current: 0, peak: 9 }, status: 'ended', endedAt: at })

  const eager = await liveStream({ writeIntervalSeconds: 0, publicViewersSeconds: 0 })
  for (const viewers of [5, 9]) {
    await eager.store.meter({ streamId: 'stream1', viewers, at })
    expect(await eager.shown()).toMatchObject({ viewers: { current: viewers } })
  }
})
