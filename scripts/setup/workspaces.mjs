import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.mjs'

/**
 * @typedef {object} Workspace
 * @property {string} path - `packages/streaming-core`.
 * @property {string} folder - Absolute.
 * @property {string} name - `@stagedoor/streaming-core`.
 * @property {boolean} isPackage - False for an example.
 * @property {boolean} hasSource - False for a package that has only a package.json so far.
 * @property {Record<string, any>} manifest
 */

/**
 * Every package and example, read from the folders, so that a new one is found without a list to edit.
 *
 * @param {string} [base] - Root folder of the repository.
 * @returns {Workspace[]}
 */
export function listWorkspaces(base = root) {
  return ['packages', 'examples'].flatMap((group) => {
    if (!existsSync(join(base, group))) return []
    const names = readdirSync(join(base, group)).sort()
    return names
      .filter((name) => existsSync(join(base, group, name, 'package.json')))
      .map((name) => {
        const folder = join(base, group, name)
        const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
        const isPackage = group === 'packages'
        return {
          path: `${group}/${name}`,
          folder,
          name: manifest.name,
          isPackage,
          hasSource: existsSync(join(folder, isPackage ? 'src/index.ts' : 'src')),
          manifest,
        }
      })
  })
}

/** Packages that have something to build. @returns {Workspace[]} */
export function listBuildable() {
  return listWorkspaces().filter((workspace) => workspace.isPackage && workspace.hasSource)
}

/**
 * The packages of this repository that a package needs at run time, nearest first, itself left out.
 *
 * @param {Workspace} workspace
 * @param {readonly Workspace[]} all
 * @returns {Workspace[]}
 */
export function workspaceDependencies(workspace, all) {
  /** @type {Map<string, Workspace>} */
  const found = new Map()
  const visit = (/** @type {Workspace} */ current) => {
    const { dependencies = {}, peerDependencies = {} } = current.manifest
    for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
      const next = all.find((candidate) => candidate.name === name)
      if (!next || found.has(name) || next === workspace) continue
      found.set(name, next)
      visit(next)
    }
  }
  visit(workspace)
  return [...found.values()]
}
