import { sampleStream } from '@stagedoor/streaming-core/testing'
import { expect, it } from 'vitest'
import { describeOnEachDatabase } from './each-database.fixture.ts'
import { freshStore } from './fresh-store.fixture.ts'
import { quoteIdentifier } from './postgres-pool.ts'
import { checkStoredRows } from './stored-rows.fixture.ts'

const day = (number: number) => `2026-01-0${number}T00:00:00.000Z`
const created = [{ type: 'stream.created' }] as const

describeOnEachDatabase((_, pool) => {
  it('deletes old inbox entries and keys by batches, and keeps the others', async () => {
    const { store } = await freshStore(pool())
    for (let index = 0; index < 5; index++) {
      const event = { adapterId: 'memory', eventId: `old ${index}` }
      await store.recordInbox(event, day(1))
      await store.claimIdempotencyKey({ key: `old ${index}`, fingerprint: 'f', at: day(1), leaseSeconds: 60 })
    }
    await store.recordInbox({ adapterId: 'memory', eventId: 'new' }, day(3))
    await store.claimIdempotencyKey({ key: 'new', fingerprint: 'f', at: day(3), leaseSeconds: 60 })

    const report = await store.prune({ before: day(2), batchSize: 2 })
    expect(report).toEqual({ inboxEntries: 5, idempotencyKeys: 5, logs: 0 })
    expect(await store.recordInbox({ adapterId: 'memory', eventId: 'new' }, day(3))).toBe(false)
    expect(await store.recordInbox({ adapterId: 'memory', eventId: 'old 0' }, day(3))).toBe(true)
    const other = { fingerprint: 'other', at: day(3), leaseSeconds: 60 }
    expect(await store.claimIdempotencyKey({ key: 'new', ...other })).toEqual({ outcome: 'mismatch' })
    expect(await store.claimIdempotencyKey({ key: 'old 0', ...other })).toEqual({ outcome: 'claimed' })
    expect(await store.prune({ before: day(2) })).toEqual({ inboxEntries: 0, idempotencyKeys: 0, logs: 0 })
  })

  it('deletes logs of streams that closed long ago, and their numbers go on', async () => {
    const { store, schema } = await freshStore(pool())
    await store.insert(sampleStream({ id: 'open', creatorId: 'a' }), created, day(1))
    await store.insert(sampleStream({ id: 'failed', creatorId: 'b', status: 'failed' }), created, day(1))
    await store.insert(sampleStream({ id: 'ended late', creatorId: 'c' }), created, day(1))
    const end = (id: string, at: string, expectedVersion: number) =>
      store.transition({
        streamId: id,
        expectedVersion,
        next: sampleStream({ id, creatorId: 'c', status: 'ended' }),
        events: [{ type: 'stream.ended', reason: 'over' }],
        at,
      })
    await end('ended late', day(3), 1)
    const logOf = async (streamId: string) =>
      (await store.listEvents({ streamId, afterSeq: 0, limit: 9 })).map(({ seq }) => seq)

    expect(await store.prune({ before: day(2), batchSize: 1 })).toMatchObject({ logs: 1 })
    expect([await logOf('open'), await logOf('failed'), await logOf('ended late')]).toEqual([[1], [], [1, 2]])
    expect(await store.get('failed')).toMatchObject({ status: 'failed', version: 1 })

    expect(await store.prune({ before: day(4) })).toMatchObject({ logs: 1 })
    expect(await end('ended late', day(5), 2)).toMatchObject({ outcome: 'applied', events: [{ seq: 3 }] })
    expect(await logOf('ended late')).toEqual([3])
    // It closed on the third day, whatever was noted about it since.
    expect(await store.prune({ before: day(4) })).toMatchObject({ logs: 1 })
    expect(await logOf('ended late')).toEqual([])
    await checkStoredRows(pool(), schema)
    const left = await pool().query(`select stream_id from ${quoteIdentifier(schema)}.stream_events`, [])
    expect(left.rows).toEqual([{ stream_id: 'open' }])
  })

  it('stops when it is told to', async () => {
    const { store } = await freshStore(pool())
    await store.recordInbox({ adapterId: 'memory', eventId: 'old' }, day(1))
    const reason = new Error('the server shuts down')
    await expect(store.prune({ before: day(2), signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(await store.prune({ before: day(2) })).toMatchObject({ inboxEntries: 1 })
  })

  it.each([0, -1, 0.5, Number.NaN])('refuses a batch of %s', async (batchSize) => {
    const { store } = await freshStore(pool())
    await expect(store.prune({ before: day(2), batchSize })).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'batchSize',
    })
  })
})
