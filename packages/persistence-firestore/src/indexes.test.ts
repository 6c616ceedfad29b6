import type { StreamStatus } from '@stagedoor/streaming-core'
import { sampleStream } from '@stagedoor/streaming-core/testing'
import { afterAll, expect, it } from 'vitest'
import { firestoreStreamStore } from './firestore-stream-store.ts'
import { startJsEmulator } from './js-emulator.fixture.ts'
import { type RecordedQuery, recordQueries } from './recorded-queries.fixture.ts'
import { indexFile, isServed, requiredIndex, shippedIndexes } from './required-index.fixture.ts'

const emulator = await startJsEmulator()
afterAll(() => emulator.stop())

/** Every query that the store can make, under its default names. */
async function everyQuery(): Promise<readonly RecordedQuery[]> {
  const { client, queries } = recordQueries(emulator.client())
  const store = firestoreStreamStore(client)
  const after = { createdAt: '2026-01-01T00:00:00.000Z', id: 's' }
  const statuses: StreamStatus[][] = [['live'], ['live', 'ended']]
  for (const status of [undefined, ...statuses]) {
    for (const creatorId of [undefined, 'ava']) {
      for (const from of [undefined, after]) {
        const query = {
          ...(status && { status }),
          ...(creatorId && { creatorId }),
          ...(from && { after: from }),
        }
        await store.list({ limit: 10, ...query })
      }
    }
  }
  await store.listUnsettled({ limit: 10 })
  await store.listUnsettled({ limit: 10, afterId: 's' })
  await store.findByChannel('ivs', 'channel')
  await store.listEvents({ streamId: 's', afterSeq: 0, limit: 10 })
  await store.listDeniedViewers({ streamId: 's', limit: 10 })
  await store.listDeniedViewers({ streamId: 's', limit: 10, afterUserId: 'u' })
  return queries
}

/** What a page asks of the public collection (docs/guide/firestore.md). */
const liveNow: RecordedQuery = {
  collection: 'streams',
  equal: ['status'],
  above: [],
  orders: [{ field: 'createdAt', direction: 'desc' }],
}

it('ships an index for each query that the store makes', async () => {
  const queries = await everyQuery()
  expect(queries.length).toBeGreaterThan(15)
  expect([...queries, liveNow].filter((query) => !isServed(query))).toEqual([])
})

it('ships no index that no query needs', async () => {
  const needed = new Set([...(await everyQuery()), liveNow].map(requiredIndex))
  expect(shippedIndexes.filter((index) => !needed.has(index))).toEqual([])
  expect(new Set(shippedIndexes).size).toBe(shippedIndexes.length)
})

it('notices a query without an index', () => {
  expect(isServed({ ...liveNow, orders: [{ field: 'createdAt', direction: 'asc' }] })).toBe(false)
  expect(isServed({ ...liveNow, equal: ['quality'] })).toBe(false)
  expect(isServed({ ...liveNow, collection: 'stagedoor_streams', equal: ['access'], orders: [] })).toBe(false)
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
