import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GatewayEvent } from '../gateway-event.ts'
import { addMoney, money } from '../money.ts'
import { type FakeGateway, fakeGateway } from './fake-gateway.ts'
import type { FakeOptions } from './fake-options.ts'

const usd = (amount: bigint | number) => money(amount, 'USD')
const returnUrls = { success: 'https://a.example/paid', cancel: 'https://a.example/back' }

/** A fake by a clock that only the test moves. */
function setUp(options: FakeOptions = {}) {
  let now = Date.UTC(2026, 0, 31)
  const gateway = fakeGateway({
    clock: () => now,
    fee: { bps: 300, fixed: 30n },
    pageUrl: 'https://pay.example/fake',
    ...options,
  })
  let count = 0
  return {
    gateway,
    advance: (seconds: number) => {
      now += seconds * 1000
    },
    tip: (instrument?: string, amount = usd(1000n), tipId = `tip_${++count}`) =>
      gateway.processTip(
        {
          tipId,
          amount,
          payer: { id: 'vic' },
          payee: { id: 'ava' },
          returnUrls,
          ...(instrument !== undefined && { instrument }),
        },
        { idempotencyKey: `tip:${tipId}` },
      ),
    refund: (chargeRef: string, refundId: string, amount?: bigint) =>
      gateway.refund(
        { refundId, chargeRef, ...(amount !== undefined && { amount: usd(amount) }) },
        { idempotencyKey: `refund:${refundId}` },
      ),
    events: () => eventsOf(gateway),
  }
}

async function eventsOf(gateway: FakeGateway): Promise<GatewayEvent[]> {
  const events: GatewayEvent[] = []
  for (const request of await gateway.control.takeWebhooks()) {
    events.push(...(await gateway.receiveWebhook(request)))
  }
  return events
}

const types = (events: readonly GatewayEvent[]) => events.map(({ type }) => type)
const kinds = (gateway: FakeGateway) =>
  gateway.books.lines().map(({ kind, amount }) => [kind, Number(amount.amount)])

describe('fakeGateway', () => {
  it('books a charge and its fee, and a refund without it', async () => {
    const { gateway, tip, refund, events } = setUp()
    const outcome = await tip()
    expect(outcome).toMatchObject({ kind: 'succeeded', gatewayFee: usd(60n) })
    await refund(outcome.ref ?? '', 'r1', 400n)
    expect(kinds(gateway)).toEqual([
      ['charge', 1000],
      ['fee', -60],
      ['refund', -400],
    ])
    expect(gateway.books.balance('USD')).toEqual(usd(540n))
    expect(types(await events())).toEqual(['payment.succeeded', 'refund.succeeded'])
  })

  it('declines with the code that the instrument names', async () => {
    const { gateway, tip } = setUp()
    expect(await tip('fake_declined')).toMatchObject({ kind: 'declined', code: 'card_declined' })
    expect(await tip('fake_declined:expired_card')).toMatchObject({ code: 'expired_card' })
    await expect(tip('fake_nothing')).rejects.toThrow('Use one of fake_ok')
    expect(gateway.books.lines()).toEqual([])
  })

  it('charges although the answer is lost, and once although it is asked again', async () => {
    const { gateway, tip } = setUp()
    expect(await tip('fake_lost', usd(1000n), 'tip_lost')).toEqual({ kind: 'unknown', reason: 'no_answer' })
    expect(await gateway.retrieve({ merchantRef: 'tip_lost' })).toMatchObject({ kind: 'succeeded' })
    expect(await tip('fake_lost', usd(1000n), 'tip_lost')).toMatchObject({ kind: 'succeeded' })
    expect(kinds(gateway)).toHaveLength(2)
  })

  it('does not charge when the request is lost', async () => {
    const { gateway, tip } = setUp({ faults: { loseRequests: 1 } })
    expect(await tip()).toMatchObject({ kind: 'unknown' })
    expect(await gateway.retrieve({ merchantRef: 'tip_1' })).toBeNull()
    gateway.control.setFaults({})
    expect(await tip(undefined, usd(1000n), 'tip_1')).toMatchObject({ kind: 'succeeded' })
  })

  it('settles what is pending when its time has come', async () => {
    const { gateway, tip, advance, events } = setUp()
    const { ref = '' } = await tip('fake_pending')
    await gateway.control.tick()
    expect(await gateway.retrieve({ ref })).toMatchObject({ kind: 'pending' })
    advance(5)
    await gateway.control.tick()
    expect(await gateway.retrieve({ ref })).toMatchObject({ kind: 'succeeded' })
    expect(types(await events())).toEqual(['payment.pending', 'payment.succeeded'])
  })

  it('disputes when its time has come: withdrawn, and reinstated when won', async () => {
    const { gateway, tip, refund, advance, events } = setUp()
    const { ref = '' } = await tip('fake_dispute')
    advance(5)
    await gateway.control.tick()
    expect(gateway.books.balance('USD')).toEqual(usd(940n - 1000n - 1500n))
    expect(await refund(ref, 'r1')).toMatchObject({ kind: 'declined', code: 'charge_disputed' })
    const dispute = gateway.books.lines().find(({ kind }) => kind === 'dispute')?.disputeRef ?? ''
    gateway.control.closeDispute(dispute, 'won')
    expect(() => gateway.control.closeDispute(dispute, 'lost')).toThrow('is won already')
    expect(gateway.books.balance('USD')).toEqual(usd(940n - 1500n))
    expect(types(await events())).toEqual([
      'payment.succeeded',
      'dispute.opened',
      'dispute.funds_withdrawn',
      'dispute.funds_reinstated',
      'dispute.won',
    ])
  })

  it('moves the money of a dispute more than once, and tells all of it each time', async () => {
    const { gateway, tip, events } = setUp()
    const { control, books } = gateway
    const { ref = '' } = await tip()
    const dispute = control.openDispute(ref, usd(500n))
    control.moveDispute(dispute, 'withdrawn', usd(500n), usd(200n))
    control.moveDispute(dispute, 'reinstated', usd(300n), usd(-200n))
    expect(() => control.moveDispute(dispute, 'reinstated', usd(701n))).toThrow('cannot be reinstated')
    control.closeDispute(dispute, 'won')
    expect(books.balance('USD')).toEqual(usd(940n - 1500n))
    control.moveDispute(dispute, 'withdrawn', usd(1000n))
    control.closeDispute(dispute, 'lost')
    expect(books.balance('USD')).toEqual(usd(-60n - 1500n))
    const told = (await events()).flatMap((event) => ('movements' in event ? [event.movements.length] : []))
    expect(told).toEqual([0, 1, 2, 3, 4, 4, 5, 5])
    const lines = books.lines().filter(({ disputeRef }) => disputeRef === dispute)
    expect(new Set(lines.map((line) => line.ref)).size).toBe(5)
  })

  it('lets a refund fail after all, and be made again', async () => {
    const { gateway, tip, refund, events } = setUp({ faults: { pendingRefunds: true } })
    const { ref = '' } = await tip()
    const first = await refund(ref, 'r1')
    expect(first.kind).toBe('pending')
    gateway.control.failRefund('ref' in first ? first.ref : '')
    expect(await refund(ref, 'r2')).toMatchObject({ kind: 'pending' })
    await gateway.control.tick()
    expect(types(await events()).slice(1)).toEqual([
      'refund.pending',
      'refund.failed',
      'refund.pending',
      'refund.succeeded',
    ])
    expect(gateway.books.balance('USD')).toEqual(usd(-60n))
  })

  it('renews a subscription by the calendar until it is canceled', async () => {
    const { gateway, advance, events } = setUp()
    const outcome = await gateway.processSubscription(
      {
        subscriptionId: 'sub_1',
        price: usd(500n),
        interval: { unit: 'month', count: 1 },
        productName: 'Backstage',
        payer: { id: 'vic' },
        payee: { id: 'ava' },
      },
      { idempotencyKey: 'sub_1' },
    )
    const ref = outcome.kind === 'succeeded' ? (outcome.subscriptionRef ?? '') : ''
    expect((await gateway.retrieveSubscription(ref))?.currentPeriodEnd).toBe('2026-02-28T00:00:00.000Z')
    advance(28 * 86_400)
    await gateway.control.tick()
    gateway.control.renew(ref, 'expired_card')
    expect((await gateway.retrieveSubscription(ref))?.status).toBe('past_due')
    gateway.control.renew(ref)
    await gateway.cancelSubscription({ ref, when: 'period_end' }, { idempotencyKey: 'c1' })
    advance(62 * 86_400)
    await gateway.control.tick()
    expect((await gateway.retrieveSubscription(ref))?.status).toBe('ended')
    expect(types(await events())).toEqual([
      'subscription.started',
      'subscription.renewed',
      'subscription.renewal_failed',
      'subscription.renewed',
      'subscription.canceled',
      'subscription.ended',
    ])
  })

  it('sends webhooks by itself, again until they are accepted, and before the answer if told so', async () => {
    const seen: string[] = []
    let answers = [new Response(null, { status: 500 })]
    const { gateway, tip, advance } = setUp({
      faults: { webhookBeforeAnswer: true },
      sendWebhook: async (request) => {
        for (const event of await gateway.receiveWebhook(request)) seen.push(event.id)
        return answers.shift() ?? new Response(null)
      },
    })
    await tip()
    expect(seen).toHaveLength(1)
    expect(gateway.control.queuedWebhooks()).toBe(1)
    advance(1)
    await gateway.control.tick()
    expect(seen).toEqual([seen[0], seen[0]])
    expect(gateway.control.queuedWebhooks()).toBe(0)
    answers = []
    await tip()
    expect(seen).toHaveLength(3)
  })

  it('doubles, delays and reorders webhooks on demand, and loses none', async () => {
    const { gateway, tip, advance } = setUp({
      faults: { duplicateWebhooks: 1, reorderWebhooks: true, delayWebhooksSeconds: 10 },
    })
    for (let count = 0; count < 10; count++) await tip()
    const now = await eventsOf(gateway)
    advance(10)
    const all = [...now, ...(await eventsOf(gateway))].map(({ id }) => id)
    expect(now.length).toBeLessThan(20)
    expect(all).toHaveLength(20)
    expect(new Set(all).size).toBe(10)
  })

  it('reorders webhooks that are due together, and only on demand', async () => {
    const inOrder = Array.from({ length: 10 }, (_, index) => `tip_${index + 1}`)
    const arrive = async (reorderWebhooks: boolean) => {
      // Each draw says "the first of those left", which turns the order around.
      const { tip, events } = setUp({ faults: { reorderWebhooks }, random: () => 0 })
      for (const tipId of inOrder) await tip('fake_ok', usd(1000n), tipId)
      return (await events()).map((event) => 'merchantRef' in event && event.merchantRef)
    }
    expect(await arrive(false)).toEqual(inOrder)
    const shuffled = await arrive(true)
    expect(shuffled).not.toEqual(inOrder)
    expect(shuffled.toSorted()).toEqual(inOrder.toSorted())
  })

  it('declines everything while it is told so, and changes its faults while it runs', async () => {
    const { gateway, tip } = setUp({ faults: { decline: 'limit_exceeded' } })
    expect(await tip()).toMatchObject({ kind: 'declined', code: 'limit_exceeded', retry: 'later' })
    gateway.control.setFaults({})
    expect(await tip()).toMatchObject({ kind: 'succeeded' })
    expect(gateway.books.lines().map(({ kind }) => kind)).toEqual(['charge', 'fee'])
  })

  it('takes the fee of a dispute that it is told to', async () => {
    const { gateway, tip } = setUp({ disputeFee: 2000n })
    const { ref = '' } = await tip()
    gateway.control.openDispute(ref, usd(400n))
    expect(kinds(gateway).slice(2)).toEqual([
      ['dispute', -400],
      ['dispute_fee', -2000],
    ])
  })

  it('keeps books that agree with its charges, whatever happens', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constantFrom('tip', 'dispute', 'win', 'lose', 'fail'), share: fc.nat(99) }),
      fc.record({ do: fc.constant('refund'), share: fc.integer({ min: 1, max: 100 }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { gateway, tip, refund } = setUp()
        const refs: string[] = []
        const refunds: string[] = []
        for (const [index, { do: what, share }] of steps.entries()) {
          const ref = refs[share % Math.max(refs.length, 1)] ?? ''
          const disputes = gateway.books.lines().filter(({ kind }) => kind === 'dispute')
          const dispute = disputes[share % Math.max(disputes.length, 1)]?.disputeRef ?? ''
          try {
            if (what === 'tip') refs.push((await tip(undefined, usd(share + 1))).ref ?? '')
            if (what === 'dispute') gateway.control.openDispute(ref)
            if (what === 'win') gateway.control.closeDispute(dispute, 'won')
            if (what === 'lose') gateway.control.closeDispute(dispute, 'lost')
            if (what === 'fail') gateway.control.failRefund(refunds[share % 3] ?? '')
            const made = what === 'refund' ? await refund(ref, `r${index}`, BigInt(share)) : null
            if (made && 'ref' in made) refunds.push(made.ref)
          } catch {
            // What cannot be done at that moment is refused, and must leave no line.
          }
        }
        const lines = gateway.books.lines()
        expect(lines.reduce((sum, line) => addMoney(sum, line.amount), usd(0n))).toEqual(
          gateway.books.balance('USD'),
        )
        for (const ref of refs) {
          const own = lines.filter((line) => line.chargeRef === ref)
          const left = own
            .filter(({ kind }) => kind !== 'fee' && kind !== 'dispute_fee')
            .reduce((sum, line) => sum + line.amount.amount, 0n)
          // Nobody gets back more than was paid: not by refunds and disputes together.
          expect(left).toBeGreaterThanOrEqual(0n)
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('the hosted page', () => {
  const visit = (gateway: FakeGateway, url: string, choice?: string) =>
    gateway.page(
      new Request(
        url,
        choice === undefined ? {} : { method: 'POST', body: new URLSearchParams({ choice }).toString() },
      ),
    )

  it.each([
    ['pay', 'succeeded', returnUrls.success],
    ['decline', 'declined', returnUrls.cancel],
    ['cancel', 'declined', returnUrls.cancel],
  ])('lets the payer %s', async (choice, kind, location) => {
    const { gateway, tip } = setUp()
    const outcome = await tip('fake_redirect')
    const url =
      outcome.kind === 'action_required' && outcome.action.type === 'redirect' ? outcome.action.url : ''
    expect(url).toMatch(/^https:\/\/pay\.example\/fake\/pay\/fch_/)
    const shown = await visit(gateway, url)
    expect(await shown.text()).toContain('Pay $10.00')
    expect(shown.headers.get('content-security-policy')).toContain("form-action 'self' https://a.example")
    for (const _ of [1, 2]) {
      const left = await visit(gateway, url, choice)
      expect([left.status, left.headers.get('location')]).toEqual([303, location])
    }
    expect((await gateway.retrieve({ ref: outcome.ref ?? '' }))?.kind).toBe(kind)
    expect(kinds(gateway)).toHaveLength(kind === 'succeeded' ? 2 : 0)
  })

  it('shows what the platform wrote as text, and knows no other payment', async () => {
    const { gateway } = setUp()
    const outcome = await gateway.processTip(
      {
        tipId: 'tip_x',
        amount: usd(100n),
        payer: { id: 'vic' },
        payee: { id: 'ava' },
        instrument: 'fake_redirect',
        description: '<script>alert(1)</script>',
      },
      { idempotencyKey: 'x' },
    )
    const text = await (await visit(gateway, `https://pay.example/fake/pay/${outcome.ref}`)).text()
    expect(text).not.toContain('<script>')
    expect((await visit(gateway, 'https://pay.example/fake/pay/fch_other')).status).toBe(404)
    expect((await visit(gateway, `https://pay.example/elsewhere/${outcome.ref}`)).status).toBe(404)
  })
})
