import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

// The lock belongs to the repository that it lies in: these tests have one of their own.
let root = ''
const lock = () => join(root, '.cache/setup.lock')
const diary = () => join(root, 'diary.txt')

before(() => {
  root = mkdtempSync(join(tmpdir(), 'stagedoor-lock-'))
  mkdirSync(join(root, 'scripts/setup'), { recursive: true })
  mkdirSync(join(root, '.cache'))
  for (const file of ['setup-lock.mjs', 'paths.mjs']) {
    copyFileSync(fileURLToPath(new URL(file, import.meta.url)), join(root, 'scripts/setup', file))
  }
})

after(() => rmSync(root, { recursive: true }))

/**
 * A process that does some work under the lock and writes down when it begins and ends.
 *
 * @param {string} name
 * @param {string} work - JavaScript.
 */
function worker(name, work) {
  const program = `
    import { appendFileSync } from 'node:fs'
    import { setTimeout as sleep } from 'node:timers/promises'
    import { withSetupLock } from './scripts/setup/setup-lock.mjs'
    const write = (line) => appendFileSync('diary.txt', '${name} ' + line + '\\n')
    await withSetupLock(async () => { write('begins'); ${work}; write('ends') })
  `
  return spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

/** @param {import('node:child_process').ChildProcess} child */
async function ended(child) {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

it('lets one process at a time work', async () => {
  const names = ['a', 'b', 'c']
  const codes = await Promise.all(names.map((name) => ended(worker(name, 'await sleep(100)'))))
  assert.deepEqual(codes, [0, 0, 0])
  const lines = readFileSync(diary(), 'utf8').trim().split('\n')
  assert.equal(lines.length, 6)
  for (let at = 0; at < lines.length; at += 2) {
    assert.equal(lines[at + 1], lines[at]?.replace('begins', 'ends'))
  }
  assert.equal(existsSync(lock()), false)
})

it('is free again after work that failed', async () => {
  assert.equal(await ended(worker('failing', "throw new Error('no')")), 1)
  assert.equal(existsSync(lock()), false)
})

it('is taken over from a process that was killed', async () => {
  const killed = worker('killed', 'await sleep(60_000)')
  while (!existsSync(lock()) || readFileSync(lock(), 'utf8') !== String(killed.pid)) await sleep(20)
  killed.kill('SIGKILL')
  await ended(killed)
  assert.equal(existsSync(lock()), true)
  assert.equal(await ended(worker('next', '')), 0)
  assert.match(readFileSync(diary(), 'utf8'), /next ends\n$/)
})

it('waits for a process that lives', async () => {
  writeFileSync(lock(), String(process.pid))
  const waiting = worker('waiting', '')
  // It has seen the lock once when it says so.
  await once(waiting.stdout, 'data')
  assert.doesNotMatch(readFileSync(diary(), 'utf8'), /waiting begins/)
  rmSync(lock())
  assert.equal(await ended(waiting), 0)
  assert.match(readFileSync(diary(), 'utf8'), /waiting ends\n$/)
})

it('is taken over when its number belongs to a process that never touches it', async () => {
  writeFileSync(lock(), String(process.pid))
  const longAgo = new Date(Date.now() - 10 * 60_000)
  utimesSync(lock(), longAgo, longAgo)
  assert.equal(await ended(worker('heir', '')), 0)
  assert.match(readFileSync(diary(), 'utf8'), /heir ends\n$/)
})
