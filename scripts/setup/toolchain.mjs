import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join, sep } from 'node:path'
import { cache, root } from './paths.mjs'
import { progress } from './progress.mjs'
import { environmentFor, runCommand } from './run-command.mjs'
import { explainNpmFailure, SetupError } from './setup-error.mjs'

/** The oldest Node that the packages support; the packed packages are tried on it too. */
export const oldestNode = '22.23.3'

/** Whether this process runs on Node 24 or newer. */
export function isNode24() {
  return Number(process.versions.node.split('.')[0]) >= 24
}

/**
 * The Node 24 that everything runs on: this one where it is new enough, else one from the npm registry.
 *
 * @returns {Promise<string>} Path of the node binary.
 */
export async function ensureNode24() {
  const isOurs = realpathSync(process.execPath).startsWith(join(root, 'node_modules') + sep)
  // A Node inside node_modules would be deleted by an install while it runs.
  if (!isOurs && isNode24()) return process.execPath
  return ensureNode(lockedNodeVersion())
}

/**
 * A Node of an exact version, taken from the npm registry once.
 *
 * @param {string} version
 * @returns {Promise<string>} Path of the node binary.
 */
export async function ensureNode(version) {
  const folder = join(cache, 'toolchain', `node-${version}-${process.platform}-${process.arch}`)
  const binary = join(folder, 'node_modules', archPackage(), 'bin', 'node')
  if (existsSync(binary)) return binary

  const done = progress(`getting Node ${version} from the npm registry`, 'about 45 MB')
  const half = `${folder}.${process.pid}.part`
  mkdirSync(half, { recursive: true })
  writeFileSync(join(half, 'package.json'), '{ "private": true }\n')
  const args = ['install', '--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund']
  const result = await runCommand(
    process.execPath,
    [npmCli(), ...args, '--loglevel=error', `${archPackage()}@${version}`],
    { cwd: half, env: environmentFor(process.execPath), timeoutSeconds: 600 },
  )
  if (result.code !== 0) {
    rmSync(half, { recursive: true, force: true })
    throw explainNpmFailure(`Node ${version} could not be installed`, result)
  }
  rmSync(folder, { recursive: true, force: true })
  // The rename makes it whole or absent, whenever this run is killed.
  renameSync(half, folder)
  done()
  return binary
}

/** npm's own program, to be run by any Node. */
export function npmCli() {
  const known = process.env.npm_execpath
  if (known?.endsWith('npm-cli.js') && existsSync(known)) return known
  const folders = [dirname(process.execPath), ...(process.env.PATH ?? '').split(delimiter)]
  for (const folder of folders) {
    const candidates = [
      join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
      join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
      join(folder, 'npm'),
    ]
    for (const candidate of candidates) {
      if (!existsSync(candidate)) continue
      const real = realpathSync(candidate)
      if (real.endsWith('npm-cli.js')) return real
    }
  }
  throw new SetupError(
    'npm was not found.',
    'Install npm beside Node (on Debian: apt-get install npm) and run again.',
  )
}

/** The version of the `node` dev dependency. */
function lockedNodeVersion() {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const version = lock.packages['node_modules/node']?.version
  if (!version)
    throw new SetupError('package-lock.json names no version of node.', 'Run: npm install -D node@24')
  return version
}

/** The package that carries the binary itself; `node` only fetches it in an install script. */
function archPackage() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'
  return `${prefix}-${platform}-${process.arch}`
}
