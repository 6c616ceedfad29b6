import { existsSync, readdirSync } from 'node:fs'
import type { KnipConfig } from 'knip'

/** A package or example that has only begun would have every dependency unused. */
const begun = ['packages', 'examples'].flatMap((group) =>
  readdirSync(group)
    .map((name) => `${group}/${name}`)
    .filter((path) => existsSync(`${path}/package.json`) && !existsSync(`${path}/src`)),
)

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
      // Run as programs by scripts/suites, or by their name in a setting; msw is for adapters' tests at the network's edge.
      ignoreDependencies: [
        'msw',
        '@arethetypeswrong/cli',
        '@size-limit/esbuild',
        '@size-limit/file',
        'node',
        'publint',
      ],
    },
    'packages/*': {
      entry: [
        'src/bin/*.ts',
        'src/**/*-worker.ts',
        'src/**/*.test.{ts,tsx}',
        'src/**/*.test-d.ts',
        'scripts/*.mjs',
        'bench/*.{mjs,ts}',
      ],
      project: ['src/**/*.{ts,tsx}'],
      // Served to the browser of a test by its path.
      ignoreDependencies: ['livekit-client'],
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
      // Served to the browser, or added to a page by its path.
      ignoreDependencies: ['hls.js', 'livekit-client', 'axe-core'],
      ignoreUnresolved: ['/vendor/hls.js', '/vendor/livekit-client.js'],
    },
  },
  // A type may be exported because an exported signature names it.
  ignoreExportsUsedInFile: { interface: true, type: true },
  ignoreBinaries: ['ffmpeg', 'chromium', 'java', 'redis-server'],
}

export default config
