import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { root } from '../setup/paths.mjs'
import { count, readReport } from './unit.mjs'

/** @param {object[]} tests - Of one file, as vitest reports them. */
function read(tests, status = 'passed') {
  const folder = mkdtempSync(join(tmpdir(), 'stagedoor-report-'))
  try {
    const testResults = [{ name: join(root, 'packages/a/src/a.test.ts'), status, assertionResults: tests }]
    writeFileSync(join(folder, 'report.json'), JSON.stringify({ testResults }))
    return readReport(join(folder, 'report.json'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const passed = { status: 'passed', title: 'works', meta: {} }
const skipped = { status: 'skipped', title: 'is hidden', meta: {} }
const declared = { status: 'skipped', title: 'races', meta: { skippedBecause: 'no isolation here' } }

it('tells tests that are skipped with a reason from those without one', () => {
  const files = read([passed, skipped, declared])
  const counts = { passed: 1, failed: 0, skipped: 1, declared: ['races: no isolation here'] }
  assert.deepEqual(files, [{ path: 'packages/a/src/a.test.ts', ...counts }])
  assert.deepEqual(count(files), { passed: 1, failed: 0, note: '1 skipped, 1 skipped with a reason' })
})

it('takes no reason from a test that failed or passed', () => {
  const meta = { skippedBecause: 'it does not matter' }
  const [file] = read([
    { ...passed, meta },
    { status: 'failed', title: 'breaks', meta },
  ])
  assert.deepEqual([file?.passed, file?.failed, file?.skipped, file?.declared], [1, 1, 0, []])
})

it('counts a file that could not be loaded as a failure, and a report that is not there as none', () => {
  assert.equal(read([], 'failed')[0]?.failed, 1)
  assert.deepEqual(readReport('nowhere.json'), [])
})
