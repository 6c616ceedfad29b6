import { createLedger, memoryLedgerStore } from '@stagedoor/ledger'
import { type FakeOptions, fakeGateway } from '@stagedoor/payment-gateway/fake'
import { createTips, memoryTipStore } from '@stagedoor/tips'
import { describe, expect, it } from 'vitest'
import { ava, bo, createPlatform, plan, staff, ticket, vic } from './platform.fixture.ts'

/** The platform with a cash desk: its gateway, its books, and webhooks that a test brings. */
function shop(fake: FakeOptions = {}) {
  let time = Date.parse('2026-11-24T20:00:00.000Z')
  const clock = () => new Date(time)
  const gateway = fakeGateway({ clock: () => time, ...fake })
  const books = memoryLedgerStore()
  const ledger = createLedger({ store: books, clock })
  const tips = createTips({
    ...{ store: memoryTipStore({ ledger: books }), ledger, gateways: [gateway], clock },
    ...{ creator: () => ({}), deliversAtOnce: false },
    onEvent: (event) => platform.paywall.applyPayment(event),
  })
  const platform = createPlatform({ payments: tips, clock })
  return {
    ...{ ...platform, tips, gateway, ledger },
    wait: (seconds: number) => {
      time += seconds * 1000
    },
    webhooks: async () => {
      await gateway.control.tick()
      for (const request of await gateway.control.takeWebhooks()) await tips.receiveWebhook('fake', request)
      await tips.deliver()
    },
    isIn: async () => (await platform.paywall.access(vic, platform.show({ type: 'ticket' }))).allowed,
    buy: (offerId: string, key = 'one') =>
      platform.paywall.purchase(vic, { offerId }, { idempotencyKey: key }),
  }
}

describe('a purchase', () => {
  it('lets the viewer in with the answer, and pays the creator their part', async () => {
    const { paywall, buy, isIn, ledger, wait } = shop()
    const offer = await paywall.createOffer(ava, ticket)
    expect(await isIn()).toBe(false)
    const { sale, status, outcome } = await buy(offer.id)
    expect([status, outcome.kind]).toEqual(['paid', 'succeeded'])
    expect(await isIn()).toBe(true)
    expect((await ledger.balances('ava')).map(({ pending }) => pending)).toEqual([425n])
    expect(await paywall.getSale(vic, sale.id)).toEqual({ sale, status: 'paid' })
    wait(3600 + 86_400)
    expect(await isIn()).toBe(false)
  })

  it('is one for a key, and no second one while the viewer has it', async () => {
    const { paywall, buy, gateway, wait } = shop()
    const offer = await paywall.createOffer(ava, ticket)
    const first = await buy(offer.id)
    const lines = gateway.books.lines().length
    expect((await buy(offer.id)).sale).toEqual(first.sale)
    await expect(buy(offer.id, 'two')).rejects.toMatchObject({ code: 'conflict' })
    const other = await paywall.createOffer(ava, { ...ticket, title: 'Another night' })
    await expect(buy(other.id)).rejects.toMatchObject({ code: 'conflict', field: 'idempotencyKey' })
    expect(gateway.books.lines()).toHaveLength(lines)
    wait(3600 + 86_400)
    expect((await buy(offer.id, 'three')).status).toBe('paid')
  })

  it('is charged once, of fifty that are made at once', async () => {
    const { paywall, buy, isIn, ledger } = shop()
    const offer = await paywall.createOffer(ava, ticket)
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) => buy(offer.id, `k${index}`)),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await ledger.balances('ava')).map(({ pending }) => pending)).toEqual([425n])
    expect(await isIn()).toBe(true)
  })

  it('is given up with its money, and taken back with it', async () => {
    const { paywall, buy, isIn, tips, webhooks } = shop()
    const offer = await paywall.createOffer(ava, ticket)
    const { sale } = await buy(offer.id)
    const part = { amount: { amount: '200', currency: 'USD' } }
    await tips.refundTip(sale.paymentId, part, { idempotencyKey: 'part' })
    await tips.deliver()
    expect(await isIn()).toBe(true)
    await tips.refundTip(sale.paymentId, {}, { idempotencyKey: 'rest' })
    await webhooks()
    expect(await isIn()).toBe(false)
    expect((await paywall.getSale(ava, sale.id)).status).toBe('returned')
    expect((await buy(offer.id, 'again')).status).toBe('paid')
    expect(await isIn()).toBe(true)
    await webhooks()
    const { items } = await paywall.listAudit(ava, 'ava')
    expect(items.map(({ action }) => action)).toEqual([
      ...['sale.paid', 'sale.returned', 'sale.paid', 'offer.created'],
    ])
  })

  it('is nothing while it is pending, and pays itself when the money comes', async () => {
    const { paywall, buy, isIn, webhooks, wait } = shop()
    const offer = await paywall.createOffer(ava, ticket)
    const pending = await paywall.purchase(
      vic,
      { offerId: offer.id, instrument: 'fake_pending' },
      { idempotencyKey: 'one' },
    )
    expect([pending.status, await isIn()]).toEqual(['pending', false])
    await expect(buy(offer.id, 'two')).rejects.toMatchObject({ code: 'conflict' })
    wait(3600)
    await webhooks()
    expect([(await paywall.getSale(vic, pending.sale.id)).status, await isIn()]).toEqual(['paid', true])
  })

  it('is taken away by a dispute, and given back when that is won', async () => {
    const { paywall, isIn, webhooks, gateway, wait, tips } = shop()
    const forever = { ...ticket.terms, durationSeconds: null }
    const offer = await paywall.createOffer(ava, { ...ticket, terms: forever })
    const input = { offerId: offer.id, instrument: 'fake_dispute' }
    const { sale } = await paywall.purchase(vic, input, { idempotencyKey: 'one' })
    expect(await isIn()).toBe(true)
    wait(86_400)
    await webhooks()
    expect(await isIn()).toBe(false)
    const [dispute] = (await tips.getTip(sale.paymentId)).disputes
    await gateway.control.closeDispute(dispute?.ref ?? '', 'won')
    await webhooks()
    expect(await isIn()).toBe(true)
    const { items } = await paywall.listEntries('vic')
    expect(items.map((entry) => [entry.kind, entry.sourceRef.slice(-2)])).toEqual([
      ...[
        ['grant', ':1'],
        ['revocation', ':1'],
        ['grant', ':2'],
      ],
    ])
  })

  it('may be tried again when it was declined', async () => {
    const { paywall, buy, isIn } = shop()
    const offer = await paywall.createOffer(ava, ticket)
    const input = { offerId: offer.id, instrument: 'fake_declined' }
    const declined = await paywall.purchase(vic, input, { idempotencyKey: 'one' })
    expect([declined.status, declined.outcome.kind, await isIn()]).toEqual(['failed', 'declined', false])
    expect((await buy(offer.id, 'two')).status).toBe('paid')
    expect(await isIn()).toBe(true)
  })

  it('is refused where there is nothing to be had', async () => {
    const { paywall, buy, wait } = shop()
    const subscription = await paywall.createOffer(ava, plan)
    await expect(buy(subscription.id)).rejects.toMatchObject({ code: 'unsupported' })
    await expect(buy('none')).rejects.toMatchObject({ code: 'not_found', field: 'offerId' })
    const terms = { ...ticket.terms, opensAt: '2026-11-24T21:00:00Z' }
    const offer = await paywall.createOffer(ava, { ...ticket, terms })
    const own = paywall.purchase(ava, { offerId: offer.id }, { idempotencyKey: 'own' })
    await expect(own).rejects.toMatchObject({ code: 'conflict' })
    const old = paywall.purchase(vic, { offerId: offer.id, offerVersion: 2 }, { idempotencyKey: 'old' })
    await expect(old).rejects.toMatchObject({ code: 'conflict', field: 'offerVersion' })
    await paywall.banViewer(ava, { userId: 'vic', reason: 'spam' })
    await expect(buy(offer.id, 'banned')).rejects.toMatchObject({ code: 'forbidden' })
    await paywall.unbanViewer(ava, { userId: 'vic' })
    wait(2 * 86_400)
    await expect(buy(offer.id, 'late')).rejects.toMatchObject({ code: 'conflict' })
    const { paywall: poor } = createPlatform()
    const unpaid = poor.purchase(vic, { offerId: offer.id }, { idempotencyKey: 'k' })
    await expect(unpaid).rejects.toMatchObject({ code: 'unsupported' })
  })

  it('is the viewer’s, the creator’s and the staff’s to see', async () => {
    const { paywall, buy } = shop()
    const offer = await paywall.createOffer(ava, ticket)
    const { sale } = await buy(offer.id)
    for (const actor of [vic, ava, staff]) expect((await paywall.getSale(actor, sale.id)).sale).toEqual(sale)
    await expect(paywall.getSale(bo, sale.id)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(paywall.getSale(bo, 'none')).rejects.toMatchObject({ code: 'not_found' })
    expect((await paywall.listSales(vic, { userId: 'vic' })).items).toEqual([sale])
    expect((await paywall.listSales(ava, { creatorId: 'ava' })).items).toEqual([sale])
    await expect(paywall.listSales(bo, { userId: 'vic' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(paywall.listSales(vic, { creatorId: 'ava' })).rejects.toMatchObject({ code: 'forbidden' })
  })
})
