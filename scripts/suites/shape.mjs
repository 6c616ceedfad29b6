import { runParallel } from '../setup/run-parallel.mjs'
import { packPackages } from './packed-packages.mjs'
import { plural, resultOfCommands } from './suite.mjs'

/** @type {import('./suite.mjs').Suite} */
export const shape = {
  name: 'shape',
  about: 'each packed tarball: manifest and files (publint), types under every resolution (attw)',
  needs: ['build'],
  async run(context) {
    const packages = await packPackages(context)
    const checks = await runParallel(packages, async ({ workspace, tarball }) => [
      {
        label: `publint ${workspace.name}`,
        result: await context.runNode('publint/src/cli.js', ['run', tarball, '--strict']),
      },
      {
        label: `attw ${workspace.name}`,
        result: await context.runNode('@arethetypeswrong/cli/dist/index.js', [
          tarball,
          ...['--profile', 'esm-only', '--no-definitely-typed', '--no-emoji', '--no-color'],
        ]),
      },
    ])
    return resultOfCommands(checks.flat(), plural(packages.length, 'tarball'))
  },
}
