import type { Tip } from '../tip.ts'
import type { TipStore, VelocityLimit } from '../tip-store.ts'
import type { StoreTest } from './describe-tip-store.ts'
import { assert, assertEqual } from './runner.ts'
import { at, later, nextTip, plainChange, sampleTip } from './sample-tip.ts'

const ids = (tips: readonly Tip[]) => tips.map(({ id }) => id)

const perMinute = (scope: VelocityLimit['scope'], counts: VelocityLimit['counts'], limit: bigint) => ({
  ...{ name: `${counts} per minute`, windowSeconds: 60, scope, counts, limit },
})

const add = (store: TipStore, ...tips: readonly Tip[]) =>
  Promise.all(tips.map((tip) => store.create(tip, [], later(60))))

/** How tips are made, limited, found and looked up. */
export function describeStoredTips(it: StoreTest): void {
  it('gives back what was created, to the last field', async ({ tips }) => {
    const huge = 9_007_199_254_740_993n
    const full = sampleTip('tip_1', {
      ...{ payerName: 'Vïc “the” \\ 🎸', message: 'Line 1\nLine 2 – “quoted” \\u0000 😀', isAnonymous: true },
      ...{ streamId: 's1', menuItemId: 'm1', goalId: 'g1', chargeRef: '123456789012345678' },
      ...{ amount: { amount: huge, currency: 'JPY' }, fee: 1n, net: huge - 1n, refundedTotal: huge },
      ...{ declineCode: 'expired_card', gatewayFee: { amount: huge, currency: 'EUR' }, dispute: 'open' },
      terms: { feeBps: 0, holdSeconds: 0, reserve: { bps: 500, holdSeconds: 7_776_000 } },
      refunds: [
        { id: 'r1', chargeRef: 'c', amount: huge, status: 'requested', createdAt: at },
        { id: 'r2', ref: 're', reason: 'x', chargeRef: 'c', amount: 1n, status: 'failed', createdAt: at },
      ],
      disputes: [
        { ref: 'd1', chargeRef: 'c', status: 'open', withdrawn: huge, reinstated: 0n },
        {
          ...{ ref: 'd2', chargeRef: 'c', status: 'won', withdrawn: 1n, reinstated: 1n },
          fee: { amount: 1500n, currency: 'USD' },
        },
      ],
      strays: [{ ref: 'p2', amount: { amount: huge, currency: 'USD' } }],
      completedAt: later(5),
    })
    const plain = sampleTip('tip_2')
    const results = [await tips.create(full, [], at), await tips.create(plain, [], at)]
    assertEqual(
      results,
      [full, plain].map((tip) => ({ outcome: 'created', tip })),
      'the answers',
    )
    const loaded = await tips.load([{ tipId: 'tip_2' }, { tipId: 'nobody' }, { tipId: 'tip_1' }])
    const expected = [plain, null, full].map((tip) => ({ tip, isSeen: false }))
    assertEqual(loaded, expected, 'in the order asked')
    assert(!('message' in (loaded[0]?.tip ?? {})), 'what is absent stays absent')
  })

  it('creates a tip once, among 50 callers too', async ({ tips }) => {
    const callers = Array.from({ length: 50 }, (_, caller) => sampleTip('t', { fingerprint: `f${caller}` }))
    const results = await Promise.all(callers.map((tip) => tips.create(tip, [], at)))
    const [first, ...others] = results.filter(({ outcome }) => outcome === 'created')
    assert(first?.outcome === 'created' && others.length === 0, 'one has created it')
    const { fingerprint } = first.tip
    for (const result of results) {
      if (result.outcome !== 'created' && result.outcome !== 'exists') throw new Error(result.outcome)
      assertEqual(result.tip.fingerprint, fingerprint, 'all others are shown that one')
    }
  })

  it('looks for the tip, then for a block, then at the limits', async ({ tips }) => {
    const none = perMinute('payer', 'attempts', 0n)
    await add(tips, sampleTip('t'))
    await tips.block('ava', 'vic', at)
    assertEqual((await tips.create(sampleTip('t'), [none], at)).outcome, 'exists', 'its tip is there')
    assertEqual((await tips.create(sampleTip('t2'), [none], at)).outcome, 'blocked', 'a block comes first')
    const toNoa = sampleTip('t3', { creatorId: 'noa' })
    assertEqual((await tips.create(toNoa, [none], at)).outcome, 'limited', 'another creator takes tips')
    await tips.unblock('ava', 'vic')
    assertEqual((await tips.create(sampleTip('t2'), [], at)).outcome, 'created', 'after the block')
  })

  it('counts attempts in a window that slides, and says when there is room again', async ({ tips }) => {
    const limit = perMinute('payer', 'attempts', 2n)
    const create = (id: string, second: number, more: Partial<Tip> = {}) =>
      tips.create(sampleTip(id, { createdAt: later(second), ...more }), [limit], at)
    await create('a', 0)
    await create('b', 20, { creatorId: 'noa' })
    const third = await create('c', 30)
    assertEqual(third, { outcome: 'limited', limit, retryAfterSeconds: 30 }, 'the third')
    assertEqual((await create('c', 30, { payerId: 'sam' })).outcome, 'created', 'of somebody else')
    assertEqual((await create('d', 60)).outcome, 'created', 'when the first has left')
    assertEqual((await tips.load([{ tipId: 'c' }]))[0]?.tip?.payerId, 'sam', 'the limited one is not stored')
  })

  it('counts by payer, by payer and creator, or by creator', async ({ tips }) => {
    await add(tips, sampleTip('a'), sampleTip('b', { creatorId: 'noa' }), sampleTip('c', { payerId: 'sam' }))
    const outcome = async (scope: VelocityLimit['scope'], limit: bigint, more: Partial<Tip> = {}) => {
      const probe = sampleTip(`probe-${scope}-${limit}-${more.payerId}`, more)
      return (await tips.create(probe, [perMinute(scope, 'attempts', limit)], at)).outcome
    }
    assertEqual(await outcome('payer', 2n), 'limited', 'two of vic')
    assertEqual(await outcome('payer_and_creator', 1n), 'limited', 'one of vic to ava')
    assertEqual(await outcome('creator', 2n, { payerId: 'eve' }), 'limited', 'two to ava')
    assertEqual(await outcome('payer', 1n, { payerId: 'eve' }), 'created', 'eve has none')
    assertEqual(await outcome('payer_and_creator', 2n, { payerId: 'vic' }), 'created', 'room for another')
  })

  it('counts declines, and the money that was paid or may be, by currency', async ({ tips }) => {
    await add(
      tips,
      ...(['failed', 'canceled', 'expired', 'pending', 'completed'] as const).map((status) =>
        sampleTip(status, { status }),
      ),
      sampleTip('yen', { amount: { amount: 5000n, currency: 'JPY' } }),
    )
    const outcome = async (counts: VelocityLimit['counts'], limit: bigint) =>
      (
        await tips.create(
          sampleTip(`${counts}-${limit}`, { payerId: 'vic' }),
          [perMinute('payer', counts, limit)],
          at,
        )
      ).outcome
    assertEqual(await outcome('declines', 1n), 'limited', 'one was declined')
    assertEqual(await outcome('declines', 2n), 'created', 'one more may be')
    // With the one that was just made: 3000.
    assertEqual(await outcome('amount', 3999n), 'limited', 'it would be 4000')
    assertEqual(await outcome('amount', 4000n), 'created', 'not more than the limit')
  })

  it('keeps a payer to the limits among 50 tips at once', async ({ tips }) => {
    const limits = [perMinute('payer', 'attempts', 7n), perMinute('payer_and_creator', 'amount', 3000n)]
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        tips.create(sampleTip(`t${index}`, { creatorId: index % 2 ? 'ava' : 'noa' }), limits, at),
      ),
    )
    const created = results.flatMap((result) => (result.outcome === 'created' ? [result.tip.creatorId] : []))
    assertEqual(created.sort(), ['ava', 'ava', 'ava', 'noa', 'noa', 'noa'], 'three each')
  })

  it('finds a tip by its charge at its gateway, and by one that came in besides', async ({ tips }) => {
    const [own, other] = [sampleTip('a'), sampleTip('b', { gateway: 'ccbill' })]
    await add(tips, own, other)
    const strays = [{ ref: 'pi_2', amount: { amount: 1n, currency: 'USD' } }]
    const changes = [nextTip(own, { chargeRef: 'pi_1', strays }), nextTip(other, { chargeRef: 'pi_1' })]
    await tips.commit(
      changes.map((tip) => plainChange(tip)),
      at,
    )
    const find = async (gateway: string, ref: string) => (await tips.findByCharge(gateway, ref))?.id ?? null
    assertEqual(await find('stripe', 'pi_1'), 'a', 'its charge')
    assertEqual(await find('ccbill', 'pi_1'), 'b', 'of the other gateway')
    assertEqual(await find('stripe', 'pi_2'), 'a', 'beside it')
    assertEqual(await find('ccbill', 'pi_2'), null, 'not at the other gateway')
    await tips.commit([plainChange(nextTip(sampleTip('c'), { chargeRef: 'pi_9' }))], at)
    assertEqual(await find('stripe', 'pi_9'), null, 'a tip that is not there has no charge')
  })

  it('lists tips newest first, by any filters, stable while tips are added', async ({ tips }) => {
    await add(
      tips,
      ...['c', 'a', 'b'].map((id) => sampleTip(id)),
      sampleTip('old', { createdAt: later(-60), status: 'completed' }),
      sampleTip('live', { streamId: 's1', status: 'completed' }),
      sampleTip('other', { creatorId: 'noa', payerId: 'sam', createdAt: later(60) }),
    )
    const list = async (query: Partial<Parameters<TipStore['list']>[0]>) =>
      ids(await tips.list({ limit: 100, ...query }))
    assertEqual(await list({}), ['other', 'live', 'c', 'b', 'a', 'old'], 'all')
    assertEqual(await list({ creatorId: 'noa' }), ['other'], 'of a creator')
    assertEqual(await list({ payerId: 'vic', status: 'completed' }), ['live', 'old'], 'of a payer, paid')
    assertEqual(
      await list({ creatorId: 'ava', payerId: 'vic', streamId: 's1', status: 'pending' }),
      [],
      'none',
    )
    const seen: string[] = []
    for (let after: Tip | undefined; ; ) {
      const page = await tips.list({ creatorId: 'ava', limit: 2, ...(after && { after }) })
      seen.push(...ids(page))
      after = page.at(-1)
      if (page.length < 2) break
      await add(tips, sampleTip(`new${seen.length}`, { createdAt: later(120) }))
    }
    assertEqual(seen, ['live', 'c', 'b', 'a', 'old'], 'in pages')
  })

  it('hands out what is due, the soonest first, to one of those who ask at once', async ({ tips }) => {
    for (let index = 0; index < 30; index++) await tips.create(sampleTip(`t${index}`), [], later(30 - index))
    await tips.create(sampleTip('far'), [], later(1000))
    assertEqual(ids(await tips.claimDue({ at: later(0), until: later(0), limit: 10 })), [], 'before the time')
    const first = await tips.claimDue({ at: later(100), until: later(500), limit: 2 })
    assertEqual(ids(first).sort(), ['t28', 't29'], 'the soonest')
    const claim = () => tips.claimDue({ at: later(100), until: later(500), limit: 7 })
    const claimed = ids((await Promise.all([1, 2, 3, 4, 5, 6].map(claim))).flat())
    assertEqual(new Set(claimed).size, claimed.length, 'nobody gets one that another got')
    for (let rest = await claim(); rest.length > 0; rest = await claim()) claimed.push(...ids(rest))
    assertEqual(claimed.length, 28, 'all are handed out')
    const again = await tips.claimDue({ at: later(500), until: later(900), limit: 100 })
    assertEqual(again.length, 30, 'again when nobody has dealt with them')
  })

  it('postpones a tip that has not changed, and leaves one that has alone', async ({ tips }) => {
    const tip = sampleTip('t')
    await tips.create(tip, [], later(10))
    const due = async (second: number) =>
      ids(await tips.claimDue({ at: later(second), until: later(second), limit: 10 }))
    await tips.postpone('t', 1, later(50))
    assertEqual(await due(20), [], 'later')
    assertEqual(await due(50), ['t'], 'then')
    await tips.commit([plainChange(nextTip(tip), { checkAt: later(60) })], at)
    await tips.postpone('t', 1, null)
    assertEqual(await due(60), ['t'], 'who looked at an older version knows nothing of this one')
    await tips.postpone('t', 2, null)
    assertEqual(await due(10_000), [], 'never')
    await tips.postpone('nobody', 1, at)
  })
}
