import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createPace } from './pace.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('lets no more than the limit through in any second', async () => {
  const pace = createPace(5)
  const times: number[] = []
  const calls = Array.from({ length: 23 }, () => pace('GetStream').then(() => times.push(Date.now())))
  await vi.runAllTimersAsync()
  await Promise.all(calls)
  const crowded = times.filter(
    (time) => times.filter((other) => other >= time && other < time + 1000).length > 5,
  )
  expect(times).toHaveLength(23)
  expect(crowded).toEqual([])
})

it('keeps a line of its own for each operation', async () => {
  const pace = createPace(1)
  const start = Date.now()
  const passed: string[] = []
  const call = (operation: string) => pace(operation).then(() => passed.push(operation))
  const calls = ['GetStream', 'GetStream', 'ListStreams'].map(call)
  await vi.advanceTimersByTimeAsync(1)
  expect(passed).toEqual(['GetStream', 'ListStreams'])
  await vi.runAllTimersAsync()
  await Promise.all(calls)
  expect(Date.now() - start).toBeGreaterThanOrEqual(1000)
})

it('lets an aborted call go at once, and does not keep the others', async () => {
  const pace = createPace(1)
  await pace('GetStream')
  const controller = new AbortController()
  const waiting = pace('GetStream', controller.signal)
  const next = pace('GetStream')
  controller.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  await vi.runAllTimersAsync()
  await next
  await expect(pace('GetStream', AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
})
