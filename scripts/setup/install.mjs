import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, stamps } from './paths.mjs'
import { progress } from './progress.mjs'
import { environmentFor, runCommand } from './run-command.mjs'
import { explainNpmFailure } from './setup-error.mjs'
import { withSetupLock } from './setup-lock.mjs'
import { ensureNode24, isNode24, npmCli } from './toolchain.mjs'

const stampFile = join(stamps, 'install')

/**
 * Makes Node 24 and the npm packages of the lock file present; quick where they are.
 *
 * npm runs under Node 24 because it silently leaves out optional packages that do not fit the Node it runs on.
 *
 * @returns {Promise<{ node: string, isFresh: boolean }>} `isFresh` when something was installed.
 */
export async function ensureInstalled() {
  const wanted = installStamp()
  // With nothing to install, the Node of node_modules will do as well.
  if (isCurrent(wanted)) return { node: isNode24() ? process.execPath : await ensureNode24(), isFresh: false }
  return withSetupLock(async () => {
    const node = await ensureNode24()
    // Whoever held the lock before may have done it.
    if (isCurrent(wanted)) return { node, isFresh: false }
    const done = progress('installing npm packages', 'a minute or two')
    // From nothing, so that what a killed run left half unpacked is gone.
    rmSync(join(root, 'node_modules'), { recursive: true, force: true })
    // Not `npm ci`: it refuses a lock file in which a registry's gaps (packages of other platforms) are gaps too.
    // With --no-save the lock file is obeyed and left as it is.
    const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']
    const result = await runCommand(node, [npmCli(), ...args], {
      cwd: root,
      env: environmentFor(node),
      timeoutSeconds: 1200,
    })
    if (result.code !== 0) throw explainNpmFailure('The npm packages could not be installed', result)
    writeStamp(stampFile, wanted)
    done()
    return { node, isFresh: true }
  })
}

/** Changes with whatever makes an install differ. */
function installStamp() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  return hash.update(`${process.platform} ${process.arch}`).digest('hex')
}

/** @param {string} wanted */
function isCurrent(wanted) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted
}

/**
 * Writes a stamp whole or not at all.
 *
 * @param {string} file
 * @param {string} content
 */
export function writeStamp(file, content) {
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(`${file}.part`, content)
  renameSync(`${file}.part`, file)
}
