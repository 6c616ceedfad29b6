import { defineConfig } from 'vitest/config'

/** Whole platforms in child processes, real encoders and a real browser: one file at a time, with patience. */
export default defineConfig({
  test: {
    include: ['examples/*/e2e/**/*.e2e.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
})
