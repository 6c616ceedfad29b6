import type { StoreTest } from './describe-tip-store.ts'
import { assertEqual } from './runner.ts'
import { blockOf, later } from './sample-tip.ts'

/** What creators set. */
export function describeCreatorSettings(it: StoreTest): void {
  it('keeps a creator’s menu in its order', async ({ tips }) => {
    assertEqual(await tips.getMenu('ava'), [], 'none')
    const items = [
      { id: 'b', title: 'Song \u{1f3b5} "x"', price: { amount: 9_007_199_254_740_993n, currency: 'JPY' } },
      { id: 'a', title: 'Wave', price: { amount: 100n, currency: 'USD' } },
    ]
    await tips.putMenu('ava', items)
    assertEqual(await tips.getMenu('ava'), items, 'the menu')
    assertEqual(await tips.getMenu('noa'), [], 'of another creator')
    await tips.putMenu('ava', items.slice(1))
    assertEqual(await tips.getMenu('ava'), items.slice(1), 'another menu')
    await tips.putMenu('ava', [])
    assertEqual(await tips.getMenu('ava'), [], 'an empty one')
  })

  it('lists whom a creator has blocked, by the ids of the blocks', async ({ tips }) => {
    const given = [
      ...['vic', 'Zoe', '10', 'bob', '9', 'a"b'].map((id, index) => blockOf(id, id, later(index))),
      blockOf('vic', 'tip_1', later(6)),
      blockOf('ida', 'tip_0', later(7)),
    ]
    for (const one of given) await tips.block('ava', one)
    await tips.block('noa', blockOf('ida'))
    await tips.unblock('ava', 'bob')
    await tips.unblock('ava', 'nobody')
    await tips.unblock('noa', 'vic')
    const expected = given
      .filter(({ id }) => id !== 'bob')
      .sort((left, right) => (left.id < right.id ? -1 : 1))
    assertEqual(await tips.listBlocked('ava', { limit: 10 }), expected, 'all')
    const first = await tips.listBlocked('ava', { limit: 2 })
    assertEqual(first, expected.slice(0, 2), 'the first page')
    const after = first[1]?.id ?? ''
    assertEqual(await tips.listBlocked('ava', { after, limit: 10 }), expected.slice(2), 'the rest')
    assertEqual((await tips.listBlocked('noa', { limit: 10 })).length, 1, 'of another creator')
  })

  it('adds a block once, however often it is asked to', async ({ tips }) => {
    await Promise.all([1, 2, 3, 4].map(() => tips.block('ava', blockOf('vic'))))
    await tips.block('ava', blockOf('vic', 'vic', later(5)))
    assertEqual(await tips.listBlocked('ava', { limit: 10 }), [blockOf('vic')], 'blocked')
    await tips.unblock('ava', 'vic')
    assertEqual(await tips.listBlocked('ava', { limit: 10 }), [], 'unblocked')
  })

  it('keeps how a creator’s alerts are shown', async ({ tips }) => {
    assertEqual(await tips.getAlertSettings('ava'), null, 'none')
    const minimums = { USD: 9_007_199_254_740_993n, JPY: 1n }
    const settings = { creatorId: 'ava', tokenDigest: 'ab'.repeat(32), minimums, showSeconds: 7.5 }
    await tips.putAlertSettings(settings)
    assertEqual(await tips.getAlertSettings('ava'), settings, 'the settings')
    const others = { ...settings, tokenDigest: 'cd'.repeat(32), minimums: {} }
    await tips.putAlertSettings(others)
    assertEqual(await tips.getAlertSettings('ava'), others, 'other ones')
    assertEqual(await tips.getAlertSettings('noa'), null, 'of another creator')
  })
}
