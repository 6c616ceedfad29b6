import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { environmentFor, runCommand } from './run-command.mjs'

const node = process.execPath

/** A process that has ended, though nobody may have asked for its exit code yet. @param {number} pid */
function hasEnded(pid) {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return true
  }
}

describe('runCommand', () => {
  it('answers the exit code, all output in order, and standard output alone', async () => {
    const script = 'echo one; echo two >&2; exit 7'
    const result = await runCommand('sh', ['-c', script])
    assert.equal(result.code, 7)
    assert.deepEqual(result.output.split('\n').sort(), ['', 'one', 'two'])
    assert.equal(result.stdout, 'one\n')
  })

  it('gives a program no input to wait for', async () => {
    assert.equal((await runCommand('cat', [])).code, 0)
  })

  it('answers 127 for a program that is not there', async () => {
    const result = await runCommand('stagedoor-no-such-program', [])
    assert.equal(result.code, 127)
    assert.match(result.output, /could not start stagedoor-no-such-program/)
  })

  it('counts a program that a signal ended as failed', async () => {
    const result = await runCommand('sh', ['-c', 'kill -9 $$'])
    assert.equal(result.code, 1)
    assert.match(result.output, /ended by SIGKILL/)
  })

  it('ends what takes too long, and what that has started', async () => {
    const result = await runCommand('sh', ['-c', 'sleep 60 & echo $!; wait'], { timeoutSeconds: 1 })
    assert.equal(result.code, 124)
    assert.match(result.output, /stopped: longer than 1 s/)
    const grandchild = Number(result.stdout)
    assert.ok(grandchild > 1)
    while (!hasEnded(grandchild)) await sleep(20)
  })

  it('does not wait for a program that has left the group and keeps the output open', async () => {
    const result = await runCommand('sh', ['-c', 'setsid sleep 15 & echo $!; wait'], { timeoutSeconds: 1 })
    const survivor = Number(result.stdout)
    assert.equal(hasEnded(survivor), false, 'it waited until the program ended')
    process.kill(survivor)
    assert.equal(result.code, 124)
  })

  it('appends the command and its output to the log before it answers', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stagedoor-log-'))
    const log = join(folder, 'suite.log')
    await runCommand('echo', ['first'], { log })
    await runCommand('echo', ['second'], { log })
    assert.equal(readFileSync(log, 'utf8'), '$ echo first\nfirst\n$ echo second\nsecond\n')
    rmSync(folder, { recursive: true })
  })
})

describe('environmentFor', () => {
  it('puts the Node first, drops what an outer npm run has set, and lets extras win', async () => {
    const outer = { npm_lifecycle_event: 'test', npm_config_prefix: '/elsewhere', FORCE_COLOR: '1' }
    Object.assign(process.env, outer)
    try {
      const environment = environmentFor(node, { NO_COLOR: '', EXTRA: 'yes' })
      assert.ok(environment.PATH?.startsWith(dirname(node)))
      assert.equal(environment.npm_lifecycle_event, undefined)
      assert.equal(environment.npm_config_prefix, undefined)
      assert.deepEqual([environment.FORCE_COLOR, environment.NO_COLOR, environment.EXTRA], ['0', '', 'yes'])
      const { stdout } = await runCommand('node', ['-p', 'process.execPath'], { env: environment })
      assert.equal(stdout.trim(), node)
    } finally {
      for (const name of Object.keys(outer)) delete process.env[name]
    }
  })
})
