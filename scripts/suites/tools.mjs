import { mkdirSync, renameSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { withSetupLock } from '../setup/setup-lock.mjs'
import { listWorkspaces } from '../setup/workspaces.mjs'
import { goBinaries, testTools } from './test-tools.mjs'

/** @typedef {import('./test-tools.mjs').TestTool} TestTool */

/** @type {import('./suite.mjs').Suite} */
export const tools = {
  name: 'tools',
  about: 'Node 24, the npm packages, and the programs that the chosen suites need; installs what is missing',
  async run(context) {
    const paths = workspacePaths()
    const needed = testTools.filter(
      (tool) =>
        (!tool.onlyWith || paths.has(tool.onlyWith)) &&
        tool.neededFor.some((use) => context.selected.includes(use.split(':')[0] ?? '')),
    )
    const folders = [...new Set(testTools.flatMap((tool) => tool.folder ?? []))]
    context.extraEnvironment.PATH = [process.env.PATH, ...folders].join(delimiter)
    const run = withTools(context)

    const present = new Set()
    for (const tool of needed) if (await isThere(tool, run)) present.add(tool.name)
    const absent = needed.filter((tool) => !present.has(tool.name))
    const reasons = absent.length > 0 ? await withSetupLock(() => install(absent, run)) : new Map()
    for (const tool of absent) {
      if (await isThere(tool, run)) continue
      context.missingTools.set(tool.name, reasons.get(tool.name) ?? 'it does not start, see the log')
    }

    const ready = needed.filter(({ name }) => !context.missingTools.has(name)).map(({ name }) => name)
    const packages = `npm packages ${context.isFresh ? 'installed' : 'kept'}`
    return {
      passed: 2 + ready.length,
      failed: 0,
      summary: [`Node ${process.versions.node}`, packages, ...ready].join(', '),
      skipped: [...context.missingTools].map(([name, reason]) => `${name}: ${reason}`),
    }
  },
}

function workspacePaths() {
  return new Set(listWorkspaces().map(({ path }) => path))
}

/**
 * Commands that see the folders of the tools, which this suite has only just named.
 *
 * @param {import('./suite.mjs').SuiteContext} context
 * @returns {import('./suite.mjs').SuiteContext['run']}
 */
function withTools(context) {
  return (command, args, options = {}) =>
    context.run(command, args, { ...options, env: { ...context.extraEnvironment, ...options.env } })
}

/**
 * @param {TestTool} tool
 * @param {import('./suite.mjs').SuiteContext['run']} run
 */
async function isThere(tool, run) {
  const [command = '', ...args] = tool.probe
  return (await run(command, args, { timeoutSeconds: 60 })).code === 0
}

/**
 * @param {TestTool[]} absent
 * @param {import('./suite.mjs').SuiteContext['run']} run
 * @returns {Promise<Map<string, string>>} Why a tool could not be installed.
 */
async function install(absent, run) {
  /** @type {Map<string, string>} */
  const reasons = new Map()
  const byApt = absent.flatMap((tool) => ('apt' in tool.from ? [{ tool, packages: tool.from.apt }] : []))
  if (byApt.length > 0) {
    const reason = await installByApt(
      byApt.flatMap(({ packages }) => packages),
      run,
    )
    if (reason) for (const { tool } of byApt) reasons.set(tool.name, reason)
  }
  for (const tool of absent) {
    if (!('go' in tool.from)) continue
    const reason = await installByGo(tool.name, tool.from, run)
    if (reason) reasons.set(tool.name, reason)
  }
  return reasons
}

/**
 * @param {string[]} packages
 * @param {import('./suite.mjs').SuiteContext['run']} run
 */
async function installByApt(packages, run) {
  const names = packages.join(' ')
  if (process.getuid?.() !== 0) return `not installed, and only root can: sudo apt-get install ${names}`
  if ((await run('apt-get', ['--version'])).code !== 0) return `not installed, and there is no apt-get here`
  console.log(`- installing ${packages.join(', ')} by apt (a minute or two) ...`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const options = { env, timeoutSeconds: 600 }
  const wait = ['-o', 'DPkg::Lock::Timeout=300']
  const args = ['install', '-y', '--no-install-recommends', ...wait, ...packages]
  // A lately used machine has its lists already.
  if ((await run('apt-get', args, options)).code === 0) return undefined
  await run('apt-get', ['update', ...wait], options)
  const { code, output } = await run('apt-get', args, options)
  return code === 0 ? undefined : `apt-get install ${names} failed: ${lastLine(output)}`
}

/**
 * @param {string} name
 * @param {{ go: string, builds: string }} from
 * @param {import('./suite.mjs').SuiteContext['run']} run
 */
async function installByGo(name, from, run) {
  if ((await run('go', ['version'])).code !== 0) return 'not installed, and there is no Go to build it with'
  console.log(`- building ${name} by go install (a few minutes) ...`)
  mkdirSync(goBinaries, { recursive: true })
  const { code, output } = await run('go', ['install', from.go], {
    env: { GOBIN: goBinaries },
    timeoutSeconds: 900,
  })
  if (code !== 0) return `go install ${from.go} failed: ${lastLine(output)}`
  if (from.builds !== name) renameSync(join(goBinaries, from.builds), join(goBinaries, name))
  return undefined
}

/** @param {string} output */
function lastLine(output) {
  return output.trim().split('\n').at(-1) ?? ''
}
