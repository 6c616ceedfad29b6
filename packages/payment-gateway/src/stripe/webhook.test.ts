import { describe, expect, it, onTestFinished } from 'vitest'
import { money } from '../money.ts'
import { stripeEventTypes } from './map-event.ts'
import type { StripeOptions } from './options.ts'
import { signTestWebhook } from './sign-test-webhook.ts'
import { setUpStripe, webhookSecret } from './stripe-set-up.fixture.ts'

const usd = (amount: number) => money(amount, 'USD')
const now = () => Math.floor(Date.now() / 1000)
const ours = { stagedoor_ref: 'tip_1' }
const intent = {
  id: 'pi_1',
  status: 'succeeded',
  amount: 1000,
  amount_received: 1000,
  currency: 'usd',
  created: 1,
  metadata: ours,
}
const dispute = {
  id: 'dp_1',
  status: 'needs_response',
  amount: 1000,
  currency: 'usd',
  reason: 'fraudulent',
  charge: 'ch_1',
  payment_intent: 'pi_1',
  balance_transactions: [{ id: 'txn_1', amount: -1000, fee: 1500, currency: 'usd' }],
}
const details = { subscription: 'sub_1', metadata: { stagedoor_ref: 's_1' } }
const invoice = {
  id: 'in_1',
  amount_paid: 999,
  currency: 'usd',
  billing_reason: 'subscription_cycle',
  next_payment_attempt: 1_800_000_000,
  parent: { subscription_details: details },
  payments: { data: [{ payment: { type: 'payment_intent', payment_intent: 'pi_9' } }] },
  lines: {
    data: [
      { period: { start: 1_790_000_000, end: 1_792_592_000 } },
      { period: { start: 1_700_000_000, end: 1_790_000_000 } },
    ],
  },
}
const subscription = {
  id: 'sub_1',
  status: 'active',
  created: 1,
  metadata: { stagedoor_ref: 's_1' },
  cancel_at_period_end: true,
  items: { data: [{ current_period_end: 1_800_000_000 }] },
}
const session = {
  id: 'cs_1',
  mode: 'payment',
  payment_status: 'unpaid',
  amount_total: 1000,
  currency: 'usd',
  created: 1,
  payment_intent: null,
  metadata: ours,
}

async function setUp(options: Partial<StripeOptions> = {}) {
  const all = await setUpStripe(options)
  onTestFinished(() => all.server.stop())
  const receive = async (type: string, object: object, more: object = {}) => {
    const event = { id: 'evt_1', type, created: 1_800_000_000, livemode: false, data: { object }, ...more }
    return (await all.gateway.receiveWebhook(all.webhook(event)))[0]
  }
  return { ...all, receive }
}

describe('webhooks of stripe()', () => {
  it.each([
    [
      'payment_intent.succeeded',
      intent,
      { type: 'payment.succeeded', merchantRef: 'tip_1', amount: usd(1000) },
    ],
    ['payment_intent.processing', intent, { type: 'payment.pending' }],
    ['payment_intent.requires_action', intent, { type: 'payment.action_required' }],
    [
      'payment_intent.payment_failed',
      { ...intent, last_payment_error: { code: 'card_declined', decline_code: 'expired_card' } },
      { type: 'payment.failed', decline: { code: 'expired_card', retry: 'other_method' } },
    ],
    ['payment_intent.canceled', intent, { type: 'payment.canceled' }],
    ['payment_intent.succeeded', { ...intent, metadata: {} }, { type: 'ignored' }],
    ['checkout.session.completed', session, { type: 'payment.pending', ref: 'cs_1' }],
    [
      'checkout.session.async_payment_succeeded',
      { ...session, payment_status: 'paid', payment_intent: 'pi_1' },
      { type: 'payment.succeeded', ref: 'pi_1' },
    ],
    ['checkout.session.async_payment_failed', session, { type: 'payment.failed' }],
    ['checkout.session.expired', session, { type: 'payment.expired' }],
    ['checkout.session.completed', { ...session, mode: 'subscription' }, { type: 'ignored' }],
    [
      'refund.created',
      {
        id: 're_1',
        status: 'pending',
        amount: 400,
        currency: 'usd',
        payment_intent: { id: 'pi_1' },
        metadata: { stagedoor_refund: 'r_1' },
      },
      { type: 'refund.pending', chargeRef: 'pi_1', refundId: 'r_1', amount: usd(400) },
    ],
    [
      'refund.updated',
      { id: 're_1', status: 'succeeded', amount: 400, currency: 'usd', charge: 'ch_1' },
      { type: 'refund.succeeded', chargeRef: 'ch_1' },
    ],
    [
      'refund.failed',
      { id: 're_1', status: 'failed', amount: 400, currency: 'usd', charge: 'ch_1' },
      { type: 'refund.failed' },
    ],
    ['charge.dispute.created', dispute, { type: 'dispute.opened', chargeRef: 'pi_1', reason: 'fraudulent' }],
    [
      'charge.dispute.created',
      { ...dispute, status: 'warning_needs_response' },
      { type: 'dispute.opened', isInquiry: true },
    ],
    ['charge.dispute.updated', dispute, { type: 'dispute.updated' }],
    [
      'charge.dispute.funds_withdrawn',
      dispute,
      {
        type: 'dispute.funds_withdrawn',
        movements: [{ ref: 'txn_1', kind: 'withdrawn', amount: usd(1000), fee: usd(1500) }],
      },
    ],
    [
      'charge.dispute.funds_reinstated',
      {
        ...dispute,
        balance_transactions: [
          ...dispute.balance_transactions,
          { id: 'txn_2', amount: 400, fee: -1500, currency: 'usd' },
          { id: 'txn_3', amount: 540, fee: 0, currency: 'eur' },
          { id: 'txn_4', amount: 540, fee: 0, currency: 'eur', exchange_rate: 0.9 },
          { id: 'txn_5', amount: 92_000, fee: 0, currency: 'jpy', exchange_rate: 9200 },
          { id: 'txn_6', amount: 923, fee: 0, currency: 'eur', exchange_rate: 0.922_5 },
        ],
      },
      {
        type: 'dispute.funds_reinstated',
        movements: [
          { ref: 'txn_1', kind: 'withdrawn', amount: usd(1000), fee: usd(1500) },
          { ref: 'txn_2', kind: 'reinstated', amount: usd(400), fee: usd(-1500) },
          // Settled in another currency than it was paid in: the payment's counts.
          { ref: 'txn_3', kind: 'reinstated', amount: usd(1000), isConverted: true },
          { ref: 'txn_4', kind: 'reinstated', amount: usd(600), isConverted: true },
          { ref: 'txn_5', kind: 'reinstated', amount: usd(1000), isConverted: true },
          // 10.0054: all but a rounding.
          { ref: 'txn_6', kind: 'reinstated', amount: usd(1000), isConverted: true },
        ],
      },
    ],
    [
      'charge.dispute.closed',
      { ...dispute, status: 'lost' },
      { type: 'dispute.lost', movements: [{ ref: 'txn_1' }] },
    ],
    ['charge.dispute.closed', { ...dispute, status: 'prevented' }, { type: 'dispute.updated' }],
    [
      'radar.early_fraud_warning.created',
      { id: 'issfr_1', charge: 'ch_1', payment_intent: 'pi_1' },
      { type: 'fraud.warned', chargeRef: 'pi_1' },
    ],
    [
      'invoice.paid',
      invoice,
      {
        type: 'subscription.renewed',
        ref: 'sub_1',
        merchantRef: 's_1',
        chargeRef: 'pi_9',
        period: { start: '2026-09-21T14:13:20.000Z', end: '2026-10-21T14:13:20.000Z' },
      },
    ],
    ['invoice.paid', { ...invoice, billing_reason: 'subscription_create' }, { type: 'subscription.started' }],
    ['invoice.paid', { ...invoice, parent: null }, { type: 'ignored' }],
    [
      'invoice.payment_failed',
      invoice,
      { type: 'subscription.renewal_failed', retryAt: '2027-01-15T08:00:00.000Z' },
    ],
    [
      'invoice.payment_action_required',
      invoice,
      { type: 'subscription.renewal_failed', decline: { code: 'authentication_required' } },
    ],
    ['customer.subscription.created', subscription, { type: 'subscription.updated', status: 'active' }],
    ['customer.subscription.deleted', subscription, { type: 'subscription.ended' }],
    ['customer.subscription.paused', subscription, { type: 'subscription.paused' }],
    ['customer.subscription.resumed', subscription, { type: 'subscription.resumed' }],
    [
      'customer.subscription.updated',
      { ...subscription, status: 'past_due' },
      { type: 'subscription.updated', status: 'past_due' },
    ],
    [
      'transfer.created',
      { id: 'tr_1', amount: 850, currency: 'usd', destination: 'acct_1' },
      { type: 'transfer.created', account: 'acct_1', amount: usd(850) },
    ],
    ['payout.failed', { id: 'po_1', amount: 850, currency: 'usd' }, { type: 'payout.failed' }],
    [
      'account.updated',
      { id: 'acct_1', payouts_enabled: true },
      { type: 'account.updated', account: 'acct_1', canBePaid: true },
    ],
    ['price.created', { id: 'price_1' }, { type: 'ignored' }],
  ])('read %s', async (type, object, expected) => {
    const { receive } = await setUp()
    expect(await receive(type, object)).toMatchObject({
      ...expected,
      id: 'evt_1',
      gateway: 'stripe',
      providerType: type,
      authenticity: 'signed',
      occurredAt: '2027-01-15T08:00:00.000Z',
    })
  })

  it('tell a cancellation from its being taken back', async () => {
    const { receive } = await setUp()
    const update = (object: object) =>
      receive('customer.subscription.updated', object, {
        data: { object, previous_attributes: { cancel_at_period_end: null } },
      })
    expect(await update(subscription)).toMatchObject({
      type: 'subscription.canceled',
      endsAt: '2027-01-15T08:00:00.000Z',
    })
    expect(await update({ ...subscription, cancel_at_period_end: false })).toMatchObject({
      type: 'subscription.reactivated',
    })
  })

  it('look up the payment that a paid invoice does not tell', async () => {
    const { receive, gateway, takeWebhooks, server } = await setUp()
    server.state.handle('POST', '/subscriptions', {
      items: { 0: { price_data: { unit_amount: '999', currency: 'usd' } } },
      default_payment_method: 'pm_card_visa',
      metadata: { stagedoor_ref: 's_1' },
    })
    const events = []
    for (const request of takeWebhooks()) events.push(...(await gateway.receiveWebhook(request)))
    expect(events.find(({ type }) => type === 'subscription.started')).toMatchObject({
      chargeRef: [...server.state.intents.keys()][0],
    })
    server.faults.failures = 1
    const { payments: _, ...bare } = invoice
    await expect(receive('invoice.paid', bare)).rejects.toMatchObject({ code: 'provider_unavailable' })
  })

  it('ignore money in a currency that is never charged here, which is another program’s', async () => {
    const { receive } = await setUp()
    const other = { currency: 'ugx', status: 'succeeded', charge: 'ch_1', balance_transactions: [] }
    const object = { id: 'x_1', amount: 500, ...other }
    for (const type of ['refund.created', 'charge.dispute.created', 'payout.paid', 'transfer.created']) {
      expect(await receive(type, object), type).toMatchObject({ id: 'evt_1', type: 'ignored' })
    }
    expect(await receive('payment_intent.succeeded', { ...intent, currency: 'usdc' })).toMatchObject({
      type: 'ignored',
    })
  })

  it('ignore another account, and the other mode', async () => {
    const { receive } = await setUp()
    expect(await receive('payment_intent.succeeded', intent, { account: 'acct_2' })).toMatchObject({
      type: 'ignored',
    })
    expect(await receive('payment_intent.succeeded', intent, { livemode: true })).toMatchObject({
      type: 'ignored',
    })
    const live = await setUp({ apiKey: 'rk_live_123', mode: 'live' })
    const real = await live.receive('payment_intent.succeeded', intent, { livemode: true })
    expect(real).toMatchObject({ type: 'payment.succeeded' })
    expect(await live.receive('payment_intent.succeeded', intent)).toMatchObject({
      type: 'ignored',
      reason: 'It is not of the mode live.',
    })
    const payout = { id: 'po_1', amount: 850, currency: 'usd' }
    expect(await receive('payout.paid', payout, { account: 'acct_2' })).toMatchObject({ account: 'acct_2' })
  })

  it('refuse a wrong secret, a replay after ten minutes, and a time ahead, as signed by Stripe’s code', async () => {
    const { gateway, webhook } = await setUp()
    const event = { id: 'evt_1', type: 'x.y', created: 1, livemode: false, data: { object: {} } }
    await gateway.receiveWebhook(webhook(event))
    await expect(gateway.receiveWebhook(webhook(event, 'whsec_other'))).rejects.toThrow('not signed')
    await expect(gateway.receiveWebhook(webhook(event, webhookSecret, now() - 600))).rejects.toThrow(
      'too old',
    )
    await expect(gateway.receiveWebhook(webhook(event, webhookSecret, now() + 100_000))).rejects.toThrow(
      'future',
    )
  })

  it('are signed for tests as Stripe signs', async () => {
    const { client } = await setUp()
    const payload = JSON.stringify({ id: 'evt_1', object: 'event' })
    const request = await signTestWebhook({ payload, secret: webhookSecret })
    const header = request.headers.get('stripe-signature') ?? ''
    expect(client.webhooks.constructEvent(await request.text(), header, webhookSecret).id).toBe('evt_1')
  })

  it('say nothing of an event that cannot be read but its id and type', async () => {
    const { receive } = await setUp()
    const error = await receive('payment_intent.succeeded', { client_secret: 'hidden' }).catch((e) => e)
    expect(error).toMatchObject({ code: 'internal' })
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('hidden')
  })

  it('have a meaning for every type that the endpoint subscribes to', async () => {
    const { receive } = await setUp()
    const objects: Record<string, object> = {
      payment_intent: intent,
      checkout: session,
      refund: { id: 're_1', status: 'failed', amount: 400, currency: 'usd', charge: 'ch_1' },
      charge: dispute,
      radar: { id: 'issfr_1', charge: 'ch_1' },
      invoice,
      customer: subscription,
      transfer: { id: 'tr_1', amount: 850, currency: 'usd' },
      payout: { id: 'po_1', amount: 850, currency: 'usd' },
      account: { id: 'acct_1' },
    }
    for (const type of stripeEventTypes) {
      const event = await receive(type, objects[type.split('.')[0] ?? ''] ?? {})
      expect(event?.type, type).not.toBe('ignored')
    }
  })
})
