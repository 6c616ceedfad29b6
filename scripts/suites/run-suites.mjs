import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { root, testLogs } from '../setup/paths.mjs'
import { environmentFor, runCommand } from '../setup/run-command.mjs'
import { SetupError, tail } from '../setup/setup-error.mjs'
import { budgets } from './budgets.mjs'
import { build } from './build.mjs'
import { checker } from './checker.mjs'
import { docs } from './docs.mjs'
import { endToEnd } from './end-to-end.mjs'
import { lint } from './lint.mjs'
import { packedInstall } from './packed-install.mjs'
import { shape } from './shape.mjs'
import { tools } from './tools.mjs'
import { types } from './types.mjs'
import { unit } from './unit.mjs'
import { unused } from './unused.mjs'
import { workspace } from './workspace.mjs'

/** In the order they run: what is quick and likely to fail comes first. */
/** @type {readonly import('./suite.mjs').Suite[]} */
const suites = [
  tools,
  lint,
  workspace,
  checker,
  types,
  unused,
  build,
  shape,
  budgets,
  docs,
  unit,
  packedInstall,
  endToEnd,
]

/** Prints every suite with what it checks. */
export function listSuites() {
  for (const suite of suites) console.log(`${suite.name.padEnd(10)} ${suite.about}`)
}

/**
 * Runs suites and prints a line for each, then `N passed, N failed`.
 *
 * Under `STAGEDOOR_REQUIRE_ALL=1` what is skipped counts as failed, but for tests that declare their reason.
 *
 * @param {{ node: string, names: string[], isFresh: boolean }} options - No names: all suites.
 * @returns {Promise<number>} The exit code.
 */
export async function runSuites({ node, names, isFresh }) {
  const requireAll = process.env.STAGEDOOR_REQUIRE_ALL === '1'
  const chosen = choose(names)
  rmSync(testLogs, { recursive: true, force: true })
  mkdirSync(testLogs, { recursive: true })
  /** @type {Omit<import('./suite.mjs').SuiteContext, 'run' | 'runNode'>} */
  const shared = {
    node,
    isFresh: isFresh || process.env.STAGEDOOR_FRESH_INSTALL === '1',
    selected: chosen.map((suite) => suite.name),
    missingTools: new Map(),
    extraEnvironment: {},
  }
  const totals = { passed: 0, failed: 0 }
  /** @type {Set<string>} */
  const failedSuites = new Set()
  const start = Date.now()

  for (const suite of chosen) {
    const suiteStart = Date.now()
    const broken = suite.needs?.filter((need) => failedSuites.has(need)) ?? []
    const result =
      broken.length > 0
        ? { passed: 0, failed: 0, summary: '', skipped: [`${broken.join(', ')} failed`] }
        : await runOne(suite, shared)
    const skipped = result.skipped ?? []
    const ranNothing = result.passed + result.failed === 0
    if (ranNothing && skipped.length === 0) skipped.push('it found nothing to check')
    const failed = result.failed + (requireAll ? skipped.length : 0)
    totals.passed += result.passed
    totals.failed += failed
    if (result.failed > 0 || ranNothing) failedSuites.add(suite.name)
    report(suite, { ...result, failed, skipped }, (Date.now() - suiteStart) / 1000)
  }

  const line = `${totals.passed} passed, ${totals.failed} failed`
  console.log(`\nlogs in .cache/test-logs, ${((Date.now() - start) / 1000).toFixed(0)} s\n${line}`)
  writeFileSync(join(testLogs, 'result.txt'), `${line}\n`)
  return totals.failed > 0 ? 1 : 0
}

/**
 * The named suites and what they need, in the order of the table.
 *
 * @param {string[]} names
 */
function choose(names) {
  const unknown = names.filter((name) => !suites.some((suite) => suite.name === name))
  if (unknown.length > 0) {
    throw new SetupError(
      `There is no suite ${unknown.join(', ')}.`,
      `The suites are: ${suites.map((suite) => suite.name).join(', ')}`,
    )
  }
  const wanted = new Set(names)
  for (const suite of [...suites].reverse()) {
    if (wanted.has(suite.name)) for (const need of suite.needs ?? []) wanted.add(need)
  }
  return suites.filter((suite) => names.length === 0 || wanted.has(suite.name))
}

/**
 * @param {import('./suite.mjs').Suite} suite
 * @param {Omit<import('./suite.mjs').SuiteContext, 'run' | 'runNode'>} shared
 * @returns {Promise<import('./suite.mjs').SuiteResult>}
 */
async function runOne(suite, shared) {
  const log = join(testLogs, `${suite.name}.log`)
  const environment = environmentFor(shared.node, {
    ...shared.extraEnvironment,
    NODE_OPTIONS: process.env.NODE_OPTIONS ?? '',
  })
  /** @type {import('./suite.mjs').SuiteContext['run']} */
  const run = (command, args, options = {}) =>
    runCommand(command, args, {
      cwd: options.cwd ?? root,
      env: { ...environment, ...options.env },
      log,
      ...(options.timeoutSeconds ? { timeoutSeconds: options.timeoutSeconds } : {}),
    })
  /** @type {import('./suite.mjs').SuiteContext['runNode']} */
  const runNode = (script, args = [], options = {}) =>
    run(shared.node, [isAbsolute(script) ? script : join(root, 'node_modules', script), ...args], options)
  try {
    const result = await suite.run({ ...shared, run, runNode })
    writeFileSync(log, `\n${result.summary}\n${result.failure ?? ''}\n`, { flag: 'a' })
    return result
  } catch (error) {
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error)
    writeFileSync(log, failure, { flag: 'a' })
    return { passed: 0, failed: 1, summary: 'the suite itself broke', failure }
  }
}

/**
 * @param {import('./suite.mjs').Suite} suite
 * @param {import('./suite.mjs').SuiteResult} result
 * @param {number} seconds
 */
function report(suite, result, seconds) {
  const skipped = result.skipped ?? []
  const word = result.failed > 0 ? 'FAIL' : skipped.length > 0 ? 'skip' : 'pass'
  const count = result.failed > 0 ? `${result.failed} failed; ` : ''
  const summary = [result.summary, ...skipped.map((reason) => `skipped: ${reason}`)]
    .filter(Boolean)
    .join('; ')
  console.log(`${word}  ${suite.name.padEnd(10)} ${count}${summary}  (${seconds.toFixed(1)} s)`)
  for (const part of result.parts ?? []) {
    const bad = part.failed > 0 ? `, ${part.failed} failed` : ''
    console.log(
      `        ${part.label.padEnd(26)} ${part.passed} passed${bad}${part.note ? `, ${part.note}` : ''}`,
    )
  }
  for (const reason of result.declared ?? []) console.log(`        skipped-with-reason ${reason}`)
  if (result.failed > 0 && result.failure) {
    console.log(
      `\n${tail(result.failure, 60).replace(/^/gm, '    ')}\n    full log: .cache/test-logs/${suite.name}.log\n`,
    )
  }
}
