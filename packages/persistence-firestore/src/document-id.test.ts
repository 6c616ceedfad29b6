import { sampleStream } from '@stagedoor/streaming-core/testing'
import { afterAll, expect, it } from 'vitest'
import { hashedId, isDocumentId, logId } from './document-id.ts'
import { freshStore } from './fresh-store.fixture.ts'
import { startJsEmulator } from './js-emulator.fixture.ts'

const emulator = await startJsEmulator()
const firestore = emulator.client()
afterAll(() => emulator.stop())

const at = '2026-01-01T00:00:00.000Z'
const hostile = ['', '.', '..', '__all__', 'a/b', 'stream1/log/0000000001', '/stream1', 'x'.repeat(1501)]

it('finds nothing under an id that Firestore cannot hold, and stores nothing under it', async () => {
  const store = freshStore(firestore)
  await store.insert(sampleStream(), [{ type: 'stream.created' }], at)
  for (const id of hostile) {
    const change = { streamId: id, expectedVersion: 1, next: sampleStream({ id }), events: [], at }
    expect([id, await store.get(id)]).toEqual([id, null])
    expect(await store.transition(change)).toEqual({ outcome: 'lost', stream: null })
    expect(await store.meter({ streamId: id, viewers: 1, at })).toBeNull()
    expect(await store.listEvents({ streamId: id, afterSeq: 0, limit: 10 })).toEqual([])
    expect(await store.listDeniedViewers({ streamId: id, limit: 10 })).toEqual([])
    expect(await store.isViewerDenied(id, 'vic')).toBe(false)
    await store.allowViewer(id, 'vic')
    const refused = { code: 'invalid_input', field: 'streamId' }
    await expect(store.insert(sampleStream({ id }), [], at)).rejects.toMatchObject(refused)
    await expect(store.denyViewer(id, 'vic', at)).rejects.toMatchObject(refused)
  }
})

it('takes any text as a user, a creator, an event and a key', async () => {
  const store = freshStore(firestore)
  const texts = ['a/b', '..', '__x__', 'ünï 💃', 'x'.repeat(5000), 'a', 'a ']
  for (const [index, text] of texts.entries()) {
    await store.denyViewer('stream1', text, at)
    const stream = sampleStream({ id: `s${index}`, creatorId: text })
    expect((await store.insert(stream, [], at)).outcome).toBe('inserted')
    expect((await store.insert({ ...stream, id: `t${index}` }, [], at)).outcome).toBe('creator_busy')
    expect(await store.recordInbox({ adapterId: text, eventId: text }, at)).toBe(true)
    const claim = { key: text, fingerprint: 'f', at, leaseSeconds: 60 }
    expect((await store.claimIdempotencyKey(claim)).outcome).toBe('claimed')
    expect(await store.isViewerDenied('stream1', text)).toBe(true)
  }
  expect(await store.isViewerDenied('stream1', 'b')).toBe(false)
  expect(await store.listDeniedViewers({ streamId: 'stream1', limit: 100 })).toEqual([...texts].sort())
})

it('keeps rules and responses that Firestore’s own types cannot', async () => {
  const store = freshStore(firestore)
  const access = { __x__: [[1, [2]]], '': { deep: null }, 'a.b': 0.1 }
  const channel = { id: 'c', details: { 'a.b': '1', '': '2', __y__: '3' } }
  await store.insert(sampleStream({ access, channel }), [], at)
  expect(await store.get('stream1')).toMatchObject({ access, channel })
  const claim = { key: 'k', fingerprint: 'f', at, leaseSeconds: 60 }
  await store.claimIdempotencyKey(claim)
  await store.completeIdempotencyKey('k', [[null], { __x__: [] }])
  expect(await store.claimIdempotencyKey(claim)).toEqual({
    outcome: 'done',
    response: [[null], { __x__: [] }],
  })
})

it('takes fields away that the next version does not have', async () => {
  const store = freshStore(firestore)
  const lost = sampleStream({ status: 'interrupted', interruptedAt: at, endReason: undefined as never })
  await store.insert(lost, [], at)
  const { interruptedAt, ...back } = { ...lost, status: 'live' as const }
  await store.transition({ streamId: 'stream1', expectedVersion: 1, next: back, events: [], at })
  expect(interruptedAt).toBe(at)
  expect(Object.keys((await store.get('stream1')) ?? {})).not.toContain('interruptedAt')
})

it('makes ids of one length, apart for parts that only look alike, and sorts entries by number', () => {
  expect(hashedId('a', 'b')).not.toBe(hashedId('a","b'))
  expect(hashedId('ab', 'c')).not.toBe(hashedId('a', 'bc'))
  expect(hashedId('x'.repeat(9000))).toMatch(/^[\w-]{43}$/)
  expect([2, 10, 999, 1].map(logId).sort()).toEqual([1, 2, 10, 999].map(logId))
  expect(hostile.filter(isDocumentId)).toEqual([])
})
