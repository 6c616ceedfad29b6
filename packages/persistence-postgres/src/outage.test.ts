import { isStreamingError } from '@stagedoor/streaming-core'
import { sampleStream } from '@stagedoor/streaming-core/testing'
import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freshStore } from './fresh-store.fixture.ts'
import { type PostgresServer, startPostgres } from './postgres-server.fixture.ts'
import type { PostgresStreamStore } from './postgres-stream-store.ts'
import { checkStoredRows } from './stored-rows.fixture.ts'
import { waitUntil } from './wait-until.fixture.ts'

const at = '2026-01-01T00:00:00.000Z'
const streams = 10
const eventsOfEach = 60

let server: PostgresServer
let pool: Pool
beforeAll(async () => {
  server = await startPostgres()
  pool = server.createPool({ max: 20, connectionTimeoutMillis: 2000 })
}, 60_000)
afterAll(() => server.close())

/** Every stream gets its events in order; whoever sends one repeats it until it is acknowledged. */
function startLoad(store: PostgresStreamStore) {
  const acknowledged = new Map<string, number>()
  const failures: unknown[] = []

  const insist = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    for (;;) {
      try {
        return await work()
      } catch (error) {
        failures.push(error)
        if (failures.length > 50_000) throw error
      }
    }
  }

  const sendAll = async (streamId: string) => {
    await insist(() => store.insert(sampleStream({ id: streamId, creatorId: streamId }), [], at))
    for (let event = 0; event < eventsOfEach; event++) {
      const outcome = await insist(async () => {
        const present = await store.get(streamId)
        // An acknowledged write is there, whatever happened since.
        if (!present || present.version < (acknowledged.get(streamId) ?? 1))
          throw new Error(`${streamId} lost a write`)
        const result = await store.transition({
          streamId,
          expectedVersion: present.version,
          next: { ...present, title: `Show ${event}` },
          events: [{ type: 'stream.warned', message: `${event}` }],
          inbox: { adapterId: 'memory', eventId: `${streamId} ${event}` },
          at,
        })
        if (result.outcome === 'applied') acknowledged.set(streamId, result.stream.version)
        return result.outcome
      })
      if (outcome === 'lost') throw new Error('nobody else writes to this stream')
    }
  }
  const done = Promise.all(Array.from({ length: streams }, (_, index) => sendAll(`stream ${index}`)))
  const sent = () => [...acknowledged.values()].reduce((sum, version) => sum + version - 1, 0)
  return { done, failures, sent }
}

async function expectEachEventOnce(store: PostgresStreamStore, schema: string) {
  await checkStoredRows(pool, schema)
  for (let index = 0; index < streams; index++) {
    const log = await store.listEvents({ streamId: `stream ${index}`, afterSeq: 0, limit: 1000 })
    expect(log.map((event) => 'message' in event && Number(event.message))).toEqual(
      Array.from({ length: eventsOfEach }, (_, event) => event),
    )
  }
}

function expectToBeOutages(failures: readonly unknown[]) {
  expect(failures.length).toBeGreaterThan(0)
  const others = failures.filter(
    (error) => !isStreamingError(error, 'provider_unavailable') || !error.retryable,
  )
  expect(others).toEqual([])
}

it('loses and doubles nothing while its sessions are killed', async () => {
  const { store, schema } = await freshStore(pool)
  const load = startLoad(store)
  const killer = server.createPool({ max: 1 })
  for (let kill = 1; kill <= 12; kill++) {
    await waitUntil('the load goes on', async () => load.sent() >= kill * 20)
    await killer.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where state = 'active' and pid <> pg_backend_pid()`,
    )
  }
  await load.done
  expectToBeOutages(load.failures)
  await expectEachEventOnce(store, schema)
}, 60_000)

it.each(['SIGQUIT', 'SIGINT'] as const)(
  'loses and doubles nothing when the database is ended by %s under load and started again',
  async (signal) => {
    const { store, schema } = await freshStore(pool)
    const load = startLoad(store)
    for (const share of [0.25, 0.5]) {
      await waitUntil('the load goes on', async () => load.sent() >= streams * eventsOfEach * share)
      const before = load.failures.length
      await server.stop(signal)
      await waitUntil('callers notice', async () => load.failures.length > before + 20)
      await server.start()
    }
    await load.done
    expectToBeOutages(load.failures)
    await expectEachEventOnce(store, schema)
  },
  60_000,
)
