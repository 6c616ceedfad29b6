import type { PaywallStore } from '../paywall-store.ts'
import { assertSame } from './runner.ts'
import { minute, sampleAudit, sampleChange, sampleOffer } from './samples.ts'

/** What a store does with offers. */
export function describeOffers(
  check: (title: string, body: (store: PaywallStore) => Promise<void>) => void,
): void {
  check('keeps offers of every kind as they came', async (store) => {
    const offers = [
      sampleOffer(),
      sampleOffer({
        id: 'ticket',
        createdAt: minute(1),
        terms: {
          ...{ kind: 'ticket', streamId: 'show', opensAt: minute(5) },
          ...{ durationSeconds: 3600, replaySeconds: 86_400 },
        },
      }),
      sampleOffer({
        id: 'bundle',
        createdAt: minute(2),
        terms: { kind: 'bundle', resources: ['stream:show', 'creator:ava'], durationSeconds: null },
      }),
    ]
    for (const offer of offers) assertSame(await store.commit(sampleChange({ offer })), 'committed', offer.id)
    assertSame(await store.listOffers('ava', { limit: 9 }), offers, 'listed')
    assertSame(await store.getOffer('ticket'), offers[1], 'read')
    assertSame(await store.getOffer('other'), null, 'one that is not there')
    assertSame(await store.listOffers('bo', { limit: 9 }), [], 'of another creator')
  })
  check('stores the next version of an offer and no other', async (store) => {
    const offer = sampleOffer()
    await store.commit(sampleChange({ offer }))
    const audit = [sampleAudit('late')]
    assertSame(await store.commit(sampleChange({ offer, audit })), 'stale', 'the same version')
    const late = sampleOffer({ version: 3 })
    assertSame(await store.commit(sampleChange({ offer: late, audit })), 'stale', 'a later one')
    assertSame(await store.listAudit(null, { limit: 9 }), [], 'audit of what was not stored')
    const next = { ...offer, version: 2, isOnSale: false }
    const results = await Promise.all([1, 2, 3].map(() => store.commit(sampleChange({ offer: next }))))
    assertSame(results.sort(), ['committed', 'stale', 'stale'], 'the next one, three times at once')
    assertSame(await store.getOffer('plan'), next, 'the offer')
  })
  check('lists offers oldest first, page by page, on sale or not', async (store) => {
    for (const [index, id] of ['z', 'y', 'x'].entries()) {
      const offer = sampleOffer({ id, createdAt: minute(index), isOnSale: id !== 'y' })
      await store.commit(sampleChange({ offer }))
    }
    const idsOf = async (query: Parameters<PaywallStore['listOffers']>[1]) =>
      (await store.listOffers('ava', query)).map(({ id }) => id)
    assertSame(await idsOf({ limit: 2 }), ['z', 'y'], 'the first page')
    assertSame(await idsOf({ limit: 2, afterId: 'y' }), ['x'], 'the second page')
    assertSame(await idsOf({ limit: 1, isOnSale: true, afterId: 'z' }), ['x'], 'on sale')
    assertSame(await idsOf({ limit: 9, isOnSale: false }), ['y'], 'not on sale')
  })
}
