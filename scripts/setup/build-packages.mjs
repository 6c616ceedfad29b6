import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { writeStamp } from './install.mjs'
import { root, stamps } from './paths.mjs'
import { environmentFor, runCommand } from './run-command.mjs'
import { runParallel } from './run-parallel.mjs'
import { withSetupLock } from './setup-lock.mjs'
import { listBuildable, workspaceDependencies } from './workspaces.mjs'

/**
 * @typedef {object} BuildResult
 * @property {string} path - `packages/streaming-core`.
 * @property {'built' | 'current' | 'failed'} outcome
 * @property {string} output - What the build printed.
 */

/**
 * Builds the packages whose sources changed since their last build, dependencies first.
 *
 * @param {string} node - Path of a Node 24 binary.
 * @param {{ onBuild?: (path: string) => void }} [options]
 * @returns {Promise<BuildResult[]>}
 */
export async function buildPackages(node, options = {}) {
  const packages = listBuildable()
  const hashes = sourceHashes(packages)
  const isDone = (/** @type {import('./workspaces.mjs').Workspace} */ one) =>
    isBuilt(one, hashes.get(one) ?? '')
  if (packages.every(isDone)) return packages.map((one) => current(one))

  return withSetupLock(() =>
    runParallel(
      packages,
      async (one) => {
        const hash = hashes.get(one) ?? ''
        if (isBuilt(one, hash)) return current(one)
        options.onBuild?.(one.path)
        rmSync(stampOf(one), { force: true })
        const result = await runCommand(node, [join(root, 'node_modules/tsup/dist/cli-default.js')], {
          cwd: one.folder,
          env: environmentFor(node),
          timeoutSeconds: 300,
        })
        if (result.code !== 0) return { path: one.path, outcome: 'failed', output: result.output }
        writeStamp(stampOf(one), JSON.stringify({ hash, files: outputFiles(one) }))
        return { path: one.path, outcome: 'built', output: result.output }
      },
      { after: (one) => workspaceDependencies(one, packages) },
    ),
  )
}

/**
 * @param {import('./workspaces.mjs').Workspace} one
 * @returns {BuildResult}
 */
function current(one) {
  return { path: one.path, outcome: 'current', output: '' }
}

/** @param {import('./workspaces.mjs').Workspace} one */
function stampOf(one) {
  return join(stamps, 'build', `${one.path.replace('/', '-')}.json`)
}

/**
 * A build counts when its sources are the same and every file it wrote is still there in its size.
 *
 * @param {import('./workspaces.mjs').Workspace} one
 * @param {string} hash
 */
function isBuilt(one, hash) {
  if (!existsSync(stampOf(one))) return false
  const stamp = JSON.parse(readFileSync(stampOf(one), 'utf8'))
  return stamp.hash === hash && JSON.stringify(stamp.files) === JSON.stringify(outputFiles(one))
}

/**
 * @param {import('./workspaces.mjs').Workspace} one
 * @returns {[string, number][]}
 */
function outputFiles(one) {
  return filesUnder(join(one.folder, 'dist')).map((file) => [relative(one.folder, file), statSync(file).size])
}

/**
 * One hash a package: its sources, its build settings, the shared ones, and the hashes of what it depends on, because
 * declarations carry types over.
 *
 * @param {readonly import('./workspaces.mjs').Workspace[]} packages
 */
function sourceHashes(packages) {
  const shared = hashFiles([...filesUnder(join(root, 'build')), join(root, 'package-lock.json')])
  const own = new Map(packages.map((one) => [one, hashFiles([...settings(one), ...sources(one)])]))
  return new Map(
    packages.map((one) => {
      const hash = createHash('sha256')
        .update(shared)
        .update(own.get(one) ?? '')
      for (const dependency of workspaceDependencies(one, packages)) hash.update(own.get(dependency) ?? '')
      return [one, hash.digest('hex')]
    }),
  )
}

/** @param {import('./workspaces.mjs').Workspace} one */
function settings(one) {
  return ['package.json', 'tsconfig.json', 'tsup.config.ts']
    .map((file) => join(one.folder, file))
    .filter((file) => existsSync(file))
}

/** @param {import('./workspaces.mjs').Workspace} one */
function sources(one) {
  return filesUnder(join(one.folder, 'src')).filter((file) => !/\.(test|test-d|fixture)\.tsx?$/.test(file))
}

/** @param {readonly string[]} files */
function hashFiles(files) {
  const hash = createHash('sha256')
  for (const file of files)
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesUnder(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
