// Builds every package that changed. Installs what is missing first.
import { buildPackages } from './setup/build-packages.mjs'
import { ensureInstalled } from './setup/install.mjs'
import { exitWith } from './setup/setup-error.mjs'

try {
  const { node } = await ensureInstalled()
  const results = await buildPackages(node, { onBuild: (path) => console.log(`- building ${path}`) })
  const failed = results.filter((result) => result.outcome === 'failed')
  for (const { path, output } of failed) console.error(`\n${path} does not build:\n${output}`)
  const count = (/** @type {string} */ outcome) =>
    results.filter((result) => result.outcome === outcome).length
  console.log(`${count('built')} built, ${count('current')} unchanged, ${failed.length} failed`)
  process.exitCode = failed.length > 0 ? 1 : 0
} catch (error) {
  exitWith(error)
}
