import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cache, root } from '../setup/paths.mjs'
import { npmCli } from '../setup/toolchain.mjs'
import { listBuildable } from '../setup/workspaces.mjs'

/** @typedef {{ workspace: import('../setup/workspaces.mjs').Workspace, tarball: string }} PackedPackage */

/** @type {Promise<PackedPackage[]> | undefined} */
let packed

/**
 * Packs every package as `npm publish` would, once a run.
 *
 * @param {import('./suite.mjs').SuiteContext} context
 */
export function packPackages(context) {
  packed ??= pack(context)
  return packed
}

/**
 * @param {import('./suite.mjs').SuiteContext} context
 * @returns {Promise<PackedPackage[]>}
 */
async function pack(context) {
  const folder = join(cache, 'packed')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const packages = listBuildable()
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const result = await context.runNode(npmCli(), [...args, ...packages.flatMap(({ path }) => ['-w', path])], {
    cwd: root,
  })
  if (result.code !== 0) throw new Error(`npm pack failed:\n${result.output}`)
  /** @type {{ name: string, filename: string }[]} */
  const list = JSON.parse(result.stdout)
  return packages.map((workspace) => {
    const entry = list.find(({ name }) => name === workspace.name)
    if (!entry) throw new Error(`npm pack made no tarball of ${workspace.name}`)
    return { workspace, tarball: join(folder, entry.filename) }
  })
}
