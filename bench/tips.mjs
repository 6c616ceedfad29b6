// Tips completed per second on PostgreSQL: the whole of a tip, beside balance rows and beside pgledger; and on PGlite.
// Run: node --conditions=@stagedoor/source bench/tips.mjs --pgledger ../pgledger
import { parseArgs } from 'node:util'
import { createLedger } from '@stagedoor/ledger'
import { fakeGateway } from '@stagedoor/payment-gateway/fake'
import { migrate, postgresLedgerStore, postgresTipStore } from '@stagedoor/persistence-postgres'
import { createTips } from '@stagedoor/tips'
import { openPglite } from '../packages/persistence-postgres/src/databases.fixture.ts'
import { startPostgres } from '../packages/persistence-postgres/src/postgres-server.fixture.ts'
import { machine, median, percentile, table } from './support/figures.mjs'
import { balanceRowsLane, pgledgerLane, tipsLane } from './support/tip-lanes.mjs'

/** @typedef {import('./support/tip-lanes.mjs').Lane} Lane */
/** @typedef {{ rate: number, p50: number, p99: number }} Round */

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    callers: { type: 'string', default: '1,16,1000' },
    creators: { type: 'string', default: '1,10000' },
    /** A clone of https://github.com/pgr0ss/pgledger; without it that lane is left out. */
    pgledger: { type: 'string' },
  },
})
const [rounds = 1, seconds = 1] = [Number(values.rounds), Number(values.seconds)]
const numbers = (/** @type {string} */ list) => list.split(',').map(Number)
let count = 0

console.log(`${machine()}; medians of ${rounds} rounds of ${seconds} s`)
const rows = [['creators, callers', 'lane', 'tips/s', 'p50 ms', 'p99 ms', 'ours is x times']]
for (const creators of numbers(values.creators)) {
  const server = await startPostgres()
  try {
    await compare(server.createPool({ max: 16 }), creators)
  } finally {
    await server.close()
  }
}
const embedded = await openPglite()
try {
  const lane = await ours(embedded.pool)
  for (const callers of numbers(values.callers)) {
    await measure(lane, callers, 1)
    const { rate, p50, p99 } = await measure(lane, callers, 1)
    rows.push([`1, ${callers}`, 'ours on PGlite', rate.toFixed(0), p50.toFixed(1), p99.toFixed(1), ''])
  }
} finally {
  await embedded.close()
}
console.log(`\n${table(rows)}`)

/** @param {import('@stagedoor/persistence-postgres').PostgresPool} pool */
async function ours(pool) {
  await migrate(pool)
  const tips = createTips({
    store: postgresTipStore(pool, { timeoutMs: 60_000 }),
    ledger: createLedger({ store: postgresLedgerStore(pool, { timeoutMs: 60_000 }) }),
    gateways: [fakeGateway({ id: 'stripe' })],
    creator: () => ({}),
    // A platform delivers what happened besides, as its own work.
    deliversAtOnce: false,
  })
  return tipsLane(tips, pool)
}

/**
 * All lanes on one database, in turns.
 *
 * @param {ReturnType<import('../packages/persistence-postgres/src/postgres-server.fixture.ts').PostgresServer['createPool']>} pool
 * @param {number} creators
 */
async function compare(pool, creators) {
  /** @type {Record<string, Lane>} */
  const lanes = { ours: await ours(pool), 'balance rows': await balanceRowsLane(pool) }
  if (values.pgledger !== undefined) {
    const names = Array.from({ length: creators }, (_, index) => `creator-${index}`)
    lanes.pgledger = await pgledgerLane(pool, values.pgledger, names)
  }
  for (const callers of numbers(values.callers)) {
    /** @type {Record<string, Round[]>} */
    const results = {}
    for (let round = 0; round <= rounds; round++) {
      for (const [name, lane] of Object.entries(lanes)) {
        const result = await measure(lane, callers, creators)
        // The first round warms up.
        if (round > 0) results[name] = [...(results[name] ?? []), result]
      }
      await pool.query('vacuum (analyze)', [])
    }
    for (const [name, own] of Object.entries(results)) {
      const of = (/** @type {keyof Round} */ figure) => median(own.map((result) => result[figure]))
      // Of rounds that ran one after the other, so that whatever else the machine does slows both.
      const ratio = median(own.map(({ rate }, round) => (results.ours?.[round]?.rate ?? Number.NaN) / rate))
      const cells = [of('rate').toFixed(0), of('p50').toFixed(1), of('p99').toFixed(1)]
      rows.push([`${creators}, ${callers}`, name, ...cells, name === 'ours' ? '' : ratio.toFixed(1)])
      console.log(rows.at(-1)?.join('  '))
    }
  }
}

/**
 * @param {Lane} lane
 * @param {number} callers - Each sends its next tip when the one before is answered.
 * @param {number} creators
 * @returns {Promise<Round>}
 */
async function measure(lane, callers, creators) {
  const waiting = Array.from({ length: Math.ceil(seconds * (callers < 100 ? 12_000 : 25_000)) }, () => ({
    id: `tip_${count++}`,
    creator: `creator-${Math.floor(Math.random() * creators)}`,
  }))
  for (let from = 0; from < waiting.length; from += 5000) await lane.prepare(waiting.slice(from, from + 5000))
  /** @type {number[]} */
  const times = []
  let next = 0
  const begin = performance.now()
  const end = begin + seconds * 1000
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < end) {
        const tip = waiting[next++]
        if (!tip) throw new Error('too few tips were prepared for this machine')
        const sent = performance.now()
        await lane.complete(tip)
        times.push(performance.now() - sent)
      }
    }),
  )
  const rate = (times.length * 1000) / (performance.now() - begin)
  return { rate, p50: percentile(times, 50), p99: percentile(times, 99) }
}
