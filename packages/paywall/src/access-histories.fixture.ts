import { createPaywall, type Entry, entryKey, type PaywallStore, type Resource } from '@stagedoor/paywall'
import { accessEnd, hasAccess } from '@stagedoor/paywall/testing'
import fc from 'fast-check'
import { expect } from 'vitest'

const start = Date.parse('2026-11-24T20:00:00.000Z')
const hours = 24
const stream = { id: 'show', creatorId: 'ava', access: { type: 'ticket', freeForSubscribers: true } }
const opening: readonly Resource[] = ['stream:show', 'creator:ava']
const timeAt = (hour: number) => new Date(start + hour * 3_600_000).toISOString()

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
      ...{ startsAt: timeAt(from), endsAt: length === null ? null : timeAt(from + length) },
    }),
  )
const revocation = fc
  .record({ sourceRef, from: fc.integer({ min: 0, max: hours }).map(timeAt) })
  .map((one): Entry => ({ kind: 'revocation', userId: 'vic', reason: 'refund', ...one }))

/** What a source told first of a resource stays. */
const history = fc
  .array(fc.oneof({ weight: 3, arbitrary: grant }, revocation), { maxLength: 14 })
  .map((entries) => [...new Map(entries.toReversed().map((entry) => [entryKey(entry), entry])).values()])

/** Each twice, in any order. */
const told = history.chain((entries) =>
  fc
    .shuffledSubarray(
      [...entries, ...entries].map((_, index) => index % Math.max(entries.length, 1)),
      {
        minLength: entries.length * 2,
      },
    )
    .map((order) => ({ entries, again: order.flatMap((index) => entries[index] ?? []) })),
)

/** Where histories are kept: a store for each viewer, or one for all. */
export interface HistoriesSetup {
  readonly createStore: () => Promise<PaywallStore> | PaywallStore
  readonly runs: number
}

/** Every half hour of a random history, access is what the plain model says, until when it says. */
export async function checkAgainstModel({ createStore, runs }: HistoriesSetup): Promise<void> {
  const play = createPlayer(createStore)
  let allowedTimes = 0
  await fc.assert(
    fc.asyncProperty(history, fc.constantFrom(0, 5000), async (entries, cacheMaxAgeMs) => {
      const answers = await play(entries, cacheMaxAgeMs)
      for (const [index, answer] of answers.entries()) {
        const at = timeAt(index / 2)
        const until = accessEnd(entries, opening, at)
        const isIn = hasAccess(entries, opening, at)
        allowedTimes += isIn ? 1 : 0
        if (isIn) expect(answer).toEqual({ allowed: true, ...(until === null ? {} : { until }) })
        else expect(answer).toMatchObject({ allowed: false })
      }
    }),
    { numRuns: runs },
  )
  expect(allowedTimes).toBeGreaterThan(runs)
}

/** A history whose events come twice and in any order gives the same access as one whose events come as they happened. */
export async function checkRepetitions({ createStore, runs }: HistoriesSetup): Promise<void> {
  const play = createPlayer(createStore)
  await fc.assert(
    fc.asyncProperty(told, async ({ entries, again }) => {
      expect(await play(again, 5000)).toEqual(await play(entries, 5000))
    }),
    { numRuns: runs },
  )
}

/** Plays a history to a viewer of its own. */
function createPlayer(createStore: HistoriesSetup['createStore']) {
  return async (entries: readonly Entry[], cacheMaxAgeMs: number) => {
    const userId = `vic-${crypto.randomUUID()}`
    let now = timeAt(0)
    const store = await createStore()
    const paywall = createPaywall({
      ...{ store, cacheMaxAgeMs, streamCreator: () => 'ava' },
      clock: () => new Date(now),
    })
    for (const entry of entries) {
      await store.commit({ entries: [{ ...entry, userId }], audit: [], events: [] })
    }
    const answers: unknown[] = []
    for (let hour = 0; hour <= hours + 0.5; hour += 0.5) {
      now = timeAt(hour)
      answers.push(await paywall.access({ userId }, stream))
    }
    return answers
  }
}
