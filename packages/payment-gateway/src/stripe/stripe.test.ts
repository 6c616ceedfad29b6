import Stripe from 'stripe'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { SubscriptionCharge, TipCharge } from '../charge.ts'
import { money } from '../money.ts'
import type { StripeOptions } from './options.ts'
import { stripe } from './stripe.ts'
import { setUpStripe } from './stripe-set-up.fixture.ts'

const usd = (amount: number) => money(amount, 'USD')
const returnUrls = { success: 'https://a.example/paid', cancel: 'https://a.example/back' }
const tip = {
  tipId: 'tip_1',
  amount: usd(1000),
  payer: { id: 'vic', customer: 'cus_1' },
  payee: { id: 'ava', account: 'acct_ava' },
  platformFee: usd(150),
  instrument: 'pm_card_visa',
} satisfies TipCharge
const { instrument: _, ...tipByPage } = tip
const subscription: SubscriptionCharge = {
  subscriptionId: 'sub_of_vic',
  price: usd(999),
  interval: { unit: 'month', count: 3 },
  productName: 'Backstage',
  platformFeeBps: 1525,
  payer: { id: 'vic', customer: 'cus_1' },
  payee: { id: 'ava', account: 'acct_ava' },
}
const key = (idempotencyKey: string) => ({ idempotencyKey })

async function setUp(options: Partial<StripeOptions> = {}) {
  const all = await setUpStripe(options)
  onTestFinished(() => all.server.stop())
  return all
}

describe('stripe()', () => {
  it('sends our key with every POST, and the key of Stripe that was checked', async () => {
    const { gateway, server } = await setUp({ split: 'transfer', subscriptionProduct: 'prod_1' })
    const { ref = '' } = await gateway.processTip(tip, key('k1'))
    await gateway.refund({ refundId: 'r1', chargeRef: ref, amount: usd(10) }, key('k2'))
    const begun = await gateway.processSubscription(
      { ...subscription, instrument: 'pm_card_visa' },
      key('k3'),
    )
    await gateway.cancelSubscription(
      {
        ref: begun.kind === 'succeeded' ? (begun.subscriptionRef ?? '') : '',
        when: 'period_end',
      },
      key('k4'),
    )
    await gateway.transfers.create({ transferId: 't1', account: 'acct_ava', amount: usd(850) }, key('k5'))
    const posts = server.seen.filter(({ method }) => method === 'POST')
    expect(posts.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['k1', 'k2', 'k3', 'k4', 'k5'])
    expect(new Set(server.seen.map(({ authorization }) => authorization))).toEqual(
      new Set(['Bearer sk_test_123']),
    )
  })

  it('tells what Stripe kept and when, with the paid charge', async () => {
    const { gateway } = await setUp()
    expect(await gateway.processTip(tip, key('k'))).toMatchObject({
      kind: 'succeeded',
      amount: usd(1000),
      gatewayFee: usd(59),
    })
  })

  it('parts a destination charge, and takes both parts back with a refund', async () => {
    const { gateway, server } = await setUp({ split: 'destination' })
    const { ref = '' } = await gateway.processTip(tip, key('k'))
    await gateway.refund({ refundId: 'r1', chargeRef: ref }, key('r1'))
    await gateway.refund({ refundId: 'r2', chargeRef: ref, reverseSplit: false }, key('r2'))
    expect(server.seen[0]?.params).toMatchObject({
      amount: '1000',
      currency: 'usd',
      application_fee_amount: '150',
      transfer_data: { destination: 'acct_ava' },
      metadata: { stagedoor_ref: 'tip_1', stagedoor_payee: 'ava' },
    })
    expect(server.seen[1]?.params).toMatchObject({ reverse_transfer: 'true', refund_application_fee: 'true' })
    expect(server.seen[2]?.params).not.toHaveProperty('reverse_transfer')
    const { account: __, ...payee } = tip.payee
    await expect(gateway.processTip({ ...tip, payee }, key('k2'))).rejects.toThrow('has no account')
  })

  it('passes money on after the hold, tied to the charge, and takes it back', async () => {
    const { gateway, server } = await setUp({ split: 'transfer' })
    const { ref: chargeRef = '' } = await gateway.processTip(tip, key('k'))
    const request = { transferId: 't1', account: 'acct_ava', amount: usd(850), chargeRef, tipId: 'tip_1' }
    const made = await gateway.transfers.create(request, key('t1'))
    expect(made).toMatchObject({ kind: 'succeeded', amount: usd(850) })
    expect(server.seen[0]?.params).toMatchObject({ transfer_group: 'tip_1' })
    expect(server.seen.at(-1)?.params).toMatchObject({
      destination: 'acct_ava',
      source_transaction: expect.stringMatching(/^ch_/),
      transfer_group: 'tip_1',
    })
    const transferRef = made.kind === 'succeeded' ? made.ref : ''
    expect(await gateway.transfers.reverse({ transferRef, amount: usd(850) }, key('t2'))).toMatchObject({
      kind: 'succeeded',
    })
    const large = { transferId: 't3', account: 'acct_ava', amount: usd(2_000_000) }
    expect(await gateway.transfers.create(large, key('t3'))).toMatchObject({
      kind: 'declined',
      code: 'balance_insufficient',
    })
  })

  it('hands the page a client secret when there is no instrument', async () => {
    const { gateway, server } = await setUp()
    const outcome = await gateway.processTip(tipByPage, key('k'))
    expect(outcome).toMatchObject({ kind: 'action_required', action: { type: 'client_secret' } })
    expect(server.seen[0]?.params).not.toHaveProperty('confirm')
    server.state.payIntent(outcome.ref ?? '')
    expect(await gateway.retrieve({ merchantRef: 'tip_1' })).toMatchObject({ kind: 'succeeded' })
  })

  it('sends the payer to Checkout, and refunds what was paid there', async () => {
    const { gateway, server, takeWebhooks } = await setUp({ page: 'checkout' })
    const outcome = await gateway.processTip({ ...tipByPage, returnUrls }, key('k'))
    const ref = outcome.ref ?? ''
    expect(outcome).toMatchObject({ kind: 'action_required', action: { type: 'redirect' } })
    expect(await gateway.retrieve({ ref })).toMatchObject({ kind: 'action_required' })
    expect(await gateway.refund({ refundId: 'r0', chargeRef: ref }, key('r0'))).toMatchObject({
      code: 'charge_not_paid',
    })
    server.state.paySession(ref)
    expect(await gateway.retrieve({ ref })).toMatchObject({ kind: 'succeeded', amount: usd(1000) })
    const events = []
    for (const request of takeWebhooks()) events.push(...(await gateway.receiveWebhook(request)))
    const paid = { type: 'payment.succeeded', merchantRef: 'tip_1', amount: usd(1000) }
    expect(events).toMatchObject([paid, paid])
    expect(new Set(events.map((event) => 'ref' in event && event.ref)).size).toBe(1)
    expect(await gateway.refund({ refundId: 'r1', chargeRef: ref }, key('r1'))).toMatchObject({
      kind: 'succeeded',
    })
    expect(await gateway.retrieveRefund({ chargeRef: ref, refundId: 'r1' })).toMatchObject({
      amount: usd(1000),
    })
    await expect(gateway.processTip(tipByPage, key('k2'))).rejects.toThrow('returnUrls')
  })

  it('finds the first of very many refunds', async () => {
    const { gateway, server } = await setUp()
    const charge = { ...tipByPage, amount: usd(1000), instrument: 'pm_card_visa' }
    const { ref = '' } = await gateway.processTip(charge, key('many'))
    for (let index = 0; index < 201; index++) {
      const metadata = { stagedoor_refund: `r${index}` }
      server.state.handle('POST', '/refunds', { payment_intent: ref, amount: '1', metadata })
    }
    const look = (refundId: string) => gateway.retrieveRefund({ chargeRef: ref, refundId })
    expect(await look('r0')).toMatchObject({ kind: 'succeeded', amount: usd(1) })
    expect(await look('r201')).toBeNull()
    expect(await gateway.retrieveRefund({ chargeRef: ref, refundId: 'x', ref: 're_none' })).toBeNull()
  })

  it('subscribes by Checkout or by a saved instrument', async () => {
    const { gateway, server } = await setUp({ split: 'destination', subscriptionProduct: 'prod_1' })
    await gateway.processSubscription({ ...subscription, returnUrls }, key('k1'))
    expect(server.seen[0]?.params).toMatchObject({
      mode: 'subscription',
      line_items: {
        0: { price_data: { unit_amount: '999', recurring: { interval: 'month', interval_count: '3' } } },
      },
      subscription_data: {
        application_fee_percent: '15.25',
        transfer_data: { destination: 'acct_ava' },
        metadata: { stagedoor_ref: 'sub_of_vic' },
      },
    })
    const declined = await gateway.processSubscription(
      { ...subscription, instrument: 'pm_declined' },
      key('k2'),
    )
    expect(declined).toMatchObject({ kind: 'declined', code: 'insufficient_funds' })
    const { customer: __, ...payer } = subscription.payer
    await expect(
      gateway.processSubscription({ ...subscription, payer, instrument: 'pm_card_visa' }, key('k3')),
    ).rejects.toThrow('subscribes only as a customer')
  })

  it('refuses to refund in another currency than was paid', async () => {
    const { gateway } = await setUp()
    const { ref = '' } = await gateway.processTip(tip, key('k'))
    const request = { refundId: 'r1', chargeRef: ref, amount: money(10, 'JPY') }
    await expect(gateway.refund(request, key('r1'))).rejects.toThrow('paid in USD, not in JPY')
  })

  it('answers a rate limit as "later", and a small amount as out of range', async () => {
    const { gateway, server } = await setUp()
    server.faults.rateLimits = 1
    expect(await gateway.processTip(tip, key('k1'))).toMatchObject({
      kind: 'declined',
      code: 'gateway_busy',
      retry: 'later',
    })
    const krona = { ...tip, amount: money(30, 'SEK'), platformFee: money(1, 'SEK') }
    expect(await gateway.processTip(krona, key('k2'))).toMatchObject({ code: 'amount_out_of_range' })
  })

  it('stops waiting when the signal is aborted, and calls that unknown', async () => {
    const { gateway, server } = await setUp()
    server.faults.hang = true
    const controller = new AbortController()
    const outcome = gateway.processTip(tip, { ...key('k'), signal: controller.signal })
    await expect.poll(() => server.seen.length).toBe(1)
    controller.abort()
    expect(await outcome).toEqual({ kind: 'unknown', reason: 'aborted' })
  })

  it('keeps calling a failure unknown that Stripe replays for the key', async () => {
    const { gateway, server } = await setUp()
    server.faults.failures = 1
    expect(await gateway.processTip(tip, key('k'))).toMatchObject({ kind: 'unknown' })
    expect(await gateway.processTip(tip, key('k'))).toMatchObject({
      kind: 'unknown',
      reason: 'gateway_error',
    })
    expect(await gateway.retrieve({ merchantRef: 'tip_1' })).toBeNull()
  })

  it('does not call a look-up without an answer "none"', async () => {
    const { gateway, server } = await setUp()
    server.faults.failures = 1
    await expect(gateway.retrieve({ ref: 'pi_1' })).rejects.toMatchObject({ code: 'provider_unavailable' })
  })

  it('tells nothing secret in an error', async () => {
    const { gateway } = await setUp()
    const error = await gateway.processTip({ ...tip, instrument: 'pm_unknown' }, key('k')).catch((e) => e)
    expect(error).toMatchObject({ code: 'invalid_input', field: 'payment_method', requestId: 'req_1' })
    expect(error.cause).toBeUndefined()
    expect(`${error.stack}${JSON.stringify(error)}`).not.toMatch(/sk_test|_secret_/)
  })
})

describe('the options of stripe()', () => {
  const client = new Stripe('sk_test_123')
  const make = (options: Partial<StripeOptions>) =>
    stripe({ client, apiKey: 'sk_test_123', mode: 'test', webhookSecrets: ['whsec_1'], ...options })

  it('refuse a live key in test mode and the reverse', () => {
    expect(() => make({ apiKey: 'sk_live_abc' })).toThrow('The key is for live, the mode is test')
    expect(() => make({ apiKey: 'rk_live_abc' })).toThrow('The key is for live')
    expect(() => make({ mode: 'live' })).toThrow('The key is for test, the mode is live')
    expect(make({ apiKey: 'rk_live_abc', mode: 'live' }).capabilities.mode).toBe('live')
  })

  it('refuse what is no key or secret, without repeating it', () => {
    for (const wrong of [{ apiKey: 'pk_test_hidden' }, { webhookSecrets: ['hidden'] }]) {
      expect(() => make(wrong)).toThrow(expect.not.stringContaining('hidden'))
      expect(() => make(wrong)).toThrow('This is no')
    }
    expect(() => make({ webhookSecrets: [] })).toThrow('no signing secret')
    expect(() => make({ webhookSecrets: ['whsec_ 1'] })).toThrow('no spaces')
    expect(() => make({ toleranceSeconds: 0 })).toThrow('not between')
  })
})
