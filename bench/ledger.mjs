// Tips to one popular creator booked per second by the ledger on PostgreSQL, beside a design with balance rows.
// Run: node --conditions=@stagedoor/source bench/ledger.mjs
import { parseArgs } from 'node:util'
import { createLedger } from '@stagedoor/ledger'
import { sampleEarning } from '@stagedoor/ledger/testing'
import { migrate, postgresLedgerStore } from '@stagedoor/persistence-postgres'
import { openPglite } from '../packages/persistence-postgres/src/databases.fixture.ts'
import { startPostgres } from '../packages/persistence-postgres/src/postgres-server.fixture.ts'
import { createBalanceRows, postToBalanceRows } from './support/balance-rows.mjs'
import { machine, median, percentile, table } from './support/figures.mjs'

/** @typedef {import('@stagedoor/ledger').NewTransfer} NewTransfer */
/** @typedef {(transfer: NewTransfer) => Promise<unknown>} Lane */
/** @typedef {{ rate: number, p50: number, p99: number }} Round */

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    callers: { type: 'string', default: '1,16,1000' },
    entries: { type: 'string', default: '1000000' },
  },
})
const [rounds, seconds, entries] = [values.rounds, values.seconds, values.entries].map(Number)
let count = 0
/** The end of every hold, so that what is pending stays so. */
const availableAt = new Date(Date.now() + 7 * 86_400_000).toISOString()

console.log(`${machine()}; all tips to one creator; medians of ${rounds} rounds of ${seconds} s`)
const heading = ['callers', 'ours /s', 'p50 ms', 'p99 ms', 'balance rows /s', 'p50 ms', 'p99 ms', 'ratio']
const rows = [heading]

const server = await startPostgres()
try {
  const pool = server.createPool({ max: 16 })
  await migrate(pool)
  await createBalanceRows(pool)
  const store = postgresLedgerStore(pool, { timeoutMs: 60_000 })
  const ledger = createLedger({ store })
  /** @type {Record<string, Lane>} */
  const lanes = { ours: (tip) => ledger.post(tip), rows: (tip) => postToBalanceRows(pool, tip) }
  for (const callers of (values.callers ?? '').split(',').map(Number)) {
    /** @type {Record<string, Round[]>} */
    const results = { ours: [], rows: [] }
    for (let round = 0; round <= (rounds ?? 1); round++) {
      for (const [name, lane] of Object.entries(lanes)) {
        const result = await measure(callers, lane)
        // The first round warms up.
        if (round > 0) results[name]?.push(result)
      }
      await ledger.takeSnapshots()
    }
    const of = (/** @type {string} */ name, /** @type {keyof Round} */ figure) =>
      median((results[name] ?? []).map((round) => round[figure]))
    const cells = (/** @type {string} */ name) => [
      of(name, 'rate').toFixed(0),
      of(name, 'p50').toFixed(1),
      of(name, 'p99').toFixed(1),
    ]
    // Of rounds that ran one after the other, so that whatever else the machine does slows both.
    const ratio = median(
      (results.ours ?? []).map(({ rate }, round) => rate / (results.rows?.[round]?.rate ?? Number.NaN)),
    )
    rows.push([`${callers}`, ...cells('ours'), ...cells('rows'), ratio.toFixed(1)])
    console.log(rows.at(-1)?.join('  '))
  }
  await readBalance(ledger, store)
} finally {
  await server.close()
}

const embedded = await openPglite()
try {
  await migrate(embedded.pool)
  const ledger = createLedger({ store: postgresLedgerStore(embedded.pool) })
  for (const callers of [1, 1000]) {
    await measure(callers, (tip) => ledger.post(tip))
    const { rate, p50, p99 } = await measure(callers, (tip) => ledger.post(tip))
    rows.push([
      `${callers} (PGlite)`,
      ...[rate.toFixed(0), p50.toFixed(1), p99.toFixed(1)],
      '-',
      '-',
      '-',
      '-',
    ])
  }
} finally {
  await embedded.close()
}
console.log(`\n${table(rows)}`)

/**
 * @param {number} callers - Each sends its next tip when the one before is answered.
 * @param {Lane} lane
 * @returns {Promise<Round>}
 */
async function measure(callers, lane) {
  /** @type {number[]} */
  const times = []
  const begin = performance.now()
  const end = begin + (seconds ?? 1) * 1000
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < end) {
        const sent = performance.now()
        await lane(sampleEarning(`${count++}`, { availableAt }))
        times.push(performance.now() - sent)
      }
    }),
  )
  const rate = (times.length * 1000) / (performance.now() - begin)
  return { rate, p50: percentile(times, 50), p99: percentile(times, 99) }
}

/**
 * The creator's balance with so many entries: as it is, then after a snapshot; and the proof of all of it.
 *
 * @param {import('@stagedoor/ledger').Ledger} ledger
 * @param {import('@stagedoor/ledger').LedgerStore} store
 */
async function readBalance(ledger, store) {
  while ((await store.audit()).entries < (entries ?? 0)) {
    for (let batch = 0; batch < 50; batch++) {
      const tips = Array.from({ length: 1000 }, () => sampleEarning(`${count++}`, { availableAt }))
      await store.post(tips, new Date().toISOString())
    }
  }
  const read = async () => {
    /** @type {number[]} */
    const times = []
    for (let round = 0; round < 50; round++) {
      const sent = performance.now()
      await ledger.balances('ava')
      times.push(performance.now() - sent)
    }
    return `p50 ${percentile(times, 50).toFixed(1)} ms, p99 ${percentile(times, 99).toFixed(1)} ms`
  }
  console.log(`balance of the creator, a tail of batches: ${await read()}`)
  await ledger.takeSnapshots({ minTail: 2 })
  console.log(`balance of the creator, after a snapshot: ${await read()}`)
  const begin = performance.now()
  const { ok, entries: found } = await ledger.verify()
  const took = ((performance.now() - begin) / 1000).toFixed(1)
  console.log(`verify: ${found} entries in ${took} s, ${ok ? 'right' : 'WRONG'}`)
}
