import { describe, expect, it, onTestFinished } from 'vitest'
import { money } from '../money.ts'
import { parseRange } from './address-range.ts'
import { account, ccbillAddress, personal, salt, setUpCcbill } from './ccbill-set-up.fixture.ts'
import { parseLossless } from './lossless-json.ts'
import type { CcbillOptions } from './options.ts'
import { signTestWebhook } from './sign-test-webhook.ts'

const usd = (amount: number) => money(amount, 'USD')
const subscriptionId = '925014201000000206'
const transactionId = '0925014201000000307'
const chargeback = `Chargeback:${transactionId}:20261122103000:1000USD`

async function setUp(options: Partial<CcbillOptions> = {}) {
  const all = await setUpCcbill(options)
  onTestFinished(() => all.server.stop())
  /** What comes back from a form, as the payer's browser took it there. */
  const passed = async (kind: 'tip' | 'subscription', amount = usd(1000)) => {
    const people = { payer: { id: 'vic' }, payee: { id: 'ava' } }
    const outcome =
      kind === 'tip'
        ? await all.gateway.processTip({ tipId: 'ref_1', amount, ...people }, { idempotencyKey: 'k' })
        : await all.gateway.processSubscription(
            {
              subscriptionId: 'ref_1',
              price: amount,
              interval: { unit: 'month', count: 1 },
              productName: 'Backstage',
              ...people,
            },
            { idempotencyKey: 'k' },
          )
    const url =
      outcome.kind === 'action_required' && outcome.action.type === 'redirect' ? outcome.action.url : ''
    const own = [...new URL(url).searchParams].filter(([name]) => name.startsWith('stagedoor_'))
    return Object.fromEntries(own.map(([name, value]) => [`X-${name}`, value]))
  }
  const sale = { subscriptionId, transactionId, billedInitialPrice: '10.00', billedCurrencyCode: '840' }
  return { ...all, passed, sale }
}

describe('webhooks of ccbill()', () => {
  it('tell of a paid tip, with all digits of the ids', async () => {
    const { receive, webhook, passed, sale } = await setUp()
    expect(await receive(await webhook('NewSaleSuccess', { ...sale, ...(await passed('tip')) }))).toEqual([
      {
        id: `NewSaleSuccess:${transactionId}`,
        gateway: 'ccbill',
        type: 'payment.succeeded',
        providerType: 'NewSaleSuccess',
        occurredAt: '2026-11-22T17:30:00.000Z',
        authenticity: 'digest',
        ref: subscriptionId,
        merchantRef: 'ref_1',
        amount: usd(1000),
      },
    ])
  })

  it('tell of the first period of a subscription', async () => {
    const { receive, webhook, passed, sale } = await setUp()
    const fields = { ...sale, ...(await passed('subscription')), nextRenewalDate: '2026-12-22' }
    expect(await receive(await webhook('NewSaleSuccess', fields))).toMatchObject([
      {
        type: 'subscription.started',
        chargeRef: subscriptionId,
        period: { start: '2026-11-22T17:30:00.000Z', end: '2026-12-23T00:00:00.000Z' },
      },
    ])
  })

  it('notice that the payer changed amount, currency, reference or kind', async () => {
    const { receive, webhook, passed, sale } = await setUp()
    const own = await passed('tip')
    for (const change of [
      { billedInitialPrice: '3.00', 'X-stagedoor_amount': '300' },
      { 'X-stagedoor_amount': '' },
      { billedInitialPrice: '3.00' },
      { billedCurrencyCode: '978' },
      { 'X-stagedoor_ref': 'ref_2' },
      { 'X-stagedoor_kind': 'subscription' },
      { 'X-stagedoor_check': '' },
    ]) {
      const events = await receive(await webhook('NewSaleSuccess', { ...sale, ...own, ...change }))
      expect(events, JSON.stringify(change)).toMatchObject([
        { type: 'payment.mismatched', ref: subscriptionId },
      ])
    }
  })

  it('grant nothing for a renewal whose reference or price the payer changed', async () => {
    const { receive, webhook, passed } = await setUp()
    const renewal = {
      subscriptionId,
      transactionId,
      billedAmount: '10.00',
      billedCurrencyCode: '840',
      ...(await passed('subscription')),
    }
    expect(await receive(await webhook('RenewalSuccess', renewal))).toMatchObject([
      { type: 'subscription.renewed', merchantRef: 'ref_1' },
    ])
    for (const change of [{ 'X-stagedoor_ref': 'dear' }, { billedAmount: '3.00' }]) {
      const events = await receive(await webhook('RenewalSuccess', { ...renewal, ...change }))
      expect(events, JSON.stringify(change)).toMatchObject([
        { type: 'payment.mismatched', ref: transactionId },
      ])
    }
  })

  it('name no reference that the payer made up, as it may be that of somebody else', async () => {
    const { receive, webhook, passed } = await setUp()
    const own = await passed('subscription')
    const fields = {
      subscriptionId,
      transactionId,
      amount: '10.00',
      initialPrice: '10.00',
      currencyCode: '840',
      ...own,
    }
    for (const type of [
      'NewSaleSuccess',
      'Cancellation',
      'Expiration',
      'NewSaleFailure',
      'RenewalFailure',
      'Refund',
      'Chargeback',
    ]) {
      const [real] = await receive(await webhook(type, fields))
      expect(real, type).toMatchObject({ merchantRef: 'ref_1' })
      const [forged] = await receive(await webhook(type, { ...fields, 'X-stagedoor_ref': 'of_another' }))
      expect(forged, type).not.toHaveProperty('merchantRef')
    }
  })

  it('tell of a sale without our reference as money that names nobody, or leave it to other programs', async () => {
    const { receive, webhook, sale } = await setUp()
    const [told] = await receive(await webhook('NewSaleSuccess', sale))
    expect(told).toMatchObject({ type: 'payment.mismatched', ref: subscriptionId, amount: usd(1000) })
    expect(told).not.toHaveProperty('merchantRef')
    const shared = await setUp({ isShared: true })
    const own = await shared.receive(await shared.webhook('NewSaleSuccess', sale))
    expect(own).toMatchObject([{ type: 'ignored' }])
  })

  it('read "036" and the 36 of a JSON number as Australian dollars', async () => {
    const { receive, webhook, passed, sale } = await setUp()
    const own = await passed('tip', money(1000, 'AUD'))
    for (const billedCurrencyCode of ['036', '36']) {
      const events = await receive(await webhook('NewSaleSuccess', { ...sale, ...own, billedCurrencyCode }))
      expect(events).toMatchObject([{ type: 'payment.succeeded', amount: money(1000, 'AUD') }])
    }
  })

  it.each([
    [
      'RenewalSuccess',
      { billedAmount: '10.00', billedCurrencyCode: '840', nextRenewalDate: '2026-12-22' },
      [{ type: 'subscription.renewed', amount: usd(1000), period: { end: '2026-12-23T00:00:00.000Z' } }],
    ],
    [
      'RenewalFailure',
      { nextRetryDate: '2026-11-24', failureReason: 'Insufficient funds' },
      [
        {
          type: 'subscription.renewal_failed',
          retryAt: '2026-11-25T00:00:00.000Z',
          decline: { code: 'insufficient_funds' },
        },
      ],
    ],
    ['NewSaleFailure', { failureReason: 'CVV mismatch' }, [{ type: 'payment.failed' }]],
    ['Cancellation', {}, [{ type: 'subscription.canceled', ref: subscriptionId }]],
    ['Expiration', {}, [{ type: 'subscription.ended' }]],
    ['UserReactivation', {}, [{ type: 'subscription.reactivated' }]],
    ['BillingDateChange', {}, [{ type: 'subscription.updated' }]],
    [
      'Refund',
      { amount: '4.00', currencyCode: '840' },
      [{ type: 'refund.succeeded', chargeRef: subscriptionId, amount: usd(400) }],
    ],
    ['Void', { amount: '10.00', currencyCode: '840' }, [{ type: 'refund.succeeded' }]],
    [
      'Chargeback',
      { amount: '10.00', currencyCode: '840', reason: 'Fraud' },
      [
        { type: 'dispute.opened', id: chargeback, movements: [] },
        {
          type: 'dispute.funds_withdrawn',
          id: `${chargeback}:dispute.funds_withdrawn`,
          movements: [{ ref: chargeback, kind: 'withdrawn', amount: usd(1000) }],
        },
      ],
    ],
    ['Return', { amount: '10.00', currencyCode: '840' }, [{ type: 'dispute.opened' }, {}]],
    ['CustomerDataUpdate', {}, [{ type: 'ignored' }]],
  ])('read %s and pass nothing of the payer on', async (eventType, fields, expected) => {
    const { receive, webhook } = await setUp()
    const events = await receive(await webhook(eventType, { subscriptionId, transactionId, ...fields }))
    expect(events).toMatchObject(expected)
    expect(events.every(({ authenticity }) => authenticity === 'network')).toBe(true)
    const text = JSON.stringify(events, (_, value) => (typeof value === 'bigint' ? `${value}` : value))
    for (const secret of Object.values(personal)) expect(text).not.toContain(secret)
  })

  it('have the same id when they come again without one', async () => {
    const { receive, webhook } = await setUp()
    const [first] = await receive(await webhook('Cancellation', { subscriptionId }))
    const [second] = await receive(await webhook('Cancellation', { subscriptionId }))
    const [other] = await receive(await webhook('Cancellation', { subscriptionId: '1' }))
    expect(second?.id).toBe(first?.id)
    expect(other?.id).not.toBe(first?.id)
  })

  it('are refused from another address, and without one', async () => {
    const { gateway, webhook, passed, sale } = await setUp()
    const make = async () => webhook('NewSaleSuccess', { ...sale, ...(await passed('tip')) })
    for (const remoteAddress of ['64.38.213.1', '203.0.113.1', '::1', '64.38.240.17.evil', '064.38.240.17']) {
      await expect(gateway.receiveWebhook(await make(), { remoteAddress })).rejects.toThrow(
        'not from an address',
      )
    }
    await expect(gateway.receiveWebhook(await make())).rejects.toThrow('was not passed')
    expect(
      await gateway.receiveWebhook(await make(), { remoteAddress: `::ffff:${ccbillAddress}` }),
    ).toHaveLength(1)
  })

  it('are refused for another account, a wrong digest, or none on a form’s sale', async () => {
    const { receive, webhook, sale, passed } = await setUp()
    const own = { ...sale, ...(await passed('tip')) }
    for (const wrong of [
      { clientAccnum: '900124' },
      { clientSubacc: '0001' },
      { dynamicPricingValidationDigest: 'f'.repeat(32) },
      { subscriptionId: '', dynamicPricingValidationDigest: '' },
    ]) {
      await expect(
        webhook('NewSaleSuccess', { ...own, ...wrong }).then(receive),
        JSON.stringify(wrong),
      ).rejects.toMatchObject({ code: 'webhook_invalid' })
    }
    const { gateway } = await setUpWithoutRest()
    const bare = new Request('http://localhost/?eventType=NewSaleSuccess', {
      method: 'POST',
      body: JSON.stringify({ ...account, ...own }),
    })
    await expect(gateway.receiveWebhook(bare, { remoteAddress: ccbillAddress })).rejects.toThrow('digest')
  })

  it('are refused when URL and body disagree on the type', async () => {
    const { receive } = await setUp()
    const request = await signTestWebhook({
      ...account,
      salt,
      eventType: 'Cancellation',
      payload: { subscriptionId, eventType: 'NewSaleSuccess' },
    })
    await expect(receive(request)).rejects.toThrow('eventType')
  })

  it('come as a form too', async () => {
    const { receive, sale, passed, webhook } = await setUp()
    const json = await webhook('NewSaleSuccess', { ...sale, ...(await passed('tip')) })
    const form = new Request(json.url, { method: 'POST', body: new URLSearchParams(await json.json()) })
    expect(await receive(form)).toMatchObject([{ type: 'payment.succeeded', ref: subscriptionId }])
  })

  it('keep 18 digits and the zeros of an account that come as JSON numbers', async () => {
    const { receive, sale, passed, webhook } = await setUp()
    const own = await passed('tip', money(1000, 'AUD'))
    const text = await (await webhook('NewSaleSuccess', { ...sale, ...own })).text()
    const body = text
      .replace(`"${subscriptionId}"`, subscriptionId)
      .replace('"clientSubacc":"0000"', '"clientSubacc":0')
      .replace('"clientAccnum":"900123"', '"clientAccnum":900123')
      .replace('"billedCurrencyCode":"840"', '"billedCurrencyCode":36')
      .replace('"billedInitialPrice":"10.00"', '"billedInitialPrice":10.0')
    const request = new Request('http://localhost/?eventType=NewSaleSuccess', { method: 'POST', body })
    expect(await receive(request)).toMatchObject([
      { type: 'payment.succeeded', ref: subscriptionId, amount: money(1000, 'AUD') },
    ])
  })

  it('read yen with the two decimals that CCBill gives them, and no part of a yen', async () => {
    const { receive, webhook, passed, sale } = await setUp()
    const yen = { ...sale, ...(await passed('tip', money(500, 'JPY'))), billedCurrencyCode: '392' }
    expect(
      await receive(await webhook('NewSaleSuccess', { ...yen, billedInitialPrice: '500.00' })),
    ).toMatchObject([{ type: 'payment.succeeded', amount: money(500, 'JPY') }])
    await expect(
      webhook('NewSaleSuccess', { ...yen, billedInitialPrice: '500.50' }).then(receive),
    ).rejects.toMatchObject({ code: 'internal' })
  })

  it('are an error with an amount that is none, so that they come again', async () => {
    const { receive, webhook } = await setUp()
    for (const wrong of [
      { amount: '1e3', currencyCode: '840' },
      { amount: '10.00', currencyCode: '30' },
    ]) {
      await expect(webhook('Refund', { subscriptionId, ...wrong }).then(receive)).rejects.toMatchObject({
        ...{ code: 'internal', status: 500, message: expect.stringContaining('cannot be read: its') },
      })
    }
  })
})

describe('numbers of CCBill', () => {
  it('keep every digit', () => {
    expect(parseLossless('{"id":925014201000000206,"price":10.00,"text":"1"}')).toEqual({
      id: '925014201000000206',
      price: '10.00',
      text: '1',
    })
  })

  it('of address ranges are read strictly', () => {
    const inside = parseRange('64.38.212.0/24')
    expect([inside?.('64.38.212.0'), inside?.('64.38.212.255'), inside?.('64.38.211.255')]).toEqual([
      true,
      true,
      false,
    ])
    for (const wrong of ['64.38.212.0/33', '64.38.212/24', 'x', '64.38.212.1/24', '256.0.0.0/8']) {
      expect(parseRange(wrong), wrong).toBeNull()
    }
  })
})

async function setUpWithoutRest() {
  const { ccbill } = await import('./ccbill.ts')
  return { gateway: ccbill({ ...account, flexId: 'f', salt, mode: 'test' }) }
}
