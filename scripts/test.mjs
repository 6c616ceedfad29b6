// `npm test [-- suite...]`: installs what is missing, runs every check and test, and says in a line a suite what ran.
import { spawn } from 'node:child_process'
import { ensureInstalled } from './setup/install.mjs'
import { environmentFor } from './setup/run-command.mjs'
import { exitWith } from './setup/setup-error.mjs'
import { isNode24 } from './setup/toolchain.mjs'

const [names, flags] = [true, false].map((plain) =>
  process.argv.slice(2).filter((word) => plain !== word.startsWith('-')),
)

try {
  const unknown = flags?.filter((flag) => flag !== '--list') ?? []
  if (unknown.length > 0) {
    console.error(`unknown option ${unknown.join(', ')}\nusage: npm test [-- --list | suite...]`)
    process.exit(2)
  }
  const { node, isFresh } = await ensureInstalled()
  if (!isNode24()) {
    runAgainOn(node, isFresh)
  } else {
    const { runSuites, listSuites } = await import('./suites/run-suites.mjs')
    if (flags?.includes('--list')) listSuites()
    else process.exitCode = await runSuites({ node, names: names ?? [], isFresh })
  }
} catch (error) {
  exitWith(error)
}

/**
 * The checks run on Node 24 though the machine has an older one.
 *
 * @param {string} node
 * @param {boolean} isFresh
 */
function runAgainOn(node, isFresh) {
  const child = spawn(node, process.argv.slice(1), {
    stdio: 'inherit',
    env: { ...environmentFor(node), STAGEDOOR_FRESH_INSTALL: isFresh ? '1' : '' },
  })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal))
  }
  child.once('error', exitWith)
  child.once('exit', (code) => process.exit(code ?? 1))
}
