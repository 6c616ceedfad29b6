import { root } from '../setup/paths.mjs'

/** @type {import('./suite.mjs').Suite} */
export const workspace = {
  name: 'workspace',
  about:
    'the rules of the repository: who imports whom, package.json fields, file sizes (scripts/check-workspace.mjs)',
  async run() {
    const { checkWorkspace } = await import('../check-workspace.mjs')
    const { violations, files, rules } = checkWorkspace(root)
    const broken = new Set(violations.map(({ rule }) => rule))
    return {
      passed: rules.length - broken.size,
      failed: broken.size,
      summary: `${rules.length} rules over ${files} files`,
      failure: violations.map(({ line }) => line).join('\n'),
    }
  },
}
