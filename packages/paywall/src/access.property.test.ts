import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPaywall } from './create-paywall.ts'
import type { Entry } from './entry.ts'
import { laterBy } from './grant-windows.ts'
import { memoryPaywallStore } from './memory-paywall-store.ts'
import type { Resource } from './resource.ts'
import { accessEnd, hasAccess } from './testing/index.ts'

const start = '2026-11-24T20:00:00.000Z'
const hours = 24
const stream = { id: 'show', creatorId: 'ava', access: { type: 'ticket', freeForSubscribers: true } }
const opening: readonly Resource[] = ['stream:show', 'creator:ava']

const moment = fc.integer({ min: 0, max: hours }).map((hour) => laterBy(start, hour * 3600))
const sourceRef = fc.integer({ min: 1, max: 5 }).map((id) => `purchase:${id}`)
const grant = fc
  .record({
    sourceRef,
    from: fc.integer({ min: 0, max: hours - 1 }),
    length: fc.option(fc.integer({ min: 1, max: hours }), { nil: null }),
    resource: fc.constantFrom<Resource>('stream:show', 'stream:other', 'creator:ava', 'creator:bo'),
    source: fc.constantFrom('subscription' as const, 'ticket' as const, 'grace' as const, 'gift' as const),
  })
  .map(
    ({ from, length, ...rest }): Entry => ({
      ...{ kind: 'grant', userId: 'vic', ...rest },
      startsAt: laterBy(start, from * 3600),
      endsAt: length === null ? null : laterBy(start, (from + length) * 3600),
    }),
  )
const revocation = fc
  .record({ sourceRef, from: moment })
  .map((one): Entry => ({ kind: 'revocation', userId: 'vic', reason: 'refund', ...one }))

/** What a source told first of a resource stays. */
const history = fc
  .array(fc.oneof({ weight: 3, arbitrary: grant }, revocation), { maxLength: 14 })
  .map((entries) => {
    const known = new Set<string>()
    return entries.filter((entry) => {
      if (entry.kind === 'revocation') return true
      const key = `${entry.sourceRef} ${entry.resource}`
      return !known.has(key) && known.add(key)
    })
  })

async function play(entries: readonly Entry[], cacheMaxAgeMs: number) {
  let now = start
  const store = memoryPaywallStore()
  const paywall = createPaywall({
    ...{ store, cacheMaxAgeMs, streamCreator: () => 'ava' },
    clock: () => new Date(now),
  })
  for (const entry of entries) await store.commit({ entries: [entry], audit: [], events: [] })
  const answers: unknown[] = []
  for (let minute = 0; minute <= hours * 60 + 30; minute += 30) {
    now = laterBy(start, minute * 60)
    answers.push(await paywall.access({ userId: 'vic' }, stream))
  }
  return answers
}

describe('access', () => {
  it('is at every instant what the plain model says, until when it says', async () => {
    let allowedTimes = 0
    await fc.assert(
      fc.asyncProperty(history, fc.constantFrom(0, 5000), async (entries, cacheMaxAgeMs) => {
        const answers = await play(entries, cacheMaxAgeMs)
        for (const [index, answer] of answers.entries()) {
          const at = laterBy(start, index * 1800)
          const until = accessEnd(entries, opening, at)
          if (!hasAccess(entries, opening, at)) expect(answer).toMatchObject({ allowed: false })
          else {
            allowedTimes += 1
            expect(answer).toEqual({ allowed: true, ...(until === null ? {} : { until }) })
          }
        }
      }),
      { numRuns: 300 },
    )
    expect(allowedTimes).toBeGreaterThan(1000)
  })

  it('is the same for events that come twice and in any order', async () => {
    const told = history.chain((entries) =>
      fc.record({
        entries: fc.constant(entries),
        again: fc
          .shuffledSubarray(
            entries.flatMap((_, index) => [index, index]),
            {
              minLength: entries.length * 2,
              maxLength: entries.length * 2,
            },
          )
          .map((order) => order.flatMap((index) => entries[index] ?? [])),
      }),
    )
    await fc.assert(
      fc.asyncProperty(told, async ({ entries, again }) => {
        expect(await play(again, 0)).toEqual(await play(entries, 0))
      }),
      { numRuns: 200 },
    )
  })
})
