import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { runParallel } from './run-parallel.mjs'

it('answers in the order of the items, whichever ends first', async () => {
  const results = await runParallel([3, 1, 2], async (turns) => {
    for (let turn = 0; turn < turns; turn++) await nextTurn()
    return turns
  })
  assert.deepEqual(results, [3, 1, 2])
})

it('runs as many at once as it may, and no more', async () => {
  let running = 0
  let most = 0
  const work = async () => {
    running++
    most = Math.max(most, running)
    await nextTurn()
    running--
  }
  await runParallel([...Array(20).keys()], work, { limit: 3 })
  assert.equal(most, 3)
})

it('begins an item when those it waits for are done, and runs each once', async () => {
  /** @type {string[]} */
  const order = []
  const needs = new Map([
    ['roof', ['walls']],
    ['walls', ['floor']],
    ['door', ['walls', 'floor']],
  ])
  const work = async (/** @type {string} */ part) => {
    order.push(`${part} begins`)
    await nextTurn()
    order.push(`${part} done`)
  }
  for (const limit of [1, 4]) {
    order.length = 0
    await runParallel(['roof', 'door', 'walls', 'floor'], work, {
      after: (part) => needs.get(part) ?? [],
      limit,
    })
    assert.equal(order.length, 8)
    for (const [part, before] of needs) {
      for (const other of before)
        assert.ok(order.indexOf(`${other} done`) < order.indexOf(`${part} begins`), `${part} after ${other}`)
    }
  }
})

it('fails with the first item that fails, and leaves out what waits for it', async () => {
  /** @type {string[]} */
  const begun = []
  const work = async (/** @type {string} */ part) => {
    begun.push(part)
    if (part === 'floor') throw new Error('the floor broke')
  }
  const building = runParallel(['roof', 'floor'], work, {
    after: (part) => (part === 'roof' ? ['floor'] : []),
  })
  await assert.rejects(building, /the floor broke/)
  assert.deepEqual(begun, ['floor'])
})
