import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../setup/paths.mjs'
import { runParallel } from '../setup/run-parallel.mjs'
import { listWorkspaces } from '../setup/workspaces.mjs'
import { plural, resultOfCommands } from './suite.mjs'

/** Shared settings, and what typedoc reads all packages with. */
const notProjects = new Set(['tsconfig.base.json', 'tsconfig.docs.json'])

/** @type {import('./suite.mjs').Suite} */
export const types = {
  name: 'types',
  about: 'tsc on every tsconfig of every package and example, type tests (*.test-d.ts) included',
  async run({ runNode }) {
    const begun = listWorkspaces()
      .filter(({ folder }) => existsSync(join(folder, 'src')))
      .map(({ path }) => path)
    const folders = ['build', 'scripts', ...begun]
    const projects = folders.flatMap((folder) =>
      readdirSync(join(root, folder))
        .filter((file) => /^tsconfig(\..+)?\.json$/.test(file) && !notProjects.has(file))
        .map((file) => `${folder}/${file}`),
    )
    const typeTests = folders.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter(
        (file) => /\.test-d\.tsx?$/.test(file) && !file.includes('node_modules'),
      ),
    )
    const checks = await runParallel(projects, async (project) => ({
      label: `tsc -p ${project}`,
      result: await runNode('typescript/bin/tsc', ['-p', project, '--pretty', 'false']),
    }))
    return resultOfCommands(
      checks,
      `${plural(projects.length, 'project')}, ${plural(typeTests.length, 'type test file')}`,
    )
  },
}
