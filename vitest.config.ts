import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Tests read the packages' sources, so no build is needed to run them. */
const conditions = ['@stagedoor/source']

const workspaces = ['packages', 'examples'].flatMap((folder) =>
  readdirSync(new URL(folder, import.meta.url))
    .map((name) => `${folder}/${name}`)
    .filter((path) => existsSync(new URL(`${path}/package.json`, import.meta.url))),
)

export default defineConfig({
  test: {
    // Most tests wait for servers and browsers: two at a time serve a machine of two cores better than vitest's one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: workspaces.map((root) => ({
      root,
      resolve: { conditions },
      ssr: { resolve: { conditions, externalConditions: conditions } },
      test: {
        name: root,
        include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
        environment: 'node',
        // Ends what hangs. How long a test takes is the machine's affair: emulators and servers share its cores.
        testTimeout: 60_000,
        hookTimeout: 60_000,
        typecheck: { enabled: false },
      },
    })),
  },
})
