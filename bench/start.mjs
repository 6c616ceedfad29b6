// From `npm start` to the first `/healthz` that answers 200, in a fresh clone with its dependencies installed.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { root } from '../scripts/setup/paths.mjs'
import { machine, median, table } from './support/figures.mjs'

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' } } })
const giveUpSeconds = 180

console.log(machine())
const clone = join(mkdtempSync(join(tmpdir(), 'stagedoor-bench-')), 'stagedoor')
try {
  // What is committed: changes in the working tree are not measured.
  execFileSync('git', ['clone', '--quiet', root, clone])
  const installSeconds = await timed(() => {
    const install =
      'const { ensureInstalled } = await import("./scripts/setup/install.mjs"); await ensureInstalled()'
    execFileSync('node', ['--input-type=module', '-e', install], { cwd: clone, stdio: 'inherit' })
  })
  const cold = await startOnce()
  const warm = []
  for (let run = 0; run < Number(values.runs); run++) warm.push(await startOnce())
  const seconds = (/** @type {number} */ value) => value.toFixed(2)
  console.log(
    `\n${table([
      ['npm start to a healthy platform', 'seconds'],
      ['cold: every package is built first', seconds(cold)],
      [`warm: median of ${warm.length}`, seconds(median(warm))],
      ['warm: slowest', seconds(Math.max(...warm))],
    ])}`,
  )
  console.log(`\nwarm runs: ${warm.map(seconds).join(' ')}; install before: ${installSeconds.toFixed(0)} s`)
} finally {
  rmSync(join(clone, '..'), { recursive: true, force: true })
}

/**
 * Runs `npm start` on free ports, waits until it is healthy and ends it.
 *
 * @returns {Promise<number>} Seconds.
 */
async function startOnce() {
  const [port, ivsLocalPort, rtmpPort] = [await freePort(), await freePort(), await freePort()].map(String)
  const env = { ...process.env, PORT: port, IVS_LOCAL_PORT: ivsLocalPort, RTMP_PORT: rtmpPort }
  let output = ''
  const begin = performance.now()
  const npm = spawn('npm', ['start'], { cwd: clone, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  const ended = once(npm, 'exit')
  try {
    while (!(await isHealthy(`http://127.0.0.1:${port}/healthz`))) {
      if (npm.exitCode !== null) throw new Error(`npm start ended with code ${npm.exitCode}:\n${output}`)
      if (performance.now() - begin > giveUpSeconds * 1000) throw new Error(`Never healthy:\n${output}`)
      await sleep(20)
    }
    return (performance.now() - begin) / 1000
  } finally {
    if (npm.exitCode === null && npm.signalCode === null) {
      npm.kill('SIGTERM')
      const isOver = await Promise.race([ended, sleep(15_000, null)])
      // Its own group: what npm left behind goes with it.
      if (!isOver && npm.pid) process.kill(-npm.pid, 'SIGKILL')
    }
  }
}

/** @param {string} url */
async function isHealthy(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) })
    await answer.arrayBuffer()
    return answer.status === 200
  } catch {
    return false
  }
}

/** @returns {Promise<number>} */
async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return address && typeof address === 'object' ? address.port : 0
}

/** @param {() => void} work */
async function timed(work) {
  const begin = performance.now()
  work()
  return (performance.now() - begin) / 1000
}
