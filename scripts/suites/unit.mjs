import { readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root, testLogs } from '../setup/paths.mjs'
import { listWorkspaces } from '../setup/workspaces.mjs'
import { plural } from './suite.mjs'
import { testTools } from './test-tools.mjs'

/** @type {import('./suite.mjs').Suite} */
export const unit = {
  name: 'unit',
  about: 'the tests beside the sources of every package and example (vitest)',
  needs: ['tools'],
  async run(context) {
    const workspaces = listWorkspaces()
    const skipped = []
    const projects = []
    for (const { path } of workspaces) {
      const missing = testTools
        .filter((tool) => tool.neededFor.includes(`unit:${path}`) && context.missingTools.has(tool.name))
        .map(({ name }) => name)
      if (missing.length > 0) skipped.push(`${path} without ${missing.join(' and ')}`)
      else projects.push(path)
    }
    const report = join(testLogs, 'unit.json')
    rmSync(report, { force: true })
    const filters = projects.flatMap((project) => ['--project', project])
    const { code, output } = await context.runNode('vitest/vitest.mjs', [
      'run',
      ...filters,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ])
    const files = readReport(report)
    const parts = projects
      .map((label) => ({ label, ...count(files.filter(({ path }) => path.startsWith(`${label}/`))) }))
      .filter(({ label, passed, failed }) => {
        if (passed + failed > 0) return true
        // An example may be tested from outside alone.
        if (label.startsWith('packages/')) skipped.push(`${label} has no tests yet`)
        return false
      })
    skipped.push(
      ...files
        .filter((file) => file.skipped > 0)
        .map((file) => `${file.path} has ${plural(file.skipped, 'skipped test')} without a reason`),
    )
    const { passed, failed } = count(files)
    return {
      passed,
      failed: code === 0 ? failed : Math.max(1, failed),
      summary: `${plural(passed, 'test')} in ${plural(parts.length, 'project')}`,
      parts,
      skipped,
      declared: files.flatMap(({ path, declared }) => declared.map((test) => `${path}: ${test}`)),
      failure: output,
    }
  },
}

/** @typedef {{ path: string, passed: number, failed: number, skipped: number, declared: string[] }} TestFile */
/** @typedef {{ status: string, title: string, meta?: { skippedBecause?: string } }} Test */

/**
 * Vitest's JSON report as one entry a test file; a file that could not be loaded counts as one failure. A test that was
 * skipped with `task.meta.skippedBecause` set is declared, and not counted as skipped.
 *
 * @param {string} report
 * @returns {TestFile[]}
 */
export function readReport(report) {
  /** @type {{ testResults: { name: string, status: string, assertionResults: Test[] }[] }} */
  let parsed
  try {
    parsed = JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    return []
  }
  return parsed.testResults.map(({ name, status, assertionResults }) => {
    const of = (/** @type {string} */ wanted) =>
      assertionResults.filter((test) => test.status === wanted).length
    const [passed, failed] = [of('passed'), of('failed')]
    const declared = assertionResults.flatMap(({ status, title, meta }) =>
      status === 'skipped' && meta?.skippedBecause ? [`${title}: ${meta.skippedBecause}`] : [],
    )
    return {
      path: relative(root, name),
      passed,
      failed: status === 'failed' ? Math.max(1, failed) : failed,
      skipped: assertionResults.length - passed - failed - declared.length,
      declared,
    }
  })
}

/** @param {readonly TestFile[]} files */
export function count(files) {
  const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ key) =>
    files.reduce((total, file) => total + file[key], 0)
  const skipped = sum('skipped')
  const declared = files.reduce((total, file) => total + file.declared.length, 0)
  const notes = [
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(declared > 0 ? [`${declared} skipped with a reason`] : []),
  ]
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    ...(notes.length > 0 ? { note: notes.join(', ') } : {}),
  }
}
