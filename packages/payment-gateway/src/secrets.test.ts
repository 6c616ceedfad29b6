import { inspect } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ccbill } from './ccbill/ccbill.ts'
import { account, ccbillAddress, personal, salt, setUpCcbill } from './ccbill/ccbill-set-up.fixture.ts'
import { money } from './money.ts'
import type { PaymentGateway } from './payment-gateway.ts'
import { stripeEventTypes } from './stripe/map-event.ts'
import { stripe } from './stripe/stripe.ts'
import { setUpStripe, webhookSecret } from './stripe/stripe-set-up.fixture.ts'

/** What may never be read in anything that is logged: the keys, and whoever pays. */
const secrets = [
  'sk_test_123',
  'sk_live_hidden',
  'pk_test_hidden',
  'whsec_1',
  webhookSecret,
  salt,
  'rest-secret',
  'link-secret',
  'bearer_1',
  btoa('app:rest-secret'),
  '_secret_',
  ...Object.values(personal),
  'Valerie',
  '4242424242424242',
  '198.51.100.7',
]
const tip = {
  tipId: 'tip_1',
  amount: money(1000, 'USD'),
  payer: { id: 'vic' },
  payee: { id: 'ava' },
}
const key = { idempotencyKey: 'tip:tip_1' }

/** All that a log could make of it, also of what is hidden or a cause. */
function written(value: unknown): string {
  const json = JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}` : part))
  const inspected = inspect(value, { depth: null, showHidden: true, getters: true, maxStringLength: null })
  return `${json}\n${inspected}\n${value instanceof Error ? `${value.stack}${inspect(value.cause)}` : ''}`
}

function expectNoSecrets(value: unknown): void {
  const text = written(value)
  for (const secret of secrets) expect(text).not.toContain(secret)
}

/** What a call throws. It must throw. */
async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

describe('secrets and personal data', () => {
  it('would be found by this test', () => {
    const error = new Error('x', { cause: { key: 'sk_test_123' } })
    Object.defineProperty(error, 'hidden', { value: { email: personal.email } })
    expect(written(error)).toContain('sk_test_123')
    expect(written(error)).toContain(personal.email)
  })

  it('are in no error of stripe()', async () => {
    const { gateway, server } = await setUpStripe()
    onTestFinished(() => server.stop())
    const charge = { ...tip, instrument: 'pm_card_visa' }
    for (const [status, type] of [
      [400, 'invalid_request_error'],
      [400, 'idempotency_error'],
      [401, 'invalid_request_error'],
      [403, 'invalid_request_error'],
      [404, 'invalid_request_error'],
    ] as const) {
      const message = 'Invalid API Key provided: sk_test_123, of Valerie, pi_1_secret_abc'
      server.answerWith(status, { type, message, payment_intent: { client_secret: 'pi_1_secret_abc' } })
      expectNoSecrets(await thrownBy(() => gateway.processTip(charge, key)))
      expectNoSecrets(await thrownBy(() => gateway.retrieve({ ref: 'pi_1' })))
    }
    const webhook = new Request('http://localhost/', { method: 'POST', body: '{"email":"Valerie"}' })
    expectNoSecrets(await thrownBy(() => gateway.receiveWebhook(webhook)))
    expectNoSecrets(
      await thrownBy(() => gateway.processTip({ ...charge, description: '4242424242424242' }, key)),
    )
    expectNoSecrets(gateway)
  })

  it('are in no error of the options', async () => {
    const { client, server } = await setUpStripe()
    onTestFinished(() => server.stop())
    const options = { client, apiKey: 'sk_test_123', mode: 'test', webhookSecrets: ['whsec_1'] } as const
    for (const wrong of [
      { apiKey: 'sk_live_hidden' },
      { apiKey: 'pk_test_hidden' },
      { webhookSecrets: ['link-secret'] },
      { mode: 'live' as const },
    ]) {
      expectNoSecrets(await thrownBy(() => stripe({ ...options, ...wrong })))
    }
    const dataLink = { username: 'link', password: 'link-secret' }
    const of = { ...account, flexId: 'f', salt, mode: 'test', dataLink } as const
    expectNoSecrets(await thrownBy(() => ccbill(of)))
    expectNoSecrets(await thrownBy(() => ccbill({ ...of, salt: 'hunter2-secret\n' })))
  })

  it('are in no event of stripe(), whatever its objects say', async () => {
    const { gateway, server, webhook } = await setUpStripe()
    onTestFinished(() => server.stop())
    const person = { name: 'Valerie', email: personal.email, ip_address: '198.51.100.7' }
    const object = {
      id: 'x_1',
      mode: 'payment',
      status: 'succeeded',
      payment_status: 'paid',
      amount: 1000,
      amount_received: 1000,
      amount_total: 1000,
      amount_paid: 1000,
      currency: 'usd',
      created: 1,
      reason: 'fraudulent',
      client_secret: 'pi_1_secret_abc',
      description: `From ${person.name}`,
      receipt_email: person.email,
      customer_details: person,
      billing_details: person,
      evidence: { customer_name: person.name, customer_email_address: person.email },
      last_payment_error: { code: 'card_declined', message: person.name, payment_method: person },
      metadata: { stagedoor_ref: 'tip_1', note: person.name },
      payment_intent: 'pi_1',
      balance_transactions: [],
      parent: { subscription_details: { subscription: 'sub_1', metadata: { stagedoor_ref: 's_1' } } },
      payments: { data: [{ payment: { type: 'payment_intent', payment_intent: 'pi_1' } }] },
      email: person.email,
      individual: person,
    }
    for (const type of stripeEventTypes) {
      const event = { id: 'evt_1', type, created: 1, livemode: false, data: { object }, request: person }
      const events = await gateway.receiveWebhook(webhook(event))
      expect(events[0]?.type, type).not.toBe('ignored')
      expectNoSecrets(events)
    }
  })

  it('are in no outcome and no error of ccbill()', async () => {
    const { gateway, server } = await setUpCcbill({ refunds: 'cancels_subscription' })
    onTestFinished(() => server.stop())
    const charge = { ...tip, instrument: 'token_1' }
    const ref = '925014201000000206'
    const refund = { refundId: 'r_1', chargeRef: ref, amount: money(100, 'USD') }
    for (const code of ['100107', '100109', '200000', '100102', '0']) {
      server.answerWith(401, JSON.stringify({ errorCode: code, generalMessage: `${salt} rest-secret` }))
      expectNoSecrets(await gateway.processTip(charge, key).catch((error) => error))
    }
    server.answerWith(200, `{"approved":false,"declineCode":"1","declineText":"No, ${personal.firstName}"}`)
    expectNoSecrets(await gateway.processTip(charge, key))
    for (const result of [-1, -4, -8, -12, 0, -7]) {
      server.faults.dataLinkResult = result
      expectNoSecrets(await gateway.cancelSubscription({ ref, when: 'now' }, key).catch((error) => error))
      expectNoSecrets(await gateway.refund(refund, key).catch((error) => error))
    }
    expectNoSecrets(gateway)
  })

  it('are in no error of ccbill() when the network fails, though its URLs carry a password', async () => {
    const failing = async (url: string | URL | Request): Promise<Response> => {
      throw Object.assign(new TypeError(`fetch failed: ${url}`), { url: String(url) })
    }
    const { gateway, server } = await setUpCcbill({ refunds: 'cancels_subscription', fetch: failing })
    onTestFinished(() => server.stop())
    expectNoSecrets(await gateway.cancelSubscription({ ref: '1', when: 'now' }, key).catch((error) => error))
    expectNoSecrets(await gateway.processTip({ ...tip, instrument: 't' }, key).catch((error) => error))
  })

  it('are in no event and no refusal of ccbill(), which is sent the password of the payer', async () => {
    const { gateway, server, webhook } = await setUpCcbill()
    onTestFinished(() => server.stop())
    const receive = (one: PaymentGateway, request: Request, remoteAddress = ccbillAddress) =>
      one.receiveWebhook(request, { remoteAddress })
    const fields = {
      subscriptionId: '925014201000000206',
      transactionId: '0925014201000000307',
      billedInitialPrice: '10.00',
      billedAmount: '10.00',
      billedCurrencyCode: '840',
      amount: '10.00',
      currencyCode: '840',
      failureReason: `Declined for ${personal.firstName}`,
      username: personal.email,
      cardType: 'VISA',
    }
    for (const type of [
      'NewSaleSuccess',
      'NewSaleFailure',
      'RenewalSuccess',
      'RenewalFailure',
      'Cancellation',
      'Expiration',
      'UserReactivation',
      'BillingDateChange',
      'UpgradeSuccess',
      'Refund',
      'Void',
      'Return',
      'Chargeback',
      'CustomerDataUpdate',
    ]) {
      expectNoSecrets(await receive(gateway, await webhook(type, fields)))
    }
    for (const wrong of [
      { dynamicPricingValidationDigest: 'x' },
      { clientAccnum: '1' },
      { 'X-stagedoor_ref': 'r', billedInitialPrice: `${personal.password}` },
    ]) {
      const request = await webhook('NewSaleSuccess', { ...fields, ...wrong })
      expectNoSecrets(await thrownBy(() => receive(gateway, request)))
    }
    const elsewhere = await webhook('NewSaleSuccess', fields)
    expectNoSecrets(await thrownBy(() => receive(gateway, elsewhere, personal.ipAddress)))
  })
})
