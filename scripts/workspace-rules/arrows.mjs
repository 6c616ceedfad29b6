import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { importsOf, packageOf } from './imports.mjs'
import { isCode } from './read-files.mjs'

/**
 * Who may import whom. `types` allows `import type` alone. A new package gets a line here, on purpose.
 *
 * @type {Readonly<Record<string, { values?: readonly string[], types?: readonly string[] }>>}
 */
const arrows = {
  'web-handler': {},
  'streaming-core': { values: ['web-handler'] },
  ledger: {},
  'payment-gateway': {},
  'http-node': {},
  'ivs-local': {},
  'ivs-adapter': { values: ['streaming-core'] },
  'livekit-adapter': { values: ['streaming-core'] },
  tips: { values: ['ledger', 'payment-gateway', 'web-handler'] },
  paywall: { values: ['ledger', 'payment-gateway', 'tips', 'web-handler'] },
  'persistence-postgres': { values: ['streaming-core', 'ledger', 'tips', 'paywall', 'payment-gateway'] },
  'persistence-firestore': { values: ['streaming-core', 'ledger', 'tips', 'paywall', 'payment-gateway'] },
  'event-bus-redis': { values: ['streaming-core'] },
  'react-components': { types: ['streaming-core', 'tips', 'paywall'] },
}

/** They run in any JavaScript runtime and know no vendor. */
const portable = new Set(['web-handler', 'streaming-core', 'ledger', 'tips', 'paywall', 'payment-gateway'])

const vendors =
  /^(@aws-sdk|@smithy|@livekit|@google-cloud|@firebase|@electric-sql|@stripe)\/|^(livekit-.+|stripe|firebase(-admin)?|pg|express|next|react(-dom)?|hls\.js|amazon-ivs-.+|node-media-server|mediabunny)$/

/** @type {import('../check-workspace.mjs').RuleGroup} */
export const arrowRules = {
  rules: ['arrow', 'nothing-imports-examples', 'portable-no-node', 'portable-no-vendor', 'no-path-out'],
  check({ files, workspaces }) {
    const names = new Map(workspaces.map((workspace) => [workspace.name, workspace.path]))
    return [
      ...unknownPackages(workspaces),
      ...files
        .filter((file) => file.workspace && isCode(file) && file.path.startsWith(`${file.workspace}/src/`))
        .flatMap((file) => importsOf(file).flatMap((one) => judge(file, one, names))),
    ]
  },
}

/** @param {readonly import('../check-workspace.mjs').Workspace[]} workspaces */
function unknownPackages(workspaces) {
  return workspaces
    .filter(({ isPackage, path }) => isPackage && !(shortName(path) in arrows))
    .map(({ path }) => ({
      rule: 'arrow',
      file: `${path}/package.json`,
      fix: `no arrows are drawn for it: add '${shortName(path)}' to scripts/workspace-rules/arrows.mjs`,
    }))
}

/**
 * @param {import('./read-files.mjs').SourceFile} file
 * @param {import('./imports.mjs').Import} one
 * @param {ReadonlyMap<string, string>} names - Package name to its path.
 * @returns {import('../check-workspace.mjs').Violation[]}
 */
function judge(file, { specifier, isTypeOnly, line }, names) {
  const workspace = file.workspace ?? ''
  const own = shortName(workspace)
  const violation = (/** @type {string} */ rule, /** @type {string} */ fix) => [
    { rule, file: file.path, line, fix },
  ]

  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(file.path), specifier)
    if (target.startsWith(`${workspace}/`)) return []
    // A stand-in for a provider is published nowhere, so tests of several packages have no name to import it by.
    if (file.isTest && /^packages\/[^/]+\/src\/.+\.fixture\.ts$/.test(target)) return []
    return violation('no-path-out', `'${specifier}' leaves the package: import the other package by its name`)
  }
  const target = names.get(packageOf(specifier))
  if (target?.startsWith('examples/') && target !== workspace) {
    return violation(
      'nothing-imports-examples',
      `'${specifier}' is an example: move what is shared into a package`,
    )
  }
  if (!workspace.startsWith('packages/')) return []
  // What a test needs is no arrow of the package; that it is declared is knip's business.
  if (file.isTest) return []
  if (target && target !== workspace) {
    const { values = [], types = [] } = arrows[own] ?? {}
    const name = shortName(target)
    if (values.includes(name) || (types.includes(name) && isTypeOnly)) return []
    const asTypes = types.includes(name)
      ? 'only its types: use `import type`'
      : 'no arrow leads there in the design'
    return violation('arrow', `${own} must not import ${name}; ${asTypes}`)
  }
  if (!portable.has(own)) return []
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) {
    return violation(
      'portable-no-node',
      `'${specifier}' is Node's: use a web standard or take it as an option`,
    )
  }
  if (vendors.test(specifier) || vendors.test(packageOf(specifier))) {
    return violation(
      'portable-no-vendor',
      `'${specifier}' belongs to a vendor: declare the structure you need instead`,
    )
  }
  return []
}

/** @param {string} path */
function shortName(path) {
  return path.split('/').at(-1) ?? ''
}
