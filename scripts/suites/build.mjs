import { buildPackages } from '../setup/build-packages.mjs'

/** @type {import('./suite.mjs').Suite} */
export const build = {
  name: 'build',
  about: 'every package, dependencies first (tsup); unchanged ones are kept',
  async run({ node }) {
    const results = await buildPackages(node)
    const failed = results.filter(({ outcome }) => outcome === 'failed')
    const built = results.filter(({ outcome }) => outcome === 'built').length
    return {
      passed: results.length - failed.length,
      failed: failed.length,
      summary: `${built} built, ${results.length - built - failed.length} unchanged`,
      failure: failed.map(({ path, output }) => `${path}\n${output}`).join('\n'),
    }
  },
}
