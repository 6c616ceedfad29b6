import { defineConfig, type Options } from 'tsup'

/**
 * The one build of every package: ESM, bundled declarations, source maps.
 *
 * @param entry - Output name (`index`, `testing`, ...) to its source file.
 * @param overrides - What a package needs beyond the preset, such as a client directive banner.
 */
export function packageBuild(entry: Record<string, string>, overrides: Options = {}) {
  return defineConfig({
    entry,
    format: ['esm'],
    target: 'es2023',
    platform: 'neutral',
    dts: true,
    sourcemap: true,
    splitting: true,
    clean: true,
    ...overrides,
  })
}
