import { existsSync, readdirSync } from 'node:fs'
import type { KnipConfig } from 'knip'

const packages = readdirSync('packages').filter((name) => existsSync(`packages/${name}/package.json`))

/** A package that has only begun would have every dependency unused. */
const begun = packages
  .filter((name) => !existsSync(`packages/${name}/src/index.ts`))
  .map((name) => `packages/${name}`)

const config: KnipConfig = {
  ignoreWorkspaces: begun,
  workspaces: {
    '.': {
      entry: [
        'scripts/{start,test,build,typecheck,check-workspace}.mjs',
        'scripts/setup/end-with-parent.mjs',
        'scripts/**/*.test.mjs',
        'bench/*.{mjs,ts}',
        'build/*.{ts,mjs}',
        'vitest.e2e.config.ts',
      ],
      project: ['scripts/**/*.mjs', 'bench/**/*.{mjs,ts}', 'build/**/*.{ts,mjs}'],
      // Run as programs by scripts/suites, or by their name in a setting.
      ignoreDependencies: [
        '@arethetypeswrong/cli',
        '@size-limit/esbuild',
        '@size-limit/file',
        'node',
        'publint',
      ],
    },
    'packages/*': {
      entry: ['src/**/*.test.{ts,tsx}', 'src/**/*.test-d.ts', 'scripts/*.mjs', 'bench/*.{mjs,ts}'],
      project: ['src/**/*.{ts,tsx}'],
    },
    'examples/*': {
      entry: [
        'src/main.ts',
        'src/**/*.test.ts',
        'e2e/**/*.e2e.ts',
        'e2e/screenshots.ts',
        '*.config.ts',
        'public/*.js',
      ],
      project: ['src/**/*.{ts,tsx}', 'e2e/**/*.ts', 'public/**/*.js'],
    },
  },
  ignoreBinaries: ['ffmpeg', 'chromium'],
}

export default config
