// 10,000 viewers on one Node process: memory of each, and the time from a change to the last one, beside bare node:http.
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { buildPackages } from '../scripts/setup/build-packages.mjs'
import { endChild, startChild } from './support/child.mjs'
import { machine, median, percentile, table } from './support/figures.mjs'
import { cpuSeconds } from './support/process-usage.mjs'

const { values } = parseArgs({
  options: {
    viewers: { type: 'string', default: '10000' },
    streams: { type: 'string', default: '1,500' },
    events: { type: 'string', default: '30' },
  },
})
const viewers = Number(values.viewers)
const events = Number(values.events)
const kinds = ['stagedoor', 'bare']
const serverProgram = new URL('./support/event-stream-server.mjs', import.meta.url)
const clientsProgram = new URL('./support/event-stream-clients.mjs', import.meta.url)

/** @typedef {import('node:child_process').ChildProcess} Child */

console.log(machine())
const builds = await buildPackages(process.execPath)
const broken = builds.find(({ outcome }) => outcome === 'failed')
if (broken) throw new Error(`${broken.path} did not build:\n${broken.output}`)
for (const count of values.streams.split(',').map(Number)) print(count, await measure(count))

/**
 * Both servers with all of their viewers at the same time; events go to one and the other in turns, so that whatever
 * else the machine does slows both.
 *
 * @param {number} streams
 */
async function measure(streams) {
  /** @type {Child[]} */
  const children = []
  try {
    const lanes = []
    for (const kind of kinds) {
      const server = await startChild(serverProgram, [kind, `${streams}`], ['--expose-gc'])
      children.push(server.child)
      const before = await ask(server.child, { memory: true })
      const { port, paths } = server.facts
      const clients = await startChild(clientsProgram, [`${port}`, `${viewers}`, ...paths])
      children.push(clients.child)
      await sleep(2000)
      const after = await ask(server.child, { memory: true })
      lanes.push({
        kind,
        server: server.child,
        clients: clients.child,
        connectSeconds: clients.facts.connectSeconds,
        residentKb: (after.rss - before.rss) / viewers / 1024,
        heapKb: (after.heap - before.heap) / viewers / 1024,
        middleMs: /** @type {number[]} */ ([]),
        lastMs: /** @type {number[]} */ ([]),
        cpu: 0,
      })
    }
    // The first ones warm up.
    for (let event = -5; event < events; event++) {
      for (const lane of lanes) {
        const text = `Event ${event + 5} of the run`
        await ask(lane.clients, text)
        const arrived = once(lane.clients, 'message')
        const cpuBefore = cpuSeconds(lane.server.pid ?? 0)
        const { began } = await ask(lane.server, { publish: text })
        const [{ middle, last }] = await arrived
        await sleep(300)
        if (event < 0) continue
        lane.middleMs.push(Number(BigInt(middle) - BigInt(began)) / 1e6)
        lane.lastMs.push(Number(BigInt(last) - BigInt(began)) / 1e6)
        lane.cpu += cpuSeconds(lane.server.pid ?? 0) - cpuBefore
      }
    }
    return lanes
  } finally {
    await Promise.all(children.map(endChild))
  }
}

/**
 * @param {Child} child
 * @param {string | object} question
 */
async function ask(child, question) {
  const answer = once(child, 'message')
  child.send(question)
  return (await answer)[0]
}

/**
 * @param {number} streams
 * @param {Awaited<ReturnType<typeof measure>>} lanes
 */
function print(streams, lanes) {
  const [ours, bare] = lanes
  if (!ours || !bare) return
  const row = (/** @type {string} */ name, /** @type {number} */ left, /** @type {number} */ right) => [
    name,
    left.toFixed(1),
    right.toFixed(1),
    (left / right).toFixed(2),
  ]
  const micros = (/** @type {typeof ours} */ lane) => (lane.cpu / events / viewers) * 1e6
  console.log(
    `\n${viewers} viewers of ${streams} stream${streams === 1 ? '' : 's'}, ${events} events on each`,
  )
  console.log(
    table([
      ['', 'stagedoor', 'bare node:http', 'ratio'],
      row('memory per viewer, KB resident', ours.residentKb, bare.residentKb),
      row('memory per viewer, KB of heap and buffers', ours.heapKb, bare.heapKb),
      row('to the middle viewer, median ms', median(ours.middleMs), median(bare.middleMs)),
      row('to the last viewer, median ms', median(ours.lastMs), median(bare.lastMs)),
      row('to the last viewer, p95 ms', percentile(ours.lastMs, 95), percentile(bare.lastMs, 95)),
      row('processor per viewer and event, µs', micros(ours), micros(bare)),
      row('all viewers connected, s', ours.connectSeconds, bare.connectSeconds),
    ]),
  )
}
