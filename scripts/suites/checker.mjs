/** @type {import('./suite.mjs').Suite} */
export const checker = {
  name: 'checker',
  about:
    'the scripts themselves: each rule of the workspace check finds a violation made for it (node --test)',
  async run({ run, node }) {
    const { code, output } = await run(node, ['--test', '--test-reporter=tap', 'scripts/**/*.test.mjs'])
    const count = (/** @type {string} */ word) =>
      Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0)
    const passed = count('pass')
    return {
      passed,
      failed: code === 0 ? 0 : Math.max(1, count('fail')),
      summary: `${passed} tests`,
      failure: output,
    }
  },
}
