// Guarded transitions and event applications per second by postgresStreamStore, beside the same work in bare SQL.
// Run: node --conditions=@stagedoor/source bench/persistence.mjs
import { parseArgs } from 'node:util'
import { migrate, postgresStreamStore } from '@stagedoor/persistence-postgres'
import { sampleStream } from '@stagedoor/streaming-core/testing'
import { openPglite } from '../packages/persistence-postgres/src/databases.fixture.ts'
import { startPostgres } from '../packages/persistence-postgres/src/postgres-server.fixture.ts'
import { changeInOneStatement, changeInTransaction, findByChannel } from './support/bare-sql.mjs'
import { machine, median, table } from './support/figures.mjs'

/** @typedef {import('@stagedoor/persistence-postgres').PostgresPool} PostgresPool */
/** @typedef {import('@stagedoor/streaming-core').Stream} Stream */
/**
 * One change of one stream; answers its new version.
 *
 * @typedef {(stream: Stream, eventId: string | null) => Promise<number>} Lane
 */

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '1' },
    callers: { type: 'string', default: '10' },
  },
})
const [rounds, seconds, callers] = [values.rounds, values.seconds, values.callers].map(Number)

console.log(`${machine()}; ${callers} callers, each on a stream of its own; medians of ${rounds} rounds`)
const rows = [['', 'ours /s', 'one statement /s', 'ratio', 'transaction /s', 'ratio']]

const server = await startPostgres()
try {
  const pool = server.createPool({ max: callers })
  await measure('PostgreSQL', pool, { transaction: (...change) => changeInTransaction(pool, ...change) })
  const hasty = server.createPool({ max: callers, options: '-c synchronous_commit=off' })
  await measure('PostgreSQL, not waiting for the disk', hasty, {
    transaction: (...change) => changeInTransaction(hasty, ...change),
  })
} finally {
  await server.close()
}
const embedded = await openPglite()
try {
  await measure('PGlite', embedded.pool, {})
} finally {
  await embedded.close()
}
console.log(`\n${table(rows)}`)

/**
 * @param {string} name
 * @param {PostgresPool} pool
 * @param {Record<string, Lane>} more - Lanes that need this kind of pool.
 */
async function measure(name, pool, more) {
  await migrate(pool)
  const store = postgresStreamStore(pool)
  /** @type {Record<string, Lane>} */
  const lanes = {
    ours: async (stream, eventId) => {
      const result = await store.transition({
        streamId: stream.id,
        expectedVersion: stream.version,
        next: stream,
        events: [{ type: 'stream.warned', message: 'changed' }],
        at: new Date().toISOString(),
        ...(eventId === null ? {} : { inbox: { adapterId: 'memory', eventId } }),
      })
      if (result.outcome !== 'applied') throw new Error(`the change was ${result.outcome}`)
      return result.stream.version
    },
    'one statement': (stream, eventId) => changeInOneStatement(pool, stream, eventId),
    ...more,
  }
  /** @type {Record<string, (channelId: string) => Promise<unknown>>} */
  const finders = { ours: (channelId) => store.findByChannel('memory', channelId) }
  const bareFinder = (/** @type {string} */ channelId) => findByChannel(pool, channelId)

  /** @type {Record<string, Stream[]>} */
  const streams = {}
  for (const lane of Object.keys(lanes)) {
    streams[lane] = []
    for (let caller = 0; caller < (callers ?? 1); caller++) {
      const id = `${name}-${lane}-${caller}`
      const channel = { id, details: { playbackUrl: 'https://video.example/master.m3u8' } }
      const stream = sampleStream({ id, creatorId: id, status: 'live', channel })
      await store.insert(stream, [], stream.createdAt)
      streams[lane].push(stream)
    }
  }
  let eventCount = 0
  for (const work of ['transitions', 'event applications']) {
    /** @type {Record<string, number[]>} */
    const rates = Object.fromEntries(Object.keys(lanes).map((lane) => [lane, []]))
    for (let round = 0; round < (rounds ?? 1) + 1; round++) {
      for (const [lane, change] of Object.entries(lanes)) {
        const find = finders[lane] ?? bareFinder
        const own = streams[lane] ?? []
        const rate = await perSecond(own.length, async (caller) => {
          const stream = /** @type {Stream} */ (own[caller])
          const isEvent = work !== 'transitions'
          if (isEvent) await find(stream.channel?.id ?? '')
          const version = await change(stream, isEvent ? `${name} ${eventCount++}` : null)
          own[caller] = { ...stream, version }
        })
        // The first round warms up.
        if (round > 0) rates[lane]?.push(rate)
      }
    }
    const ours = rates.ours ?? []
    const cells = ['one statement', 'transaction'].flatMap((lane) => {
      const bare = rates[lane]
      if (!bare) return ['-', '-']
      // Of rounds that ran one after the other, so that whatever else the machine does slows both.
      const ratio = median(ours.map((rate, round) => rate / (bare[round] ?? Number.NaN)))
      return [median(bare).toFixed(0), ratio.toFixed(2)]
    })
    rows.push([`${name}: ${work}`, median(ours).toFixed(0), ...cells])
    console.log(rows.at(-1)?.join('  '))
  }
}

/** @param {number} count @param {(caller: number) => Promise<void>} work */
async function perSecond(count, work) {
  let done = 0
  const begin = performance.now()
  const end = begin + (seconds ?? 1) * 1000
  await Promise.all(
    Array.from({ length: count }, async (_, caller) => {
      while (performance.now() < end) {
        await work(caller)
        done++
      }
    }),
  )
  return (done * 1000) / (performance.now() - begin)
}
