import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cache } from './paths.mjs'

const file = join(cache, 'setup.lock')

/** The holder touches its lock this often; one that was left alone for much longer has no holder any more. */
const beatMs = 2000
const staleMs = 120_000

/**
 * Lets one process at a time install or build, so that `npm start` and `npm test` may begin together.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withSetupLock(work) {
  mkdirSync(cache, { recursive: true })
  let announced = false
  while (!take()) {
    if (!announced) console.log('- waiting for another run in this folder to finish its setup ...')
    announced = true
    await sleep(250)
  }
  const release = () => rmSync(file, { force: true })
  const beat = setInterval(touch, beatMs)
  process.once('exit', release)
  try {
    return await work()
  } finally {
    clearInterval(beat)
    release()
    process.off('exit', release)
  }
}

function take() {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    // A run that was killed leaves its lock behind: its process is gone, or its number belongs to another one by now.
    const holder = Number(readLock())
    if ((!Number.isNaN(holder) && !isAlive(holder)) || isStale()) rmSync(file, { force: true })
    return false
  }
}

function touch() {
  try {
    const now = new Date()
    utimesSync(file, now, now)
  } catch {
    // Somebody cleared the cache; the work goes on all the same.
  }
}

function isStale() {
  try {
    return Date.now() - statSync(file).mtimeMs > staleMs
  } catch {
    return false
  }
}

function readLock() {
  try {
    return readFileSync(file, 'utf8') || 'being written'
  } catch {
    return 'gone'
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
