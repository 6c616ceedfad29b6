import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'

const fields = [
  'dependencies',
  'devDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'optionalDependencies',
]

/** @type {import('../check-workspace.mjs').RuleGroup} */
export const lockRules = {
  rules: ['lock-file'],
  check({ root, workspaces }) {
    const file = 'package-lock.json'
    if (!existsSync(join(root, file))) return [{ rule: 'lock-file', file, fix: 'it is missing: npm install' }]
    const { packages } = JSON.parse(readFileSync(join(root, file), 'utf8'))
    const rootManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const expected = [{ path: '', manifest: rootManifest }, ...workspaces]
    const stale = expected.filter(({ path, manifest }) =>
      fields.some((field) => !isDeepStrictEqual(packages[path]?.[field] ?? {}, manifest[field] ?? {})),
    )
    const known = new Set(expected.map(({ path }) => path))
    const gone = Object.keys(packages).filter(
      (path) => /^(packages|examples)\/[^/]+$/.test(path) && !known.has(path),
    )
    return [
      ...stale.map(({ path }) => ({
        rule: 'lock-file',
        file: path ? `${path}/package.json` : 'package.json',
        fix: 'its dependencies are not the ones of package-lock.json: npm install, and commit the lock file',
      })),
      ...gone.map((path) => ({ rule: 'lock-file', file, fix: `it still lists ${path}: npm install` })),
    ]
  },
}
