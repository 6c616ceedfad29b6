// `npm start`: installs and builds what is missing, then runs the platform and passes signals on to it.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildPackages } from './setup/build-packages.mjs'
import { ensureInstalled } from './setup/install.mjs'
import { root } from './setup/paths.mjs'
import { environmentFor } from './setup/run-command.mjs'
import { exitWith, SetupError } from './setup/setup-error.mjs'

const entry = join(root, 'examples/express/src/main.ts')

try {
  const { node } = await ensureInstalled()
  const results = await buildPackages(node, { onBuild: (path) => console.log(`- building ${path}`) })
  const failed = results.filter((result) => result.outcome === 'failed')
  if (failed.length > 0) {
    throw new SetupError(
      `${failed.map(({ path }) => path).join(', ')} did not build.`,
      'Put the errors above right and run npm start again.',
      failed.map(({ output }) => output).join('\n'),
    )
  }
  if (!existsSync(entry))
    throw new SetupError(`${entry} is missing.`, 'Check that the clone is complete: git status')
  run(node)
} catch (error) {
  exitWith(error)
}

/** @param {string} node */
function run(node) {
  const watchParent = pathToFileURL(join(root, 'scripts/setup/end-with-parent.mjs')).href
  const { NO_COLOR: _, FORCE_COLOR: __, ...environment } = environmentFor(node)
  const child = spawn(node, ['--import', watchParent, entry, ...process.argv.slice(2)], {
    cwd: root,
    env: { ...environment, ...chosenColors() },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Its own process group: a Ctrl-C in a terminal reaches it once, through us, and not twice.
    detached: true,
  })

  let askedAt = 0
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // npm forwards what the terminal has sent us already.
      const isRepeat = askedAt > 0 && Date.now() - askedAt < 500
      if (isRepeat) return
      child.kill(askedAt > 0 ? 'SIGKILL' : signal)
      askedAt = Date.now()
    })
  }
  // npm hands no signal on when it is ended itself, and a shell stands between: whoever kills `npm start` means the platform.
  const npm = parentOf(process.ppid)
  const parent = process.ppid
  setInterval(() => {
    const isOrphan = process.ppid !== parent || parentOf(parent) !== npm
    if (isOrphan && askedAt === 0) process.kill(process.pid, 'SIGTERM')
  }, 250).unref()
  child.once('error', exitWith)
  child.once('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 1)))
}

/**
 * The parent of another process, where the system tells; null elsewhere.
 *
 * @param {number} pid
 */
function parentOf(pid) {
  try {
    // The name in brackets may hold anything; what follows it is plain.
    const [, after = ''] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return Number(after.split(' ')[1])
  } catch {
    return null
  }
}

function chosenColors() {
  const { NO_COLOR, FORCE_COLOR } = process.env
  return { ...(NO_COLOR ? { NO_COLOR } : {}), ...(FORCE_COLOR ? { FORCE_COLOR } : {}) }
}
