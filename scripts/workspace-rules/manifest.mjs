import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** @typedef {import('../check-workspace.mjs').Workspace} Workspace */

/** @type {import('../check-workspace.mjs').RuleGroup} */
export const manifestRules = {
  rules: ['manifest', 'exports', 'workspace-version'],
  check({ root, workspaces }) {
    const versions = new Map(workspaces.map(({ name, manifest }) => [name, manifest.version]))
    return workspaces.flatMap((workspace) => {
      const file = `${workspace.path}/package.json`
      const text = readFileSync(join(root, file), 'utf8')
      const problems = [
        ...(workspace.isPackage
          ? [...packageFields(workspace), ...exportFields(workspace)]
          : exampleFields(workspace)),
        ...workspaceVersions(workspace, versions),
      ]
      return problems.map(({ rule, key, fix }) => ({ rule, file, line: lineOfKey(text, key), fix }))
    })
  },
}

/** @typedef {{ rule: string, key: string, fix: string }} Problem */

/**
 * @param {Workspace} workspace
 * @returns {Problem[]}
 */
function packageFields({ path, manifest }) {
  const name = path.split('/')[1]
  /** @type {[string, boolean, string][]} */
  const wanted = [
    ['name', manifest.name === `@stagedoor/${name}`, `name must be @stagedoor/${name}, as its folder`],
    ['private', manifest.private === undefined, 'a package is published: remove private'],
    [
      'description',
      (manifest.description ?? '').length > 20,
      'description must say what it is in a sentence',
    ],
    ['license', manifest.license === 'MIT', 'license must be MIT'],
    ['type', manifest.type === 'module', 'type must be module'],
    ['sideEffects', manifest.sideEffects !== undefined, 'sideEffects must be false or list files'],
    ['engines', manifest.engines?.node === '>=22', 'engines.node must be >=22'],
    ['repository', manifest.repository?.directory === path, `repository.directory must be ${path}`],
    ['publishConfig', manifest.publishConfig?.access === 'public', 'publishConfig.access must be public'],
    ['files', filesAreRight(manifest.files), `files must list ${filesEntries.join(', ')}`],
    [
      'main',
      !manifest.main && !manifest.module && !manifest.types,
      'main, module and types are replaced by exports',
    ],
    [
      'exports',
      manifest.exports?.['./package.json'] === './package.json',
      'exports must offer ./package.json',
    ],
  ]
  return wanted.filter(([, isRight]) => !isRight).map(([key, , fix]) => ({ rule: 'manifest', key, fix }))
}

/** Sources for source maps, without what only tests read. */
const filesEntries = [
  'dist',
  'src',
  '!src/**/*.test.ts',
  '!src/**/*.test-d.ts',
  '!src/**/*.fixture.ts',
  '!src/**/__fixtures__',
]

/** @param {unknown} files */
function filesAreRight(files) {
  return Array.isArray(files) && filesEntries.every((entry) => files.includes(entry))
}

/**
 * @param {Workspace} workspace
 * @returns {Problem[]}
 */
function exampleFields({ manifest }) {
  /** @type {[string, boolean, string][]} */
  const wanted = [
    ['private', manifest.private === true, 'an example is never published: private must be true'],
    ['type', manifest.type === 'module', 'type must be module'],
    ['license', manifest.license === 'MIT', 'license must be MIT'],
  ]
  return wanted.filter(([, isRight]) => !isRight).map(([key, , fix]) => ({ rule: 'manifest', key, fix }))
}

/**
 * @param {Workspace} workspace
 * @returns {Problem[]}
 */
function exportFields({ folder, hasSource, manifest }) {
  return Object.entries(manifest.exports ?? {}).flatMap(([path, target]) => {
    const problem = (/** @type {string} */ fix) => [
      { rule: 'exports', key: path, fix: `exports['${path}'] ${fix}` },
    ]
    // Plain files, such as package.json and a stylesheet.
    if (typeof target === 'string') {
      const isBuilt = target.startsWith('./dist/')
      return isBuilt || existsSync(join(folder, target))
        ? []
        : problem(`leads to ${target}, which is not there`)
    }
    const order = Object.keys(target).join(', ')
    if (order !== '@stagedoor/source, types, default') {
      return problem(`must have @stagedoor/source, types, default in this order, not ${order}`)
    }
    const source = target['@stagedoor/source']
    if (hasSource && !existsSync(join(folder, source))) return problem(`names ${source}, which is not there`)
    if (!/^\.\/dist\/.+\.d\.ts$/.test(target.types)) return problem('types must be a .d.ts in ./dist')
    if (!/^\.\/dist\/.+\.js$/.test(target.default)) return problem('default must be a .js in ./dist')
    return []
  })
}

/**
 * npm links a workspace only while the wanted version is the one it has; else it would ask the registry.
 *
 * @param {Workspace} workspace
 * @param {ReadonlyMap<string, string>} versions
 * @returns {Problem[]}
 */
function workspaceVersions({ manifest }, versions) {
  const { dependencies = {}, devDependencies = {}, peerDependencies = {} } = manifest
  return Object.entries({ ...peerDependencies, ...devDependencies, ...dependencies }).flatMap(
    ([name, range]) => {
      const version = versions.get(name)
      if (!version || [version, `^${version}`, `~${version}`].includes(String(range))) return []
      return [
        {
          rule: 'workspace-version',
          key: name,
          fix: `${name} is ${version} here, not ${range}: write ${version}`,
        },
      ]
    },
  )
}

/**
 * @param {string} text
 * @param {string} key
 */
function lineOfKey(text, key) {
  const at = text.indexOf(`"${key}":`)
  return at < 0 ? 1 : text.slice(0, at).split('\n').length
}
