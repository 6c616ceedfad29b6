import { describe, expect, it, vi } from 'vitest'
import { money } from '../money.ts'
import { fakeGateway } from './fake-gateway.ts'
import type { FakeOptions, FakePersistence } from './fake-options.ts'

const usd = (amount: number) => money(amount, 'USD')
const charge = (tipId: string) => ({
  tipId,
  amount: usd(1000),
  payer: { id: 'vic' },
  payee: { id: 'ava' },
})

/** A place to keep a state in, and fakes that are started one after the other. */
function setUp(more: FakeOptions = {}) {
  let kept: string | null = null
  const persistence: FakePersistence = {
    load: async () => kept,
    save: async (state) => {
      kept = state
    },
  }
  return {
    start: (options: FakeOptions = {}) => fakeGateway({ persistence, ...more, ...options }),
    kept: () => kept,
    persistence,
  }
}

const pay = (gateway: ReturnType<typeof fakeGateway>, tipId = 'tip_1') =>
  gateway.processTip(charge(tipId), { idempotencyKey: `tip:${tipId}` })

async function eventIds(gateway: ReturnType<typeof fakeGateway>) {
  const requests = await gateway.control.takeWebhooks()
  const events = await Promise.all(requests.map((request) => gateway.receiveWebhook(request)))
  return events.flat().map(({ id }) => id)
}

describe('a fake that is started again', () => {
  it('gives no event the id of one before, as inboxes outlive it', async () => {
    const [first, second] = [fakeGateway(), fakeGateway()]
    await pay(first)
    await pay(second)
    expect(await eventIds(first)).not.toEqual(await eventIds(second))
  })

  it('knows its charges, its keys and its books', async () => {
    const { start } = setUp()
    const before = start()
    const outcome = await pay(before)
    await before.control.flush()

    const after = start()
    expect(await after.retrieve({ merchantRef: 'tip_1' })).toEqual(outcome)
    expect(await pay(after)).toEqual(outcome)
    expect(after.books.lines()).toEqual(before.books.lines())
    expect(after.books.balance('USD')).toEqual(before.books.balance('USD'))
    const other = { ...charge('tip_1'), amount: usd(999) }
    await expect(after.processTip(other, { idempotencyKey: 'tip:tip_1' })).rejects.toMatchObject({
      code: 'conflict',
    })
    await pay(after, 'tip_2')
    expect(after.books.lines().map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4])
  })

  it('goes on with refunds, disputes and subscriptions', async () => {
    const { start } = setUp()
    const before = start({ faults: { pendingRefunds: true } })
    const paid = await pay(before)
    if (paid.kind !== 'succeeded') throw new Error(paid.kind)
    const half = { refundId: 'r_1', chargeRef: paid.ref, amount: usd(400) }
    const refunded = await before.refund(half, { idempotencyKey: 'refund:r_1' })
    const tooMuch = { refundId: 'r_2', chargeRef: paid.ref, amount: usd(700) }
    const declined = await before.refund(tooMuch, { idempotencyKey: 'refund:r_2' })
    const disputeRef = before.control.openDispute(paid.ref, usd(600))
    const subscribed = await before.processSubscription(
      {
        subscriptionId: 's_1',
        price: usd(500),
        interval: { unit: 'month', count: 1 },
        productName: 'Fans',
        payer: { id: 'vic' },
        payee: { id: 'ava' },
      },
      { idempotencyKey: 'subscription:s_1' },
    )
    if (subscribed.kind !== 'succeeded' || !subscribed.subscriptionRef) throw new Error(subscribed.kind)
    await before.control.flush()

    const after = start()
    expect(refunded.kind).toBe('pending')
    expect(await after.refund(half, { idempotencyKey: 'refund:r_1' })).toEqual(refunded)
    expect(declined).toMatchObject({ kind: 'declined', code: 'amount_too_large' })
    expect(await after.refund(tooMuch, { idempotencyKey: 'refund:r_2' })).toEqual(declined)
    await after.control.tick()
    expect(await after.refund(half, { idempotencyKey: 'refund:r_1' })).toMatchObject({ kind: 'succeeded' })
    after.control.closeDispute(disputeRef, 'won')
    expect(after.books.lines().at(-1)).toMatchObject({ kind: 'dispute_reinstated', amount: usd(600) })
    after.control.openDispute(paid.ref)
    expect(after.books.lines().at(-2)).toMatchObject({ kind: 'dispute', amount: usd(-600) })
    after.control.renew(subscribed.subscriptionRef)
    expect(await after.retrieveSubscription(subscribed.subscriptionRef)).toMatchObject({ status: 'active' })
    expect(after.books.lines().at(-2)).toMatchObject({ kind: 'charge', merchantRef: 's_1' })
  })

  it('delivers the webhooks that were not delivered, and not those that were', async () => {
    const { start } = setUp()
    const before = start()
    await pay(before, 'tip_1')
    const delivered = await eventIds(before)
    await pay(before, 'tip_2')
    await before.control.flush()

    const after = start()
    const rest = await eventIds(after)
    expect(rest).toHaveLength(1)
    expect(delivered).not.toContain(rest[0])
  })

  it('sends a webhook again whose answer it did not live to hear', async () => {
    const { start } = setUp({ webhookSecret: 'kept by the platform' })
    const sent: Request[] = []
    const before = start({
      sendWebhook: (request) => {
        sent.push(request)
        return new Promise(() => {})
      },
    })
    await pay(before)
    await vi.waitFor(() => expect(sent).toHaveLength(1))
    await before.control.flush()

    const after = start()
    const ids = await eventIds(after)
    expect(ids).toHaveLength(1)
    const first = sent[0] && (await after.receiveWebhook(sent[0]))
    expect(ids[0]).toBe(first?.[0]?.id)
  })

  it('has saved what a call did before it answers, and what a webhook tells before it leaves', async () => {
    const { start, kept } = setUp()
    const told: (string | null)[] = []
    const gateway = start({
      pageUrl: 'https://pay.example',
      sendWebhook: async () => {
        told.push(kept())
        return new Response()
      },
    })
    const before = kept()
    const [first, second] = await Promise.all([pay(gateway, 'tip_1'), pay(gateway, 'tip_2')])
    expect([before, first.kind, second.kind]).toEqual([null, 'succeeded', 'succeeded'])
    // A process that is killed now leaves this.
    const after = fakeGateway({ persistence: { load: async () => kept(), save: async () => {} } })
    expect(await after.retrieve({ merchantRef: 'tip_2' })).toEqual(second)
    await vi.waitFor(() => expect(told).toHaveLength(2))
    expect(told[0]).toContain('tip_2')
    await gateway.control.tick()
    gateway.control.openDispute(first.kind === 'succeeded' ? first.ref : '')
    await vi.waitFor(() => expect(told).toHaveLength(4))
    expect(told[2]).toContain('fdp_')
  })

  it('saves nothing when nothing has changed', async () => {
    const { start, persistence } = setUp()
    await pay(start())
    const save = vi.fn(persistence.save)
    const after = start({ persistence: { load: persistence.load, save } })
    await after.retrieve({ merchantRef: 'tip_1' })
    await after.control.flush()
    expect(save).not.toHaveBeenCalled()
  })

  it('never saves an older state after a newer one, and says nothing of what it could not save', async () => {
    const { persistence } = setUp()
    let failures = 1
    let isSaving = false
    const saved: string[] = []
    const gateway = fakeGateway({
      persistence: {
        load: persistence.load,
        async save(state) {
          expect(isSaving).toBe(false)
          isSaving = true
          await new Promise((resolve) => setTimeout(resolve, 20))
          isSaving = false
          if (failures-- > 0) throw new Error('The disk is full.')
          saved.push(state)
        },
      },
    })
    expect(await pay(gateway, 'tip_1')).toEqual({ kind: 'unknown', reason: 'gateway_error' })
    failures = 1
    await expect(gateway.control.flush()).rejects.toThrow('The disk is full.')
    const flushes = [gateway.control.flush()]
    await new Promise((resolve) => setTimeout(resolve, 5))
    const outcomes = await Promise.all([pay(gateway, 'tip_2'), pay(gateway, 'tip_1')])
    expect(outcomes.map(({ kind }) => kind)).toEqual(['succeeded', 'succeeded'])
    await Promise.all(flushes)
    expect(saved).toHaveLength(2)
    expect(saved[0]).not.toContain('tip_2')
    expect(saved[1]).toContain('tip_2')
  })

  it('asks to be loaded before what answers at once', async () => {
    const { start } = setUp()
    const before = start()
    const paid = await pay(before)
    await before.control.flush()

    const after = start()
    for (const early of [
      () => after.books.lines(),
      () => after.books.balance('USD'),
      () => after.control.queuedWebhooks(),
      () => after.control.openDispute('fch_1'),
    ]) {
      expect(early).toThrow('Await control.load() first.')
    }
    await after.control.load()
    if (paid.kind === 'succeeded') after.control.openDispute(paid.ref)
    expect(after.books.lines()).toHaveLength(4)
  })

  it('throws while nothing can be loaded, and loads what it can later', async () => {
    const { persistence } = setUp()
    let failures = 1
    const gateway = fakeGateway({
      persistence: {
        load: async () => {
          if (failures-- > 0) throw new Error('The disk is away.')
          return persistence.load()
        },
        save: persistence.save,
      },
    })
    await expect(pay(gateway)).rejects.toMatchObject({ code: 'provider_unavailable', retryable: true })
    expect(await pay(gateway)).toMatchObject({ kind: 'succeeded' })
  })

  it.each(['', 'null', '{', '{"version":2}'])('refuses %j, which it has not written', async (text) => {
    const gateway = fakeGateway({ persistence: { load: async () => text, save: async () => {} } })
    await expect(pay(gateway)).rejects.toMatchObject({ code: 'misconfigured', field: 'persistence' })
  })
})
