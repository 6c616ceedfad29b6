/** @type {import('./suite.mjs').Suite} */
export const unused = {
  name: 'unused',
  about: 'unused files, exports and dependencies, and undeclared imports (knip)',
  async run({ runNode }) {
    const { code, output } = await runNode('knip/bin/knip.js', ['--no-progress', '--no-config-hints'])
    return {
      passed: code === 0 ? 1 : 0,
      failed: code === 0 ? 0 : 1,
      summary: 'files, exports and dependencies',
      failure: output,
    }
  },
}
