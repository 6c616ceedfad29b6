import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runParallel } from '../setup/run-parallel.mjs'
import { ensureNode, npmCli, oldestNode } from '../setup/toolchain.mjs'
import { workspaceDependencies } from '../setup/workspaces.mjs'
import { packPackages } from './packed-packages.mjs'
import { plural, resultOfCommands } from './suite.mjs'

/** @typedef {import('./packed-packages.mjs').PackedPackage} PackedPackage */

/** @type {import('./suite.mjs').Suite} */
export const packedInstall = {
  name: 'packed',
  about:
    'each tarball installed in an empty project, imported on Node 22 and 24, and compiled with skipLibCheck: false',
  needs: ['build'],
  async run(context) {
    const packages = await packPackages(context)
    const nodes = [await ensureNode(oldestNode), context.node]
    const checks = await runParallel(packages, (one) => tryPackage(context, one, packages, nodes))
    return resultOfCommands(
      checks.flat(),
      `${plural(packages.length, 'tarball')} on Node ${oldestNode} and 24`,
    )
  },
}

/**
 * @param {import('./suite.mjs').SuiteContext} context
 * @param {PackedPackage} one
 * @param {readonly PackedPackage[]} packages
 * @param {readonly string[]} nodes
 */
async function tryPackage(context, { workspace, tarball }, packages, nodes) {
  // Outside the repository, or its node_modules would lend what a package forgot to declare.
  const project = mkdtempSync(join(tmpdir(), 'stagedoor-packed-'))
  try {
    const all = packages.map((packed) => packed.workspace)
    const others = workspaceDependencies(workspace, all).map(
      (needed) => packages.find((packed) => packed.workspace === needed)?.tarball ?? '',
    )
    const needsNodeTypes = mentionsNode(workspace)
    writeProject(project, workspace, needsNodeTypes)
    const nodeTypes = needsNodeTypes ? ['@types/node@22'] : []
    const install = [
      'install',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      '--loglevel=error',
    ]
    const installed = await context.runNode(npmCli(), [...install, tarball, ...others, ...nodeTypes], {
      cwd: project,
      timeoutSeconds: 300,
    })
    const checks = [{ label: `${workspace.name}: npm install`, result: installed }]
    if (installed.code !== 0) return checks
    for (const node of nodes) {
      checks.push({
        label: `${workspace.name}: import on ${node}`,
        result: await context.run(node, ['import-all.mjs'], { cwd: project, timeoutSeconds: 60 }),
      })
    }
    for (const [name, file] of Object.entries(workspace.manifest.bin ?? {})) {
      const binary = join('node_modules', workspace.name, String(file))
      checks.push({
        label: `${workspace.name}: ${name} --help`,
        result: await context.run(nodes[0] ?? context.node, [binary, '--help'], {
          cwd: project,
          timeoutSeconds: 60,
        }),
      })
    }
    for (const resolution of ['nodenext', 'bundler']) {
      checks.push({
        label: `${workspace.name}: tsc with moduleResolution ${resolution}`,
        result: await context.runNode(
          'typescript/bin/tsc',
          ['-p', `tsconfig.${resolution}.json`, '--pretty', 'false'],
          {
            cwd: project,
            timeoutSeconds: 120,
          },
        ),
      })
    }
    return checks
  } finally {
    rmSync(project, { recursive: true, force: true })
  }
}

/**
 * @param {string} project
 * @param {import('../setup/workspaces.mjs').Workspace} workspace
 * @param {boolean} needsNodeTypes
 */
function writeProject(project, workspace, needsNodeTypes) {
  const entries = Object.keys(workspace.manifest.exports).map((path) => workspace.name + path.slice(1))
  const modules = entries.filter((path) => !/\.(json|css|sql|rules)$/.test(path))
  const assets = entries.filter((path) => !modules.includes(path))
  const write = (/** @type {string} */ name, /** @type {string} */ text) =>
    writeFileSync(join(project, name), text)
  write('package.json', JSON.stringify({ name: 'empty-project', private: true, type: 'module' }))
  write(
    'import-all.mjs',
    [
      "import { existsSync } from 'node:fs'",
      "import { fileURLToPath } from 'node:url'",
      `for (const name of ${JSON.stringify(modules)}) {`,
      '  const exported = Object.keys(await import(name))',
      "  console.log(name, exported.length, 'exports')",
      '}',
      `for (const name of ${JSON.stringify(assets)}) {`,
      "  if (!existsSync(fileURLToPath(import.meta.resolve(name)))) throw new Error(name + ' is not in the tarball')",
      '}',
      // An import that leaves something running would keep a user's program from ending.
      "setTimeout(() => { console.error('an import keeps the process alive'); process.exit(1) }, 5000).unref()",
    ].join('\n'),
  )
  write(
    'uses.ts',
    modules
      .map((name, index) => `import * as m${index} from '${name}'\nexport type M${index} = typeof m${index}`)
      .join('\n'),
  )
  const shared = {
    target: 'es2023',
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    types: needsNodeTypes ? ['node'] : [],
  }
  const settings = { nodenext: { module: 'nodenext' }, bundler: { module: 'esnext', jsx: 'react-jsx' } }
  for (const [moduleResolution, more] of Object.entries(settings)) {
    const compilerOptions = { ...shared, ...more, moduleResolution }
    write(`tsconfig.${moduleResolution}.json`, JSON.stringify({ compilerOptions, files: ['uses.ts'] }))
  }
}

/**
 * Whether its declarations speak of Node's modules, whose types a user has by `@types/node`.
 *
 * @param {import('../setup/workspaces.mjs').Workspace} workspace
 */
function mentionsNode(workspace) {
  const dist = join(workspace.folder, 'dist')
  const declarations = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.d.ts'),
  )
  const own = declarations.some((file) =>
    /from 'node:|NodeJS\.|Buffer\b/.test(readFileSync(join(dist, file), 'utf8')),
  )
  const { dependencies = {}, peerDependencies = {} } = workspace.manifest
  return (
    own || Object.keys({ ...dependencies, ...peerDependencies }).some((name) => name.startsWith('@aws-sdk/'))
  )
}
