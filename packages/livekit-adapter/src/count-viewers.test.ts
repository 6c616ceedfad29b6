import { expect, it } from 'vitest'
import { createViewerCounts } from './count-viewers.ts'

function counter() {
  const present = new Set<string>()
  const calls: string[] = []
  let time = 0
  const counts = createViewerCounts(
    async (room) => {
      calls.push(room)
      return [...present]
    },
    () => time,
  )
  const pass = (ms: number) => {
    time += ms
  }
  return { present, calls, counts, pass }
}

it('a storm of joins, told one after the other as LiveKit does, costs one list and is counted to the last', async () => {
  const { present, calls, counts } = counter()
  for (let viewer = 1; viewer <= 200; viewer++) {
    present.add(`PA_${viewer}`)
    expect(await counts.count('room', { sid: `PA_${viewer}`, isThere: true })).toBe(viewer)
  }
  for (let viewer = 1; viewer <= 200; viewer++) {
    expect(await counts.count('room', { sid: `PA_${viewer}`, isThere: false })).toBe(200 - viewer)
  }
  expect(calls).toEqual(['room'])
})

it('webhooks that are handled at once share a list, and each makes its own change', async () => {
  const { calls, counts } = counter()
  const all = await Promise.all(
    Array.from({ length: 50 }, (_, index) => counts.count('room', { sid: `PA_${index}`, isThere: true })),
  )
  expect([calls.length, Math.max(...all)]).toEqual([1, 50])
})

it('a list is read again after a second, as others are told of viewers too', async () => {
  const { present, calls, counts, pass } = counter()
  await counts.count('room', { sid: 'PA_1', isThere: true })
  for (const sid of ['PA_1', 'PA_2', 'PA_3']) present.add(sid)
  pass(999)
  expect(await counts.count('room', { sid: 'PA_2', isThere: true })).toBe(2)
  pass(1)
  expect(await counts.count('room', { sid: 'PA_2', isThere: true })).toBe(3)
  expect(calls).toHaveLength(2)
})

it('the same webhook twice counts once, and a room that is over counts anew', async () => {
  const { calls, counts } = counter()
  await counts.count('room', { sid: 'PA_1', isThere: true })
  expect(await counts.count('room', { sid: 'PA_1', isThere: true })).toBe(1)
  counts.forget('room')
  expect(await counts.count('room', { sid: 'PA_2', isThere: true })).toBe(1)
  expect(calls).toHaveLength(2)
})

it('a list that failed is asked for again by the next', async () => {
  let fails = true
  const counts = createViewerCounts(async () => {
    if (fails) throw new Error('LiveKit is away')
    return ['PA_1']
  })
  await expect(counts.count('room', { sid: 'PA_1', isThere: true })).rejects.toThrow('away')
  fails = false
  expect(await counts.count('room', { sid: 'PA_2', isThere: true })).toBe(2)
})
