import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'

it('docs/COSTS.md and its plots say what the price books say', () => {
  const script = fileURLToPath(new URL('../costs.mjs', import.meta.url))
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@stagedoor/source', script, '--check'],
    {
      encoding: 'utf8',
    },
  )
  assert.equal(status, 0, stderr)
})
