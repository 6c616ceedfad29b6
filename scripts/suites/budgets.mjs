import { plural } from './suite.mjs'

/** @type {import('./suite.mjs').Suite} */
export const budgets = {
  name: 'budgets',
  about: 'what a browser downloads of each entry stays within its limit (size-limit, .size-limit.json)',
  needs: ['build'],
  async run({ runNode }) {
    const { code, output, stdout } = await runNode('size-limit/bin.js', ['--json'])
    /** @type {{ name: string, size: number, passed?: boolean }[]} */
    const entries = readJson(stdout)
    const failed = entries.filter(({ passed }) => passed === false).length
    const sizes = entries.map(({ name, size }) => `${name} ${(size / 1000).toFixed(1)} kB`)
    return {
      passed: entries.length - failed,
      failed: code === 0 ? failed : Math.max(1, failed),
      summary: `${plural(entries.length, 'entry').replace('entrys', 'entries')}: ${sizes.join(', ')}`,
      failure: output,
    }
  },
}

/** @param {string} text */
function readJson(text) {
  try {
    return JSON.parse(text)
  } catch {
    return []
  }
}
