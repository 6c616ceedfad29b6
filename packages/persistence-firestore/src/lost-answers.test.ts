import { sampleStream } from '@stagedoor/streaming-core/testing'
import { afterAll, expect, it } from 'vitest'
import { firestoreStreamStore } from './firestore-stream-store.ts'
import { freshNames } from './fresh-store.fixture.ts'
import { startJsEmulator } from './js-emulator.fixture.ts'
import { grpcError, withFaults } from './wrapped-client.fixture.ts'

const emulator = await startJsEmulator()
const firestore = emulator.client()
afterAll(() => emulator.stop())

const at = '2026-01-01T00:00:00.000Z'
const inbox = { adapterId: 'memory', eventId: 'e1' }

/**
 * A store whose commits are made, but answered with nothing: the client repeats such a commit by itself, and is told that
 * its guards do not hold. Every answer but the first `kept` is lost.
 */
function storeOfLostAnswers(kept = 0) {
  let answered = 0
  const lose = (status: number) => async (real: () => Promise<unknown>) => {
    const answer = await real()
    if (answered++ < kept) return answer
    throw grpcError(status)
  }
  const faults = { commit: lose(9), create: lose(6) }
  return firestoreStreamStore(withFaults(firestore, faults), freshNames())
}

it('knows the stream that it inserted itself', async () => {
  const store = storeOfLostAnswers()
  const result = await store.insert(sampleStream(), [{ type: 'stream.created' }], at)
  expect(result.outcome).toBe('inserted')
  expect(await store.get('stream1')).toEqual(result.stream)
  expect((await store.insert(sampleStream(), [], at)).outcome).toBe('exists')
})

it('knows the transition that it made itself, with the events that it logged', async () => {
  const store = storeOfLostAnswers(1)
  await store.insert(sampleStream(), [{ type: 'stream.created' }], at)
  const change = {
    ...{ streamId: 'stream1', expectedVersion: 1, inbox, at },
    next: sampleStream({ status: 'live' }),
    events: [
      { type: 'stream.started', sessionId: 's1' } as const,
      { type: 'stream.warned', message: 'm' } as const,
    ],
  }
  const result = await store.transition(change)
  expect(result.outcome).toBe('applied')
  const log = await store.listEvents({ streamId: 'stream1', afterSeq: 1, limit: 10 })
  expect(log.map(({ seq }) => seq)).toEqual([2, 3])
  expect(result).toMatchObject({ stream: { version: 2, status: 'live' }, events: log })
  expect((await store.transition(change)).outcome).toBe('duplicate')
})

it('knows the event and the idempotency key that it recorded itself', async () => {
  const store = storeOfLostAnswers()
  expect(await store.recordInbox(inbox, at)).toBe(true)
  expect(await store.recordInbox(inbox, at)).toBe(false)
  const claim = { key: 'k', fingerprint: 'f', at, leaseSeconds: 60 }
  expect((await store.claimIdempotencyKey(claim)).outcome).toBe('claimed')
  expect((await store.claimIdempotencyKey(claim)).outcome).toBe('in_progress')
  await store.releaseIdempotencyKey('k')
  expect((await store.claimIdempotencyKey(claim)).outcome).toBe('claimed')
})

it('stores a reading once, whatever becomes of the answer', async () => {
  const store = storeOfLostAnswers(2)
  await store.insert(sampleStream(), [], at)
  const change = { streamId: 'stream1', expectedVersion: 1, at, events: [] }
  await store.transition({ ...change, next: sampleStream({ status: 'live' }) })
  await store.meter({ streamId: 'stream1', viewers: 3, at: '2026-01-01T00:00:10.000Z' })
  const read = await store.meter({ streamId: 'stream1', viewers: 1, at: '2026-01-01T00:00:20.000Z' })
  expect(read?.usage).toEqual({ liveMs: 20_000, viewerMs: 30_000, until: '2026-01-01T00:00:20.000Z' })
  expect(await store.get('stream1')).toEqual(read)
})

it('tries again when Firestore is away for a moment', async () => {
  let failures = 3
  const commit = async (real: () => Promise<unknown>) => {
    if (failures-- > 0) throw grpcError(14)
    return real()
  }
  const store = firestoreStreamStore(withFaults(firestore, { commit }), freshNames())
  expect((await store.insert(sampleStream(), [], at)).outcome).toBe('inserted')
  expect(failures).toBe(-1)
})

it('commits nothing after its deadline', async () => {
  const commits: string[] = []
  const reading = Promise.withResolvers<void>()
  const names = freshNames()
  const faulty = withFaults(firestore, {
    commit: async (real) => {
      commits.push('made')
      return real()
    },
  })
  const slow = {
    ...faulty,
    getAll: (...documents: Parameters<typeof faulty.getAll>) =>
      reading.promise.then(() => faulty.getAll(...documents)),
  }
  const store = firestoreStreamStore(slow, { ...names, timeoutSeconds: 0.05 })
  await expect(store.insert(sampleStream(), [], at)).rejects.toMatchObject({ code: 'provider_unavailable' })
  reading.resolve()
  const patient = firestoreStreamStore(firestore, names)
  for (let turn = 0; turn < 5; turn++) expect(await patient.get('stream1')).toBeNull()
  expect(commits).toEqual([])
})
