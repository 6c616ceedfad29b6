import { setTimeout as sleep } from 'node:timers/promises'
import { isOpen, memory, type Stream } from '@stagedoor/streaming-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Books, emptyBooks, runCreator } from './crash-load.fixture.ts'
import { type Fleet, startFleet } from './fleet.fixture.ts'
import { migrate } from './migrate.ts'
import { type PostgresServer, startPostgres } from './postgres-server.fixture.ts'
import { postgresStreamStore } from './postgres-stream-store.ts'
import { startSharedProvider } from './shared-provider.fixture.ts'
import { checkStoredRows } from './stored-rows.fixture.ts'

/** `STAGEDOOR_CRASH_SECONDS=600` runs it for longer. */
const seconds = Number(process.env.STAGEDOOR_CRASH_SECONDS ?? 20)
const servers = 4
const creators = 24

let postgres: PostgresServer
let provider: Awaited<ReturnType<typeof startSharedProvider>>
let fleet: Fleet
const platform = memory()

beforeAll(async () => {
  postgres = await startPostgres()
  await migrate(postgres.createPool())
  provider = await startSharedProvider(platform)
  fleet = await startFleet({
    size: servers,
    env: { DATABASE_URL: postgres.url, PROVIDER_URL: provider.url },
    program: new URL('./platform-process.fixture.ts', import.meta.url),
    basePath: '/api/streaming',
  })
}, 60_000)

afterAll(async () => {
  await fleet?.close()
  provider?.close()
  await postgres?.close()
})

it(
  'servers that are killed one after the other, and a database that restarts, lose nothing and double nothing',
  async () => {
    const books = emptyBooks()
    const stop = AbortSignal.timeout(seconds * 1000)
    const load = Array.from({ length: creators }, (_, index) =>
      runCreator(`creator-${index}`, { fleet, control: platform.control, books, signal: stop }),
    )
    await Promise.all([...load, killServers(stop), restartDatabase(seconds * 500)])

    const pool = postgres.createPool()
    const store = postgresStreamStore(pool)
    const streams = await untilSettled(async () => allStreams(await store.list({ limit: 100 }), store))
    process.stdout.write(
      `${books.operations} operations on ${streams.length} streams, ${provider.calls()} calls of the provider, ` +
        `${fleet.kills()} servers killed, 1 restart of the database\n`,
    )
    expect(fleet.kills()).toBeGreaterThan(seconds / 10)
    expect(books.created.size).toBeGreaterThan(creators)

    await checkStoredRows(pool, 'stagedoor')
    expect(lostWrites(books, streams)).toEqual([])
    expect(await lostEvents(books)).toEqual([])
    for (const stream of streams) {
      const log = await store.listEvents({ streamId: stream.id, afterSeq: 0, limit: 1000 })
      expect(
        doubled(
          books,
          stream,
          log.map(({ type }) => type),
        ),
        `the log of ${stream.id}`,
      ).toEqual([])
    }
    // No orphan, and no stream without its channel.
    const owned = streams.filter(isOpen).map(({ channel }) => channel?.id)
    expect([...platform.control.channelIds()].sort()).toEqual([...owned].sort())
    for (const stream of streams.filter(isOpen)) {
      const state = stream.channel && (await platform.getChannel(stream.channel))
      expect([stream.id, stream.status]).toEqual([
        stream.id,
        state?.status === 'offline' ? 'ready' : state?.status,
      ])
    }
  },
  (seconds + 90) * 1000,
)

async function killServers(stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await sleep(300 + Math.random() * 900)
    await fleet.killOne()
  }
}

async function restartDatabase(afterMs: number): Promise<void> {
  await sleep(afterMs)
  await postgres.stop('SIGQUIT')
  await sleep(500)
  await postgres.start()
}

/** Everything, when two looks five seconds apart show the same and nothing is left to clean up. */
async function untilSettled(look: () => Promise<Stream[]>): Promise<Stream[]> {
  let before = ''
  for (let attempt = 0; attempt < 12; attempt++) {
    await sleep(5000)
    const streams = await look()
    const now = JSON.stringify(streams.map(({ id, status, channel }) => [id, status, channel?.id]))
    if (now === before && streams.every((stream) => isOpen(stream) || stream.channel === null)) return streams
    before = now
  }
  throw new Error('The platform does not come to rest.')
}

async function allStreams(
  first: readonly Stream[],
  store: ReturnType<typeof postgresStreamStore>,
): Promise<Stream[]> {
  const streams = [...first]
  for (let last = first.at(-1); last; ) {
    const page = await store.list({ limit: 100, after: { createdAt: last.createdAt, id: last.id } })
    streams.push(...page)
    last = page.at(-1)
  }
  return streams
}

function lostWrites(books: Books, streams: readonly Stream[]): string[] {
  const byId = new Map(streams.map((stream) => [stream.id, stream]))
  return [
    ...[...books.created.keys()].filter((id) => !byId.has(id)).map((id) => `${id} was created`),
    ...[...books.ended]
      .filter((id) => byId.get(id)?.status !== 'ended' && byId.get(id)?.status !== 'failed')
      .map((id) => `${id} was ended, and is ${byId.get(id)?.status}`),
  ]
}

/** Acknowledged events that are not in the inbox, by a second path. Those of a stream that is over are not kept. */
async function lostEvents(books: Books): Promise<string[]> {
  const { rows } = await postgres
    .createPool()
    .query('select event_id from stagedoor.inbox where adapter_id = $1', ['memory'])
  const known = new Set(rows.map(({ event_id }) => event_id))
  return [...books.events].filter((id) => !known.has(id))
}

/** A session begins once, and no more losses and returns are told than happened. */
function doubled(books: Books, stream: Stream, types: readonly string[]): string[] {
  const facts = books.facts.get(stream.id)
  const count = (type: string) => types.filter((one) => one === type).length
  const limits: Record<string, number> = {
    'stream.created': 1,
    'stream.started': facts?.started ?? 0,
    'stream.interrupted': (facts?.lost ?? 0) + 1,
    'stream.resumed': facts?.resumed ?? 0,
    'stream.ended': 1,
  }
  return Object.entries(limits).flatMap(([type, most]) =>
    count(type) > most ? [`${count(type)} ${type}`] : [],
  )
}
