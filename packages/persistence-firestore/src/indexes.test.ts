import { sampleStream } from '@stagedoor/streaming-core/testing'
import { afterAll, expect, it } from 'vitest'
import { everyQuery } from './every-query.fixture.ts'
import { firestoreStreamStore } from './firestore-stream-store.ts'
import { startJsEmulator } from './js-emulator.fixture.ts'
import type { RecordedQuery } from './recorded-queries.fixture.ts'
import { indexFile, isServed, servingIndexes, shippedIndexes } from './required-index.fixture.ts'

const emulator = await startJsEmulator()
afterAll(() => emulator.stop())

/** What a page asks of the public collection (docs/guide/firestore.md). */
const liveNow: RecordedQuery = {
  collection: 'streams',
  equal: ['status'],
  above: [],
  orders: [{ field: 'createdAt', direction: 'desc' }],
}

const queries = [...(await everyQuery(emulator.client())), liveNow]

it('ships an index for each query that the stores make', () => {
  const collections = new Set(queries.map(({ collection }) => collection))
  for (const name of [
    'streams',
    'holds',
    'entries',
    'balances',
    'tips',
    'tallies',
    'outbox',
    'alerts',
    'blocks',
  ]) {
    expect(collections).toContain(`stagedoor_${name}`)
  }
  expect(queries.filter((query) => !isServed(query))).toEqual([])
})

it('ships no index that no query needs', () => {
  const needed = new Set(queries.flatMap((query) => servingIndexes(query) ?? []))
  expect(shippedIndexes.filter((index) => !needed.has(index))).toEqual([])
  expect(new Set(shippedIndexes).size).toBe(shippedIndexes.length)
})

it('notices a query without an index', () => {
  expect(isServed({ ...liveNow, orders: [{ field: 'createdAt', direction: 'asc' }] })).toBe(false)
  expect(isServed({ ...liveNow, equal: ['quality'] })).toBe(false)
  expect(isServed({ ...liveNow, collection: 'stagedoor_streams', equal: ['access'], orders: [] })).toBe(false)
  expect(isServed({ ...liveNow, collection: 'stagedoor_tips', equal: ['creatorId', 'gateway'] })).toBe(false)
  const held = { collection: 'stagedoor_holds', equal: ['owner'], above: ['availableAt'], orders: [] }
  expect(isServed(held)).toBe(true)
  expect(isServed({ ...held, equal: ['account'] })).toBe(false)
})

it('lets inbox entries and idempotency keys expire, 30 days after they were written', async () => {
  const expiring = indexFile.fieldOverrides.filter(({ ttl }) => ttl)
  expect(expiring.map((field) => `${field.collectionGroup}.${field.fieldPath}`).sort()).toEqual([
    'stagedoor_claims.expireAt',
    'stagedoor_inbox.expireAt',
  ])
  const firestore = emulator.client()
  const store = firestoreStreamStore(firestore)
  const at = '2026-01-01T00:00:00.000Z'
  const inbox = { adapterId: 'ivs', eventId: 'e1' }
  await store.recordInbox(inbox, at)
  await store.insert(sampleStream(), [], at)
  const change = { streamId: 'stream1', expectedVersion: 1, next: sampleStream(), events: [], at }
  await store.transition({ ...change, inbox: { ...inbox, eventId: 'e2' } })
  await store.claimIdempotencyKey({ key: 'k', fingerprint: 'f', at, leaseSeconds: 60 })
  for (const [name, count] of [
    ['stagedoor_inbox', 2],
    ['stagedoor_claims', 1],
  ] as const) {
    const { docs } = await firestore.collection(name).get()
    const times = docs.map((document) => document.get('expireAt').toDate().toISOString())
    expect(times).toEqual(Array.from({ length: count }, () => '2026-01-31T00:00:00.000Z'))
  }
})
