import { expect, test } from 'vitest'
import type { AccessHook, EligibilityHook } from './access.ts'
import { createStreaming } from './create-streaming.ts'
import { memory } from './memory-adapter.ts'
import { memoryStreamStore } from './memory-stream-store.ts'

const answers: readonly [string, unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['a truthy number', { allowed: 1 }],
  ['the text "true"', { allowed: 'true' }],
  ['a promise in the field', { allowed: Promise.resolve(true) }],
  ['an empty object', {}],
]

test.each(answers)('an access hook that answers %s keeps the door shut', async (_, answer) => {
  const streaming = createStreaming({
    adapters: [memory()],
    store: memoryStreamStore(),
    access: (() => answer) as AccessHook,
    eligibility: () => ({ eligible: true, verified: true }),
  })
  const { stream } = await streaming.createStream({ userId: 'ava' }, { title: 'Rehearsal' })
  const denied = { allowed: false, denial: { reason: 'banned', offers: [] } }
  expect(await streaming.getPlayback({ userId: 'vic' }, stream.id)).toEqual(denied)
  expect(await streaming.listRecordings({ userId: 'vic' }, stream.id)).toEqual(denied)
})

const refusals: readonly [string, unknown][] = [
  ['nothing', undefined],
  ['a truthy number', { eligible: 1, verified: true }],
  ['an empty object', {}],
]

test.each(refusals)('an eligibility hook that answers %s lets nobody go live', async (_, answer) => {
  const streaming = createStreaming({
    adapters: [memory()],
    store: memoryStreamStore(),
    access: () => ({ allowed: true }),
    eligibility: (() => answer) as EligibilityHook,
  })
  const attempt = streaming.createStream({ userId: 'ava' }, { title: 'Rehearsal' })
  await expect(attempt).rejects.toMatchObject({ code: 'forbidden', message: 'This account may not go live.' })
})
