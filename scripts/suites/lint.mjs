/** @type {import('./suite.mjs').Suite} */
export const lint = {
  name: 'lint',
  about: 'format and lint rules of every file (Biome)',
  async run({ runNode }) {
    const { code, output } = await runNode('@biomejs/biome/bin/biome', [
      'ci',
      '--colors=off',
      '--max-diagnostics=30',
      '.',
    ])
    const files = /Checked (\d+) files/.exec(output)?.[1] ?? 'no'
    return {
      passed: code === 0 ? 1 : 0,
      failed: code === 0 ? 0 : 1,
      summary: `${files} files`,
      failure: output,
    }
  },
}
