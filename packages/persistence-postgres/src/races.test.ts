import type { StreamTransition } from '@stagedoor/streaming-core'
import { sampleStream } from '@stagedoor/streaming-core/testing'
import type { Pool, PoolClient } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freshStore } from './fresh-store.fixture.ts'
import { quoteIdentifier } from './postgres-pool.ts'
import { type PostgresServer, startPostgres } from './postgres-server.fixture.ts'
import type { PostgresStreamStore } from './postgres-stream-store.ts'
import { checkStoredRows } from './stored-rows.fixture.ts'
import { waitUntil } from './wait-until.fixture.ts'

const at = '2026-01-01T00:00:00.000Z'
const later = (seconds: number) => new Date(Date.parse(at) + seconds * 1000).toISOString()
const warned = { type: 'stream.warned', message: 'it changed' } as const
const inbox = { adapterId: 'memory', eventId: 'e1' }
const change: StreamTransition = {
  streamId: 'stream1',
  expectedVersion: 1,
  next: sampleStream({ title: 'Changed' }),
  events: [warned],
  at,
}

let server: PostgresServer
let pool: Pool
let store: PostgresStreamStore
let schema: string
beforeAll(async () => {
  server = await startPostgres()
  pool = server.createPool({ max: 20 })
}, 60_000)
afterAll(() => server.close())
beforeEach(async () => {
  ;({ store, schema } = await freshStore(pool))
})

/**
 * What a verb answers that began before another transaction ended and was in its way.
 *
 * @param statement - What the other one did by then.
 * @param end - How it ends.
 */
async function meets<Result>(
  statement: string,
  end: 'commit' | 'rollback',
  verb: () => Promise<Result>,
): Promise<Result> {
  const other: PoolClient = await pool.connect()
  try {
    await other.query('begin')
    await other.query(`set local search_path to ${quoteIdentifier(schema)}`)
    await other.query(statement)
    const answer = verb()
    await waitUntil('the verb waits', async () => {
      const text = `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%' || $1 || '%'`
      return (await pool.query(text, [quoteIdentifier(schema)])).rows.length > 0
    })
    await other.query(end)
    return await answer
  } finally {
    await other.query('rollback')
    other.release()
  }
}

describe('a transition that meets', () => {
  beforeEach(async () => {
    await store.insert(sampleStream(), [{ type: 'stream.created' }], at)
  })
  const changed = `update streams set version = 2, document = document || '{"title":"Winner"}' where id = 'stream1'`
  const taken = `insert into inbox values ('memory', 'e1', now())`
  const logLength = async () =>
    (await store.listEvents({ streamId: 'stream1', afterSeq: 0, limit: 9 })).length

  it('another one has lost, sees the winner, and leaves nothing', async () => {
    const result = await meets(changed, 'commit', () => store.transition({ ...change, inbox }))
    expect(result).toMatchObject({ outcome: 'lost', stream: { version: 2, title: 'Winner' } })
    expect(await logLength()).toBe(1)
    expect(await store.recordInbox(inbox, at)).toBe(true)
  })

  it('another one that is taken back is applied', async () => {
    const result = await meets(changed, 'rollback', () => store.transition(change))
    expect(result).toMatchObject({ outcome: 'applied', stream: { version: 2, title: 'Changed' } })
    expect(await logLength()).toBe(2)
  })

  it('its own event in the inbox is a duplicate, and leaves nothing', async () => {
    const result = await meets(taken, 'commit', () => store.transition({ ...change, inbox }))
    expect(result).toEqual({ outcome: 'duplicate' })
    expect(await store.get('stream1')).toMatchObject({ version: 1, title: 'A show' })
    expect(await logLength()).toBe(1)
  })

  it('its own event in the inbox, but taken back, is applied', async () => {
    const result = await meets(taken, 'rollback', () => store.transition({ ...change, inbox }))
    expect(result).toMatchObject({ outcome: 'applied' })
    expect(await store.recordInbox(inbox, at)).toBe(false)
  })

  it('another one for the same event is a duplicate, not merely lost', async () => {
    const both = `with c as (${changed} returning id) ${taken.replace('values', 'select')}`.replace(
      `('memory', 'e1', now())`,
      `'memory', 'e1', now() from c`,
    )
    const result = await meets(both, 'commit', () => store.transition({ ...change, inbox }))
    expect(result).toEqual({ outcome: 'duplicate' })
  })

  it('a reading settles by that reading', async () => {
    await store.transition({ ...change, next: sampleStream({ status: 'live' }) })
    const reading = `update streams set viewers_current = 7, viewers_peak = 9, live_ms = 10000, viewer_ms = 500,
      metered_until = '${later(10)}', metered_ms = ${Date.parse(later(10))} where id = 'stream1'`
    const next = sampleStream({ status: 'interrupted' })
    const result = await meets(reading, 'commit', () =>
      store.transition({ ...change, expectedVersion: 2, next, at: later(15) }),
    )
    expect(result).toMatchObject({
      outcome: 'applied',
      stream: {
        viewers: { current: 7, peak: 9 },
        usage: { liveMs: 15_000, viewerMs: 500 + 7 * 5000, until: later(15) },
      },
    })
  })
})

it('tells a creator who opens twice at once which stream is open', async () => {
  await store.insert(sampleStream({ id: 'old', status: 'ended' }), [], at)
  const opened = `update streams set is_open = true, status = 'live', closed_at = null where id = 'old'`
  const result = await meets(opened, 'commit', () => store.insert(sampleStream(), [warned], at))
  expect(result).toMatchObject({ outcome: 'creator_busy', stream: { id: 'old', status: 'live' } })
  expect(await store.listEvents({ streamId: 'stream1', afterSeq: 0, limit: 9 })).toEqual([])
})

it('tells 49 of 50 who insert one id at once that it exists, and counts its log once', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      store.insert(sampleStream({ creatorId: `c${index}` }), [warned], at),
    ),
  )
  expect(outcomes.filter(({ outcome }) => outcome === 'inserted')).toHaveLength(1)
  expect(outcomes.filter(({ outcome }) => outcome === 'exists')).toHaveLength(49)
  await checkStoredRows(pool, schema)
})

it('applies an event to one of two streams that get it at once, in each of 100 rounds', async () => {
  const streams = ['a', 'b'].map((id) => sampleStream({ id, creatorId: id }))
  for (const stream of streams) await store.insert(stream, [], at)
  for (let round = 0; round < 100; round++) {
    const answers = await Promise.all([
      ...streams.map(async ({ id }) => {
        const present = await store.get(id)
        if (!present) throw new Error('it was inserted')
        const expected = { streamId: id, expectedVersion: present.version, next: present }
        const event = { adapterId: 'memory', eventId: `round ${round}` }
        const { outcome } = await store.transition({ ...expected, events: [warned], inbox: event, at })
        return outcome === 'applied'
      }),
      store.recordInbox({ adapterId: 'memory', eventId: `round ${round}` }, at),
    ])
    expect(answers.filter(Boolean), `round ${round}`).toHaveLength(1)
  }
  await checkStoredRows(pool, schema)
})

it.each(['read committed', 'serializable'])(
  'applies each event once when 50 callers send each twice, under %s',
  async (isolation) => {
    const options = `-c default_transaction_isolation=${isolation.replace(' ', '\\ ')}`
    const fresh = await freshStore(server.createPool({ max: 20, options }), { timeoutMs: 60_000 })
    const ids = ['a', 'b', 'c', 'd', 'e']
    for (const id of ids)
      await fresh.store.insert(sampleStream({ id, creatorId: id, status: 'live' }), [], at)
    const outcomes = { applied: 0, duplicate: 0, lost: 0 }

    const send = async (id: string, eventId: string) => {
      for (;;) {
        const present = await fresh.store.get(id)
        if (!present) throw new Error('it was inserted')
        const result = await fresh.store
          .transition({
            streamId: id,
            expectedVersion: present.version,
            next: present,
            events: [{ type: 'stream.warned', message: eventId }],
            inbox: { adapterId: 'memory', eventId },
            at,
          })
          // So many serializable ones at once may use up the retries; then it is the caller who tries again.
          .catch((error: { retryable?: boolean }) => {
            if (error.retryable) return { outcome: 'lost' } as const
            throw error
          })
        outcomes[result.outcome]++
        if (result.outcome !== 'lost') return
      }
    }
    const read = async (id: string, second: number) => {
      await fresh.store.meter({ streamId: id, viewers: 3, at: later(second) }).catch(() => null)
    }
    await Promise.all(
      Array.from({ length: 50 }, async (_, caller) => {
        const id = ids[caller % 5] ?? 'a'
        for (let event = 0; event < 6; event++) {
          await send(id, `${id}${Math.floor(caller / 10)}-${event}`)
          await read(id, event)
        }
      }),
    )
    // 50 callers in pairs of the same events: 25 callers' worth of them.
    expect(outcomes).toMatchObject({ applied: 150, duplicate: 150 })
    expect(outcomes.lost).toBeGreaterThan(0)
    for (const id of ids) {
      const log = await fresh.store.listEvents({ streamId: id, afterSeq: 0, limit: 100 })
      expect(new Set(log.map((event) => 'message' in event && event.message)).size).toBe(30)
      expect((await fresh.store.get(id))?.version).toBe(31)
    }
    await checkStoredRows(pool, fresh.schema)
  },
  60_000,
)

it('meters 50 readings at once, among transitions, to the millisecond', async () => {
  await store.insert(sampleStream({ status: 'live', usage: { liveMs: 0, viewerMs: 0, until: at } }), [], at)
  await store.meter({ streamId: 'stream1', viewers: 4, at })
  await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const time = later(1 + ((index * 37) % 50) + 0.007)
      if (index % 5 > 0) return store.meter({ streamId: 'stream1', viewers: 4, at: time })
      const present = await store.get('stream1')
      if (!present) throw new Error('it was inserted')
      return store.transition({ ...change, expectedVersion: present.version, next: present, at: time })
    }),
  )
  const settled = await store.meter({ streamId: 'stream1', at: later(60) })
  expect(settled?.usage).toEqual({ liveMs: 60_000, viewerMs: 240_000, until: later(60) })
})
