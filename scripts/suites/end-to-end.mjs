import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, testLogs } from '../setup/paths.mjs'
import { plural } from './suite.mjs'
import { testTools } from './test-tools.mjs'
import { count, readReport } from './unit.mjs'

/** @type {import('./suite.mjs').Suite} */
export const endToEnd = {
  name: 'e2e',
  about: 'the examples as a person uses them: a real encoder, a real browser (examples/*/e2e/**/*.e2e.ts)',
  needs: ['tools', 'build'],
  async run(context) {
    const missing = testTools.filter(
      ({ name, neededFor }) => neededFor.includes('e2e') && context.missingTools.has(name),
    )
    if (missing.length > 0) {
      const names = missing.map(({ name }) => name).join(' and ')
      return { passed: 0, failed: 0, summary: '', skipped: [`${names} not there`] }
    }
    if (!hasTests())
      return { passed: 0, failed: 0, summary: '', skipped: ['no example has tests in e2e/ yet'] }
    const report = join(testLogs, 'e2e.json')
    rmSync(report, { force: true })
    const { code, output } = await context.runNode(
      'vitest/vitest.mjs',
      [
        'run',
        '-c',
        'vitest.e2e.config.ts',
        '--reporter=verbose',
        '--reporter=json',
        `--outputFile.json=${report}`,
      ],
      { timeoutSeconds: 1200 },
    )
    const files = readReport(report)
    const { passed, failed } = count(files)
    return {
      passed,
      failed: code === 0 ? failed : Math.max(1, failed),
      summary: `${plural(passed, 'test')} in ${plural(files.length, 'file')}`,
      failure: output,
    }
  },
}

function hasTests() {
  const examples = join(root, 'examples')
  return readdirSync(examples).some((name) => {
    const folder = join(examples, name, 'e2e')
    return (
      existsSync(folder) &&
      readdirSync(folder, { recursive: true }).some((file) => String(file).endsWith('.e2e.ts'))
    )
  })
}
