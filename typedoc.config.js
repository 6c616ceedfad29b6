import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Every export path of every package, read from its package.json, so that a new one needs no line here. */
const entryPoints = readdirSync('packages')
  .filter((name) => existsSync(`packages/${name}/src/index.ts`))
  .flatMap((name) => {
    const { exports } = JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8'))
    return Object.values(exports)
      .map((target) => target['@stagedoor/source'])
      .filter((source) => /\.tsx?$/.test(source ?? ''))
      .map((source) => `packages/${name}/${source.replace('./', '')}`)
  })

/** @type {import('typedoc').TypeDocOptions & { plugin: unknown[] }} */
export default {
  name: 'Stagedoor',
  entryPoints,
  tsconfig: 'build/tsconfig.docs.json',
  out: 'docs/api',
  readme: 'none',
  // The types suite checks each package with its own settings.
  skipErrorChecking: true,
  plugin: ['./build/typedoc-package-names.mjs'],
  excludePrivate: true,
  excludeInternal: true,
  githubPages: false,
  gitRevision: 'main',
  sourceLinkTemplate: 'https://github.com/stagedoor/stagedoor/blob/main/{path}#L{line}',
  validation: { notExported: false, invalidLink: true, invalidPath: true, notDocumented: true },
  treatValidationWarningsAsErrors: true,
  requiredToBeDocumented: ['Class', 'Enum', 'Function', 'Interface', 'TypeAlias', 'Variable'],
  logLevel: 'Warn',
}
