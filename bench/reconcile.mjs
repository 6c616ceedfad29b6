// One run of the reconciler over 5,000 live streams on IVS's documented rates, beside one that asks for each stream.
// Run: node --conditions=@stagedoor/source bench/reconcile.mjs
import { parseArgs } from 'node:util'
import { ivs } from '@stagedoor/ivs-adapter'
import { migrate, postgresStreamStore } from '@stagedoor/persistence-postgres'
import { createStreaming, memoryStreamStore } from '@stagedoor/streaming-core'
import { sampleStream } from '@stagedoor/streaming-core/testing'
import { openPglite } from '../packages/persistence-postgres/src/databases.fixture.ts'
import { table } from './support/figures.mjs'
import { startRatedIvs } from './support/rated-ivs.mjs'

const { values } = parseArgs({
  options: { streams: { type: 'string', default: '5000' }, sample: { type: 'string', default: '100' } },
})
const count = Number(values.streams)
const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' }

/** @param {number} index */
const channelAt = (index) => ({
  arn: `arn:aws:ivs:us-east-1:123456789012:channel/Channel${String(index).padStart(6, '0')}`,
  streamId: `stream${String(index).padStart(6, '0')}`,
  sessionId: `st-${index}`,
  viewers: index % 97,
})

const pglite = await openPglite()
await migrate(pglite.pool)
const rows = [['one run over every live stream', 'seconds', 'calls', 'throttled']]
for (const [name, store] of /** @type {const} */ ([
  ['reconcile(), streams in memory', memoryStreamStore()],
  ['reconcile(), streams in PGlite', postgresStreamStore(pglite.pool)],
])) {
  const provider = await startRatedIvs(count, channelAt)
  await fill(store)
  const streaming = createStreaming({
    adapters: [ivs({ region: 'us-east-1', endpoint: provider.endpoint, credentials, publicPlayback: true })],
    store,
    access: () => ({ allowed: true }),
    eligibility: () => ({ eligible: true, verified: true }),
  })
  const begin = performance.now()
  const report = await streaming.reconcile()
  const seconds = (performance.now() - begin) / 1000
  if (report.checked !== count || report.corrected + report.ended + report.problems.length > 0) {
    throw new Error(`The run went wrong: ${JSON.stringify(report)}`)
  }
  const sample = await store.get(channelAt(96).streamId)
  if (sample?.viewers.current !== 96) throw new Error('The viewers were not read.')
  const calls = Object.values(provider.answered()).reduce((sum, calls) => sum + calls, 0)
  rows.push([name, seconds.toFixed(1), String(calls), String(provider.throttled())])
  provider.close()
}
await pglite.close()
rows.push(await askEach())
const ratio = Number(rows.at(-1)?.[1]) / Number(rows[1]?.[1])
console.log(`\n${count} live streams\n\n${table(rows)}\n\nreconcile() is ${ratio.toFixed(0)} times as fast.`)

/** The peer: a look at each channel, GetChannel and GetStream side by side; measured on a part, as all of them take long. */
async function askEach() {
  const sample = Math.min(count, Number(values.sample))
  const provider = await startRatedIvs(count, channelAt)
  const adapter = ivs({ region: 'us-east-1', endpoint: provider.endpoint, credentials, publicPlayback: true })
  const begin = performance.now()
  await Promise.all(
    Array.from({ length: sample }, async (_, index) => {
      const state = await adapter.getChannel({ id: channelAt(index).arn, details: {} })
      if (state?.viewers !== channelAt(index).viewers) throw new Error('The viewers were not read.')
    }),
  )
  const seconds = ((performance.now() - begin) / 1000 / sample) * count
  provider.close()
  return [
    `a look at each (measured on ${sample})`,
    seconds.toFixed(1),
    String(count * 2),
    String(provider.throttled()),
  ]
}

/** @param {import('@stagedoor/streaming-core').StreamStore} store */
async function fill(store) {
  const at = new Date().toISOString()
  for (let index = 0; index < count; index++) {
    const { arn, streamId, sessionId } = channelAt(index)
    const session = { id: sessionId, startedAt: '2026-01-01T00:00:00.000Z' }
    const stream = sampleStream({
      ...{ id: streamId, creatorId: `creator${index}`, adapterId: 'ivs', status: 'live' },
      ...{ channel: { id: arn, details: {} }, session, liveAt: session.startedAt, createdAt: at },
    })
    await store.insert(stream, [], at)
  }
}
