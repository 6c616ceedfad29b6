import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { delimiter, dirname } from 'node:path'

/**
 * @typedef {object} CommandResult
 * @property {number} code - Exit code; 127 when the program could not be started, 124 when it took too long.
 * @property {string} output - Standard output and standard error in the order they came.
 * @property {string} stdout - Standard output alone.
 */

/** How long output may still come of a program that was stopped. */
const lastWordsMs = 500

/**
 * Runs a program to its end, without standard input, and never throws.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, log?: string, timeoutSeconds?: number }} [options]
 *   `log` is a file that the output is appended to as it comes.
 * @returns {Promise<CommandResult>}
 */
export function runCommand(command, args, options = {}) {
  return new Promise((resolve) => {
    const log = options.log ? createWriteStream(options.log, { flags: 'a' }) : null
    log?.write(`$ ${command} ${args.join(' ')}\n`)
    // Its own process group, so that a time-out also ends what the program started.
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    running.add(child)
    let output = ''
    let stdout = ''
    let timedOut = false
    const take = (/** @type {Buffer} */ chunk) => {
      output += chunk
      log?.write(chunk)
    }
    child.stdout.on('data', (chunk) => {
      stdout += chunk
      take(chunk)
    })
    child.stderr.on('data', take)
    const timer = setTimeout(
      () => {
        timedOut = true
        endGroup(child, 'SIGKILL')
        // What has left the group lives on and may hold the output open: it is not waited for.
        setTimeout(() => {
          child.stdout.destroy()
          child.stderr.destroy()
        }, lastWordsMs)
      },
      (options.timeoutSeconds ?? 900) * 1000,
    )
    const finish = (/** @type {number} */ code, note = '') => {
      clearTimeout(timer)
      running.delete(child)
      if (note) take(Buffer.from(`${note}\n`))
      const result = { code, output, stdout }
      if (log) log.end(() => resolve(result))
      else resolve(result)
    }
    child.once('error', (error) => finish(127, `could not start ${command}: ${error.message}`))
    child.once('close', (code, signal) => {
      if (timedOut) return finish(124, `stopped: longer than ${options.timeoutSeconds ?? 900} s`)
      finish(code ?? 1, signal ? `ended by ${signal}` : '')
    })
  })
}

/**
 * The environment in which `node` means the given Node and npm's variables of an outer run are gone.
 *
 * @param {string} node - Path of a node binary.
 * @param {NodeJS.ProcessEnv} [extra]
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentFor(node, extra = {}) {
  const inherited = Object.entries(process.env).filter(([name]) => !outerNpm.test(name))
  const path = [dirname(node), process.env.PATH ?? ''].join(delimiter)
  return { ...Object.fromEntries(inherited), NO_COLOR: '1', FORCE_COLOR: '0', PATH: path, ...extra }
}

/** Set by an outer `npm test`; inside, they would point the inner npm at the wrong project. */
const outerNpm =
  /^(npm_(lifecycle|package|command|execpath|node_execpath)|npm_config_(local_prefix|prefix|global_prefix|workspaces?|noproxy|node_gyp|npm_version|include|omit)|INIT_CWD|FORCE_COLOR)/

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    if (running.size === 0 && process.listenerCount(signal) > 1) return
    for (const child of running) endGroup(child, 'SIGTERM')
    process.exit(128 + { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }[signal])
  })
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function endGroup(child, signal) {
  try {
    if (child.pid) process.kill(-child.pid, signal)
  } catch {
    // It has ended by itself meanwhile.
  }
}
