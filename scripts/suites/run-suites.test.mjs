import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../setup/run-command.mjs'

// The runner knows its suites and its logs by their place: these tests have a copy of it among suites of their own.
let root = ''
const here = fileURLToPath(new URL('.', import.meta.url))
const suiteFiles = [
  ...readFileSync(join(here, 'run-suites.mjs'), 'utf8').matchAll(/^import \{ (\w+) \} from '(\.\/.+)'$/gm),
]

before(() => {
  root = mkdtempSync(join(tmpdir(), 'stagedoor-suites-'))
  mkdirSync(join(root, 'scripts/suites'), { recursive: true })
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
  cpSync(join(here, '../setup'), join(root, 'scripts/setup'), { recursive: true })
  cpSync(join(here, 'run-suites.mjs'), join(root, 'scripts/suites/run-suites.mjs'))
})

after(() => rmSync(root, { recursive: true }))

/**
 * Runs suites of which each passes one check, but for those given.
 *
 * @param {Record<string, object>} others - Name of the variable of a suite to what differs: `needs`, `result`.
 * @param {{ names?: string[], requireAll?: boolean }} [options]
 */
async function run(others, { names = [], requireAll = false } = {}) {
  for (const [, variable = '', path = ''] of suiteFiles) {
    const suite = {
      name: variable,
      about: `about ${variable}`,
      result: { passed: 1, failed: 0, summary: 'one' },
      ...others[variable],
    }
    const text = `export const ${variable} = { ...${JSON.stringify(suite)}, run: async function () { return this.result } }`
    writeFileSync(join(root, 'scripts/suites', path), text)
  }
  const program = `
    import { runSuites } from './scripts/suites/run-suites.mjs'
    process.exitCode = await runSuites({ node: process.execPath, names: ${JSON.stringify(names)}, isFresh: false })
  `
  const env = { ...process.env, STAGEDOOR_REQUIRE_ALL: requireAll ? '1' : '' }
  const result = await runCommand(process.execPath, ['--input-type=module', '-e', program], {
    cwd: root,
    env,
  })
  const lines = result.output.trimEnd().split('\n')
  const wordOf = (/** @type {string} */ suite) =>
    lines.find((line) => line.split(/\s+/)[1] === suite)?.split(' ')[0] ?? 'absent'
  return { code: result.code, last: lines.at(-1), output: result.output, wordOf }
}

it('has suites to stand in for', () => {
  assert.ok(suiteFiles.length > 10, `${suiteFiles.length} suites`)
})

it('sums up what every suite says', async () => {
  const { code, last } = await run({ types: { result: { passed: 5, failed: 0, summary: 'five' } } })
  assert.equal(last, `${suiteFiles.length - 1 + 5} passed, 0 failed`)
  assert.equal(code, 0)
  assert.equal(readFileSync(join(root, '.cache/test-logs/result.txt'), 'utf8'), `${last}\n`)
})

it('fails with one failed check, and prints why', async () => {
  const failing = { passed: 3, failed: 1, summary: 'four', failure: 'this is why' }
  const { code, last, output, wordOf } = await run({ lint: { result: failing } })
  assert.equal(code, 1)
  assert.equal(last, `${suiteFiles.length - 1 + 3} passed, 1 failed`)
  assert.equal(wordOf('lint'), 'FAIL')
  assert.match(output, /this is why/)
})

it('skips a suite that needs a failed one, and says so', async () => {
  const failing = { passed: 0, failed: 1, summary: 'one' }
  const { last, output, wordOf } = await run({ build: { result: failing }, shape: { needs: ['build'] } })
  assert.equal(wordOf('shape'), 'skip')
  assert.match(output, /shape .*skipped: build failed/)
  assert.equal(last, `${suiteFiles.length - 2} passed, 1 failed`)
})

it('lets a skipped part pass, but for a run that requires all', async () => {
  const partly = { unit: { result: { passed: 2, failed: 0, summary: 'two', skipped: ['no ffmpeg here'] } } }
  const plain = await run(partly)
  assert.deepEqual([plain.code, plain.wordOf('unit')], [0, 'skip'])
  assert.match(plain.output, /skipped: no ffmpeg here/)
  const strict = await run(partly, { requireAll: true })
  assert.deepEqual([strict.code, strict.wordOf('unit')], [1, 'FAIL'])
  assert.equal(strict.last, `${suiteFiles.length - 1 + 2} passed, 1 failed`)
})

it('prints tests that declare why they are skipped, and lets them pass also where all is required', async () => {
  const result = { passed: 2, failed: 0, summary: 'two', declared: ['a.test.ts: races: no isolation here'] }
  const { code, last, output, wordOf } = await run({ unit: { result } }, { requireAll: true })
  assert.deepEqual([code, wordOf('unit')], [0, 'pass'])
  assert.equal(last, `${suiteFiles.length - 1 + 2} passed, 0 failed`)
  assert.match(output, /^ +skipped-with-reason a\.test\.ts: races: no isolation here$/m)
})

it('does not take a suite that found nothing for one that passed', async () => {
  const empty = {
    checker: { result: { passed: 0, failed: 0, summary: 'no tests' } },
    types: { needs: ['checker'] },
  }
  const plain = await run(empty)
  assert.match(plain.output, /checker .*it found nothing to check/)
  assert.equal(plain.wordOf('types'), 'skip')
  const strict = await run(empty, { requireAll: true })
  assert.equal(strict.code, 1)
  assert.equal(strict.last, `${suiteFiles.length - 2} passed, 2 failed`)
})

it('runs the named suites and what those need, directly or not', async () => {
  const needs = { endToEnd: { needs: ['build'] }, build: { needs: ['types'] } }
  const { last, wordOf } = await run(needs, { names: ['endToEnd'] })
  assert.equal(last, '3 passed, 0 failed')
  assert.deepEqual([wordOf('types'), wordOf('endToEnd'), wordOf('lint')], ['pass', 'pass', 'absent'])
})

it('refuses a name that is no suite', async () => {
  const { code, output } = await run({}, { names: ['unti'] })
  assert.equal(code, 1)
  assert.match(output, /There is no suite unti/)
})

it('counts a suite that breaks as failed, and goes on', async () => {
  const { code, wordOf, output } = await run({ docs: { result: null } })
  assert.equal(code, 1)
  assert.deepEqual([wordOf('docs'), wordOf('unit')], ['FAIL', 'pass'])
  assert.match(output, /the suite itself broke/)
})
