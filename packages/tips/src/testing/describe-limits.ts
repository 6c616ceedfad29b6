import type { Tip } from '../tip.ts'
import type { TipStore, VelocityLimit } from '../tip-store.ts'
import type { StoreTest } from './describe-tip-store.ts'
import { assert, assertEqual } from './runner.ts'
import { at, changeOf, createAll, later, sampleTip, times } from './sample-tip.ts'

const limitOf = (overrides: Partial<VelocityLimit>): VelocityLimit => ({
  ...{ name: 'a limit', scope: 'payer', counts: 'attempts', windowSeconds: 60, limit: 2n },
  ...overrides,
})
const usd = (amount: bigint) => ({ amount: { amount, currency: 'USD' } })
const madeAt = (seconds: number) => ({ createdAt: later(seconds) })

/** `created`, or after how many seconds the store says that the tip fits. */
async function attempt(
  store: TipStore,
  tip: Tip,
  ...limits: readonly VelocityLimit[]
): Promise<string | number> {
  const result = await store.create(tip, limits, at)
  return result.outcome === 'limited' ? result.retryAfterSeconds : result.outcome
}

/** How a tip ends that is not paid. */
async function end(store: TipStore, tips: readonly Tip[], status: 'failed' | 'expired'): Promise<void> {
  const changes = tips.map((tip) => changeOf(tip, { status }))
  assertEqual([...new Set(await store.commit(changes, at))], ['committed'], 'the changes')
}

/** Three tips: the first counts in every scope, the last ones do not in all. */
const own = sampleTip('own')
const toAnother = sampleTip('to noa', { creatorId: 'noa', ...madeAt(10) })
const byAnother = sampleTip('by bob', { payerId: 'bob', ...madeAt(20) })
const usedIn = { payer: 2n, payer_and_creator: 1n, creator: 2n }

/** Limits: whose tips count, what counts of them, and for how long. */
export function describeLimits(it: StoreTest): void {
  for (const scope of ['payer', 'payer_and_creator', 'creator'] as const) {
    const used = usedIn[scope]
    const tip = sampleTip('new', madeAt(30))

    it(`counts attempts of scope ${scope}, whatever became of them`, async ({ tips }) => {
      await createAll(tips, [own, toAnother, byAnother])
      await end(tips, [own], 'failed')
      await end(tips, [byAnother], 'expired')
      const limit = limitOf({ scope, limit: used })
      const refusal = { outcome: 'limited', limit, retryAfterSeconds: 30 }
      assertEqual(await tips.create(tip, [limit], at), refusal, 'one too many')
      assertEqual(await attempt(tips, tip, limitOf({ scope, limit: used + 1n })), 'created', 'the last one')
    })

    it(`counts declines of scope ${scope}, and no other end`, async ({ tips }) => {
      const others = [sampleTip('pending'), sampleTip('expired')]
      await createAll(tips, [own, toAnother, byAnother, ...others])
      await end(tips, [own, toAnother, byAnother], 'failed')
      await end(tips, others.slice(1), 'expired')
      const counts = 'declines'
      assertEqual(await attempt(tips, tip, limitOf({ scope, counts, limit: used })), 30, 'one too many')
      const more = limitOf({ scope, counts, limit: used + 1n })
      assertEqual(await attempt(tips, tip, more), 'created', 'the last one')
    })

    it(`counts the money of scope ${scope} that was paid or may be, in the tip’s currency`, async ({
      tips,
    }) => {
      const euros = sampleTip('euros', { amount: { amount: 5000n, currency: 'EUR' } })
      const gone = [sampleTip('failed'), sampleTip('expired')]
      await createAll(tips, [own, toAnother, byAnother, euros, ...gone])
      await end(tips, gone.slice(0, 1), 'failed')
      await end(tips, gone.slice(1), 'expired')
      await tips.commit([changeOf(own, { status: 'completed', chargeRef: 'pi', completedAt: at })], at)
      const limit = limitOf({ scope, counts: 'amount', limit: used * 1000n + 999n })
      assertEqual(await attempt(tips, tip, limit), 30, 'a cent too much')
      const more = { ...limit, limit: limit.limit + 1n }
      assertEqual(await attempt(tips, tip, more), 'created', 'the last cent')
    })

    it(`lets a tip in when one of scope ${scope} leaves the window, and not before`, async ({ tips }) => {
      const limit = limitOf({ scope })
      const tipAt = (seconds: number) => sampleTip(`at ${seconds}`, madeAt(seconds))
      await createAll(tips, [tipAt(0), tipAt(10)])
      assertEqual(await attempt(tips, tipAt(12.5), limit), 48, 'whole seconds, rounded up')
      assertEqual(await attempt(tips, tipAt(59.999), limit), 1, 'a millisecond before')
      assertEqual(await attempt(tips, tipAt(60), limit), 'created', 'a minute after the first')
      assertEqual(await attempt(tips, tipAt(61), limit), 9, 'the second is still there')
    })

    it(`says when enough of scope ${scope} has left for a tip to fit`, async ({ tips }) => {
      await createAll(
        tips,
        [0, 10, 20].map((second) => sampleTip(`at ${second}`, { ...madeAt(second), ...usd(300n) })),
      )
      const amount = limitOf({ scope, counts: 'amount', limit: 1000n })
      const large = sampleTip('large', { ...madeAt(30), ...usd(700n) })
      // With the first one gone it would still be too much.
      assertEqual(await attempt(tips, large, amount), 40, 'money')
      assertEqual(await attempt(tips, sampleTip('few', madeAt(30)), limitOf({ scope })), 40, 'attempts')
      assertEqual(await attempt(tips, { ...large, ...madeAt(70) }, amount), 'created', 'after that time')
      const never = await attempt(tips, sampleTip('too large', { ...madeAt(80), ...usd(1001n) }), amount)
      assert(typeof never === 'number' && never >= 1 && never <= 60, `a tip that never fits: ${never}`)
    })
  }

  it('names the first of the limits that are exceeded', async ({ tips }) => {
    await createAll(tips, [own])
    const limits = [
      limitOf({ name: 'wide', limit: 2n }),
      limitOf({ name: 'first', scope: 'creator', limit: 1n }),
      limitOf({ name: 'second', limit: 0n }),
    ]
    const result = await tips.create(sampleTip('new'), limits, at)
    assert(result.outcome === 'limited', `the tip was ${result.outcome}`)
    assertEqual(result.limit, limits[1], 'the limit')
  })

  it('adds up amounts that a float would round', async ({ tips }) => {
    const limit = limitOf({ counts: 'amount', limit: 9_007_199_254_740_993n })
    const big = sampleTip('big', usd(9_007_199_254_740_992n))
    assertEqual(await attempt(tips, big, limit), 'created', 'below the limit')
    assertEqual(await attempt(tips, sampleTip('two', usd(2n)), limit), 60, 'a cent above')
    assertEqual(await attempt(tips, sampleTip('one', usd(1n)), limit), 'created', 'exactly')
  })

  it('keeps a payer’s attempts exact among 50 callers', async ({ tips }) => {
    const given = times(50, (index) => sampleTip(`t${index}`, { creatorId: `creator${index % 7}` }))
    const answers = await Promise.all(given.map((tip) => attempt(tips, tip, limitOf({ limit: 2n }))))
    assertEqual(answers.filter((answer) => answer === 'created').length, 2, 'created')
    assertEqual(answers.filter((answer) => answer === 60).length, 48, 'limited')
    assertEqual((await tips.list({ payerId: 'vic', limit: 50 })).length, 2, 'stored')
  })

  it('keeps a payer’s money to a creator exact among 50 callers', async ({ tips }) => {
    const limit = limitOf({ scope: 'payer_and_creator', counts: 'amount', limit: 1999n })
    const given = times(50, (index) => sampleTip(`t${index}`, { creatorId: index % 2 ? 'noa' : 'ava' }))
    const answers = await Promise.all(given.map((tip) => attempt(tips, tip, limit)))
    assertEqual(answers.filter((answer) => answer === 'created').length, 2, 'created')
    for (const creatorId of ['ava', 'noa']) {
      assertEqual((await tips.list({ creatorId, limit: 50 })).length, 1, `stored for ${creatorId}`)
    }
  })
}
