import type { ListTipsQuery, TipStore } from '../tip-store.ts'
import type { StoreTest } from './describe-tip-store.ts'
import { assert, assertEqual } from './runner.ts'
import {
  at,
  changeOf,
  completionOf,
  createAll,
  eventOf,
  idsOf,
  later,
  payAll,
  sampleTip,
  times,
} from './sample-tip.ts'

async function walk(store: TipStore, query: Omit<ListTipsQuery, 'limit'>, add?: () => Promise<void>) {
  const found: string[] = []
  for (let after: ListTipsQuery['after']; ; ) {
    const page = await store.list({ ...query, limit: 3, ...(after ? { after } : {}) })
    found.push(...idsOf(page))
    after = page.at(-1)
    if (page.length < 3) return found
    assert(found.length < 50, `the pages never end: ${found}`)
    await add?.()
  }
}

/** Reads of tips. */
export function describeFinding(it: StoreTest): void {
  it('loads tips and looks for events in the order asked', async ({ tips }) => {
    const [a, b] = [sampleTip('a'), sampleTip('b')]
    await payAll(tips, [a])
    await createAll(tips, [b])
    const loaded = await tips.load([
      { tipId: 'b', event: eventOf('evt_b') },
      { tipId: 'none', event: eventOf('evt_a') },
      { tipId: 'a', event: eventOf('evt_a') },
      { tipId: 'a', event: { ...eventOf('evt_a'), gateway: 'ccbill' } },
      { tipId: 'b' },
      { tipId: 'b', event: eventOf('evt_a') },
    ])
    const paid = completionOf(a).tip
    assertEqual(
      loaded,
      [
        { tip: b, isSeen: false },
        { tip: null, isSeen: true },
        { tip: paid, isSeen: true },
        { tip: paid, isSeen: false },
        { tip: b, isSeen: false },
        { tip: b, isSeen: true },
      ],
      'what was loaded',
    )
    assertEqual(await tips.load([]), [], 'nothing')
  })

  it('finds a tip by its payment at a gateway, a stray one included', async ({ tips }) => {
    const [a, b] = [sampleTip('a'), sampleTip('b', { gateway: 'ccbill' })]
    await createAll(tips, [a, b])
    const amount = { amount: 5n, currency: 'EUR' }
    const strays = ['pi_s1', 'pi_s2'].map((ref) => ({ ref, amount, receivedAt: at }))
    const pending = changeOf(a, { strays }, { transfers: [] })
    const paid = completionOf(b)
    await tips.commit([pending, paid], at)
    assertEqual(await tips.findByCharge('stripe', 'pi_s1'), pending.tip, 'the first stray one')
    assertEqual(await tips.findByCharge('stripe', 'pi_s2'), pending.tip, 'the second stray one')
    assertEqual(await tips.findByCharge('ccbill', 'pi_b'), paid.tip, 'its own')
    assertEqual(await tips.findByCharge('stripe', 'pi_b'), null, 'the same reference elsewhere')
    assertEqual(await tips.findByCharge('stripe', 'pi_a'), null, 'an unknown one')
    const completed = completionOf(pending.tip)
    await tips.commit([completed], at)
    assertEqual(await tips.findByCharge('stripe', 'pi_a'), completed.tip, 'once it is paid')
    assertEqual(await tips.findByCharge('stripe', 'pi_s1'), completed.tip, 'the stray one, as the tip is now')
  })

  it('lists tips newest first, by creator, payer, stream and status', async ({ tips }) => {
    const given = [
      sampleTip('a', { createdAt: later(2) }),
      sampleTip('b', { createdAt: later(3), payerId: 'bob', streamId: 's1' }),
      sampleTip('c', { createdAt: later(1), creatorId: 'noa', streamId: 's1' }),
      sampleTip('d', { createdAt: later(4), streamId: 's2' }),
    ]
    await createAll(tips, given)
    await tips.commit(
      given.slice(0, 2).map((tip) => completionOf(tip)),
      at,
    )
    const list = async (query: Partial<ListTipsQuery>) => idsOf(await tips.list({ limit: 10, ...query }))
    assertEqual(await list({}), ['d', 'b', 'a', 'c'], 'all')
    assertEqual(await list({ limit: 2 }), ['d', 'b'], 'some')
    assertEqual(await list({ creatorId: 'ava' }), ['d', 'b', 'a'], 'of a creator')
    assertEqual(await list({ payerId: 'vic' }), ['d', 'a', 'c'], 'of a payer')
    assertEqual(await list({ streamId: 's1' }), ['b', 'c'], 'of a stream')
    assertEqual(await list({ status: 'completed' }), ['b', 'a'], 'paid')
    assertEqual(await list({ creatorId: 'ava', status: 'pending' }), ['d'], 'of a creator, not paid')
    const all = { creatorId: 'ava', payerId: 'bob', streamId: 's1', status: 'completed' } as const
    assertEqual(await list(all), ['b'], 'by everything')
    assertEqual(await list({ creatorId: 'nobody' }), [], 'of nobody')
  })

  it('pages through tips, stable while tips are added and times are equal', async ({ tips }) => {
    const given = ['b', 'e', 'a', 'd', 'c', 'B', '10', '9']
    await createAll(
      tips,
      given.map((id) => sampleTip(id)),
    )
    await createAll(tips, [sampleTip('old', { createdAt: later(-1) })])
    let added = 0
    const add = async () => {
      await createAll(tips, [sampleTip(`new${added}`, { createdAt: later(++added) })])
    }
    const seen = await walk(tips, { creatorId: 'ava' }, add)
    assertEqual(seen, [...given.sort().reverse(), 'old'], 'all that were there, once each')
    await tips.commit(
      times(4, (index) => completionOf(sampleTip(given[index * 2] ?? ''))),
      at,
    )
    assertEqual((await walk(tips, { status: 'completed' })).length, 4, 'of a status')
  })
}
