import type { PaywallStore } from '../paywall-store.ts'
import { assertSame } from './runner.ts'
import { minute, sampleSale } from './samples.ts'

/** What a store does with sales. */
export function describeSales(
  check: (title: string, body: (store: PaywallStore) => Promise<void>) => void,
): void {
  check('keeps a sale as it came, whatever comes with its id afterwards', async (store) => {
    const sale = sampleSale()
    assertSame(await store.startSale(sale, null), sale, 'the first')
    assertSame(await store.startSale({ ...sale, title: 'Other' }, null), sale, 'the second')
    assertSame(await store.getSale('sale1'), sale, 'read')
    assertSame(await store.getSale('other'), null, 'one that is not there')
  })
  check('has one present sale of an offer for a viewer, of fifty at once', async (store) => {
    const sales = Array.from({ length: 50 }, (_, index) => sampleSale({ id: `s${index}` }))
    const answers = await Promise.all(sales.map((sale) => store.startSale(sale, null)))
    assertSame(new Set(answers.map(({ id }) => id)).size, 1, 'answers')
    assertSame((await store.listSales({ userId: 'vic', limit: 99 })).length, 1, 'stored')
    const other = sampleSale({ id: 'wims', userId: 'wim' })
    assertSame(await store.startSale(other, null), other, 'of another viewer')
    const elsewhere = sampleSale({ id: 'else', offerId: 'else' })
    assertSame(await store.startSale(elsewhere, null), elsewhere, 'of another offer')
  })
  check('replaces the present sale by one that names it, once', async (store) => {
    await store.startSale(sampleSale(), null)
    const next = ['a', 'b', 'c'].map((id) => sampleSale({ id, createdAt: minute(1) }))
    assertSame((await store.startSale(sampleSale({ id: 'x' }), 'unknown')).id, 'sale1', 'of another')
    const answers = await Promise.all(next.map((sale) => store.startSale(sale, 'sale1')))
    assertSame(new Set(answers.map(({ id }) => id)).size, 1, 'answers')
    assertSame((await store.startSale(sampleSale(), null)).id, 'sale1', 'the old one is still itself')
    assertSame((await store.listSales({ userId: 'vic', limit: 99 })).length, 2, 'stored')
  })
  check('lists the sales of a viewer and of a creator, newest first, page by page', async (store) => {
    for (const [index, id] of ['a', 'b', 'c'].entries()) {
      await store.startSale(sampleSale({ id, offerId: id, createdAt: minute(index) }), null)
    }
    await store.startSale(sampleSale({ id: 'd', userId: 'wim', creatorId: 'bo' }), null)
    const idsOf = async (query: Parameters<PaywallStore['listSales']>[0]) =>
      (await store.listSales(query)).map(({ id }) => id)
    assertSame(await idsOf({ userId: 'vic', limit: 2 }), ['c', 'b'], 'the first page')
    assertSame(await idsOf({ userId: 'vic', limit: 2, afterId: 'b' }), ['a'], 'the second page')
    assertSame(await idsOf({ creatorId: 'ava', limit: 9 }), ['c', 'b', 'a'], 'of a creator')
    assertSame(await idsOf({ creatorId: 'bo', limit: 9 }), ['d'], 'of another')
  })
}
