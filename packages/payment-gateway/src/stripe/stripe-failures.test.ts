import { describe, expect, it, onTestFinished } from 'vitest'
import type { TipCharge } from '../charge.ts'
import { money } from '../money.ts'
import type { CancelOutcome } from '../outcome.ts'
import type { StripeOptions } from './options.ts'
import { setUpStripe, webhookSecret } from './stripe-set-up.fixture.ts'

const tip: TipCharge = {
  tipId: 'tip_1',
  amount: money(1000, 'USD'),
  payer: { id: 'vic' },
  payee: { id: 'ava' },
  instrument: 'pm_card_visa',
}
const key = { idempotencyKey: 'tip:tip_1' }

async function setUp(options: Partial<StripeOptions> = {}) {
  const all = await setUpStripe(options)
  onTestFinished(() => all.server.stop())
  const events = async () => {
    const received = []
    for (const request of all.takeWebhooks()) received.push(...(await all.gateway.receiveWebhook(request)))
    return received
  }
  return { ...all, events }
}

describe('stripe() when things go wrong', () => {
  it('charges once when the answer is lost after the charge: by the same key, the webhook and a look-up', async () => {
    const { gateway, server, events } = await setUp()
    // The client sends a request again whose connection was closed.
    server.faults.dropAnswers = 2
    expect(await gateway.processTip(tip, key)).toEqual({ kind: 'unknown', reason: 'no_answer' })
    const [told] = await events()
    expect(told).toMatchObject({ type: 'payment.succeeded', merchantRef: 'tip_1', amount: tip.amount })
    const again = await gateway.processTip(tip, key)
    expect(again).toMatchObject({ kind: 'succeeded', ref: told && 'ref' in told && told.ref })
    expect(await gateway.retrieve({ merchantRef: 'tip_1' })).toEqual(again)
    expect(server.state.intents.size).toBe(1)
    expect(await events()).toEqual([])
  })

  it('does not call a lost answer declined, when the client asked again by itself and was too fast', async () => {
    const { gateway, server } = await setUp()
    Object.assign(server.faults, { dropAnswers: 1, rateLimits: 1 })
    expect(await gateway.processTip(tip, key)).toEqual({ kind: 'unknown', reason: 'no_answer' })
    expect(server.seen).toHaveLength(2)
    expect(server.state.intents.size).toBe(1)
    expect(await gateway.processTip(tip, key)).toMatchObject({ kind: 'succeeded' })
    server.faults.rateLimits = 1
    const other = { ...tip, tipId: 'tip_2' }
    expect(await gateway.processTip(other, { idempotencyKey: 'tip:tip_2' })).toMatchObject({
      kind: 'declined',
      code: 'gateway_busy',
    })
  })

  it('tells by the webhook what the answer then says, and the same of the second copy', async () => {
    const { gateway, server, webhook } = await setUp()
    const answer = gateway.processTip(tip, key)
    await expect.poll(() => server.state.events.length).toBe(1)
    const [event] = server.state.events
    const [first] = await gateway.receiveWebhook(webhook(event ?? {}))
    const outcome = await answer
    const [second] = await gateway.receiveWebhook(webhook(event ?? {}))
    expect(second).toEqual(first)
    expect(first).toMatchObject({ type: 'payment.succeeded', ref: outcome.ref, merchantRef: 'tip_1' })
  })

  it('knows what was charged when Stripe has forgotten the key, so that nobody has to repeat it', async () => {
    const { gateway, server } = await setUp()
    const outcome = await gateway.processTip(tip, key)
    server.forgetKeys()
    expect(await gateway.retrieve({ merchantRef: 'tip_1' })).toEqual(outcome)
    // Why it must be asked first: after 24 hours the key makes a new charge.
    expect(await gateway.processTip(tip, key)).not.toMatchObject({ ref: outcome.ref })
  })

  it('replays a failure for its key, and charges by a new one', async () => {
    const { gateway, server } = await setUp()
    server.faults.failures = 1
    expect(await gateway.processTip(tip, key)).toEqual({ kind: 'unknown', reason: 'gateway_error' })
    expect(await gateway.processTip(tip, key)).toEqual({ kind: 'unknown', reason: 'gateway_error' })
    expect(await gateway.processTip(tip, { idempotencyKey: 'tip:tip_1:2' })).toMatchObject({
      kind: 'succeeded',
    })
    expect(server.state.intents.size).toBe(1)
  })

  it('does not know the outcome while the first request with the key is under way', async () => {
    const { gateway, server } = await setUp()
    server.answerWith(409, { type: 'invalid_request_error', code: 'idempotency_key_in_use' })
    expect(await gateway.processTip(tip, key)).toEqual({ kind: 'unknown', reason: 'in_progress' })
    server.answerWith(400, { type: 'invalid_request_error', code: 'idempotency_key_in_use' })
    expect(await gateway.processTip(tip, key)).toEqual({ kind: 'unknown', reason: 'in_progress' })
    server.answerWith(400, { type: 'idempotency_error', message: 'other parameters' })
    await expect(gateway.processTip(tip, key)).rejects.toMatchObject({ code: 'conflict' })
  })

  it.each([
    [401, { type: 'invalid_request_error' }, 'misconfigured'],
    [403, { type: 'invalid_request_error', code: 'more_permissions_required' }, 'misconfigured'],
    [404, { type: 'invalid_request_error', code: 'resource_missing', param: 'customer' }, 'invalid_input'],
  ])('throws for HTTP %s, which no repetition mends', async (status, error, code) => {
    const { gateway, server } = await setUp()
    server.answerWith(status, error)
    await expect(gateway.processTip(tip, key)).rejects.toMatchObject({ code })
  })

  it.each([
    [200, 'nonsense'],
    [200, { object: 'payment_intent' }],
    [200, { id: 'pi_1', status: 'new_status', amount: 1, currency: 'usd', created: 1 }],
    [503, { error: {} }],
  ])('does not know the outcome of HTTP %s %j', async (status, body) => {
    const { gateway, server } = await setUp()
    server.answerWith(status, body, false)
    expect(await gateway.processTip(tip, key)).toMatchObject({ kind: 'unknown' })
  })

  it('takes webhooks by both secrets while one is changed, over the bytes and not what they mean', async () => {
    const { gateway, webhook, client } = await setUp({ webhookSecrets: ['whsec_new', webhookSecret] })
    const event = { id: 'evt_1', type: 'x.y', created: 1, livemode: false, data: { object: {} } }
    for (const secret of ['whsec_new', webhookSecret]) {
      expect(await gateway.receiveWebhook(webhook(event, secret))).toHaveLength(1)
    }
    const payload = JSON.stringify(event, null, 2)
    const signature = client.webhooks.generateTestHeaderString({ payload, secret: webhookSecret })
    const receive = (body: string) =>
      gateway.receiveWebhook(
        new Request('http://localhost/', {
          method: 'POST',
          headers: { 'stripe-signature': signature },
          body,
        }),
      )
    expect(await receive(payload)).toHaveLength(1)
    // As a body parser in front would leave it.
    await expect(receive(JSON.stringify(JSON.parse(payload)))).rejects.toMatchObject({
      code: 'webhook_invalid',
    })
  })

  it('keeps to the instants of a dispute in whatever order they come', async () => {
    const { gateway, webhook } = await setUp()
    const dispute = (type: string, status: string, created: number) =>
      webhook({
        id: `evt_${type}`,
        type: `charge.dispute.${type}`,
        created,
        livemode: false,
        data: {
          object: {
            ...{ id: 'dp_1', status, amount: 1000, currency: 'usd', payment_intent: 'pi_1' },
            balance_transactions: [],
          },
        },
      })
    const make = () => [
      dispute('closed', 'won', 3),
      dispute('funds_reinstated', 'won', 2),
      dispute('funds_withdrawn', 'needs_response', 1),
      dispute('created', 'needs_response', 1),
    ]
    const read = async (requests: Request[]) =>
      (await Promise.all(requests.map((request) => gateway.receiveWebhook(request)))).flat()
    const forwards = await read(make().reverse())
    expect(await read(make())).toEqual(forwards.toReversed())
    expect(forwards.map(({ type, occurredAt }) => [type, Date.parse(occurredAt) / 1000])).toEqual([
      ['dispute.opened', 1],
      ['dispute.funds_withdrawn', 1],
      ['dispute.funds_reinstated', 2],
      ['dispute.won', 3],
    ])
  })
})

describe('the end of a subscription of stripe()', () => {
  it('is the end of the paid time, or now, and the same when it is asked for again', async () => {
    const { gateway } = await setUp({ subscriptionProduct: 'prod_1' })
    const begun = await gateway.processSubscription(
      {
        subscriptionId: 's_1',
        price: money(999, 'USD'),
        interval: { unit: 'month', count: 1 },
        productName: 'Backstage',
        payer: { id: 'vic', customer: 'cus_1' },
        payee: { id: 'ava' },
        instrument: 'pm_card_visa',
      },
      { idempotencyKey: 's_1' },
    )
    const ref = begun.kind === 'succeeded' ? (begun.subscriptionRef ?? '') : ''
    const secondsLeft = (outcome: CancelOutcome) =>
      outcome.kind === 'canceled' ? (Date.parse(outcome.endsAt ?? '') - Date.now()) / 1000 : Number.NaN
    const later = await gateway.cancelSubscription({ ref, when: 'period_end' }, { idempotencyKey: 'c_1' })
    expect(secondsLeft(later)).toBeGreaterThan(29 * 86_400)
    const now = await gateway.cancelSubscription({ ref, when: 'now' }, { idempotencyKey: 'c_2' })
    expect(secondsLeft(now)).toBeLessThan(60)
    expect(await gateway.cancelSubscription({ ref, when: 'now' }, { idempotencyKey: 'c_3' })).toEqual(now)
    expect(
      await gateway.cancelSubscription({ ref: 'sub_none', when: 'now' }, { idempotencyKey: 'c_4' }),
    ).toMatchObject({ kind: 'declined', code: 'not_found' })
  })
})

describe('amounts that stripe() sends', () => {
  it.each([
    ['JPY', 500n, '500'],
    ['KWD', 5120n, '5120'],
    ['ISK', 500n, '50000'],
    ['HUF', 12_345n, '12345'],
    ['MGA', 100_000n, '1000'],
  ])('are in its own units, and are read back: %s', async (currency, amount, sent) => {
    const { gateway, server, events } = await setUp()
    const charge = { ...tip, amount: money(amount, currency) }
    const outcome = await gateway.processTip(charge, key)
    expect(server.seen[0]?.params).toMatchObject({ amount: sent, currency: currency.toLowerCase() })
    expect(outcome).toMatchObject({ kind: 'succeeded', amount: charge.amount })
    expect(await events()).toMatchObject([{ amount: charge.amount }])
    const refund = { refundId: 'r_1', chargeRef: outcome.ref ?? '', amount: charge.amount }
    expect(await gateway.refund(refund, { idempotencyKey: 'r_1' })).toMatchObject({ amount: charge.amount })
  })

  it.each([
    ['KWD', 5124n, 'no multiple of 0.010 KWD'],
    ['UGX', 5000n, 'takes no UGX'],
    ['USD', 49n, 'less than 0.50'],
    ['USD', 100_000_000n, 'more than 999999.99'],
  ])('are refused before anything leaves: %s %s', async (currency, amount, message) => {
    const { gateway, server } = await setUp()
    const charge = { ...tip, amount: money(amount, currency) }
    await expect(gateway.processTip(charge, key)).rejects.toThrow(message)
    expect(server.seen).toEqual([])
  })

  it('are refused of a refund too, when Stripe could not pay them out', async () => {
    const { gateway } = await setUp()
    const paid = await gateway.processTip({ ...tip, amount: money(5120, 'KWD') }, key)
    const refund = { refundId: 'r_1', chargeRef: paid.ref ?? '', amount: money(5124, 'KWD') }
    await expect(gateway.refund(refund, { idempotencyKey: 'r_1' })).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'amount.amount',
    })
  })
})
