import { describe, expect, it } from 'vitest'
import { personal, salt } from '../../../payment-gateway/src/ccbill/ccbill-set-up.fixture.ts'
import { webhookSecret } from '../../../payment-gateway/src/stripe/stripe-set-up.fixture.ts'
import { ccbillTill, saleOf } from './ccbill-till.fixture.ts'
import { stripeTill } from './stripe-till.fixture.ts'
import { written } from './till.fixture.ts'

const apiKey = 'sk_test_hidden'
const oldSecret = 'whsec_old_hidden'
const card = '4242424242424242'
const sale = '925014201000000206'

/** What gives power over the platform's accounts, or is the payer's own. */
const secrets = [
  ...[apiKey, webhookSecret, oldSecret, 'whsec_wrong_hidden'],
  ...[salt, 'rest-secret', 'link-secret', 'bearer_1', btoa('app:rest-secret')],
  ...Object.values(personal),
  card,
]

/** All that is in a text; none of it may be. */
const found = (text: string, among: readonly string[] = secrets) =>
  among.filter((secret) => text.includes(secret))

describe('secrets', () => {
  it('would be found here', () => {
    const error = new Error('refused', { cause: { headers: { authorization: `Bearer ${apiKey}` } } })
    Object.defineProperty(error, 'hidden', { value: { email: personal.email } })
    expect(found(written({ cause: error }))).toEqual([apiKey, personal.email])
  })

  it('of Stripe are in no answer, event, log line or book, whatever goes wrong', async () => {
    const shop = await stripeTill({ apiKey, webhookSecrets: [webhookSecret, oldSecret] })
    const { tip, refund, server, state, signed, webhook, webhooks, tips, post, said, stored, wait } = shop
    const clientSecrets: string[] = []
    const { tip: paid } = await tip('pm_card_visa')
    await tip('pm_declined')
    const inPage = await tip()
    clientSecrets.push(inPage.outcome.action?.clientSecret ?? '')
    // The payer’s page is what it is for.
    expect(said.at(-1)).toContain(clientSecrets[0])
    const afterPage = said.length
    server.faults.dropAnswers = 2
    await tip('pm_card_visa')
    await refund(paid.id, '500')
    state.failRefund([...state.refunds.keys()][0] ?? '')
    state.closeDispute(`${state.dispute(`${[...state.intents.keys()][0]}`).id}`, 'won')
    const [event = {}] = state.events
    await webhooks()
    for (const secret of [oldSecret, 'whsec_wrong_hidden']) await webhook(signed(event, secret))
    await webhook(
      signed({
        ...event,
        id: 'evt_x',
        data: { object: { client_secret: clientSecrets[0], email: personal.email } },
      }),
    )
    // What Stripe says of a key that it refuses holds the key, and of a card the card.
    const message = `Invalid API Key provided: ${apiKey}; card ${card} of ${personal.email}`
    for (const status of [400, 401, 403, 500]) {
      server.answerWith(status, { type: 'invalid_request_error', message, param: 'source' })
      await post('vic', '/tips', {
        creatorId: 'ava',
        amount: { amount: '1010', currency: 'USD' },
        instrument: 'pm_x',
      })
      await refund(paid.id, '10')
    }
    wait(61)
    await tips.reconcile()
    await tips.deliver()
    const text = said.join('\n')
    for (const kind of [
      'answer 201',
      'answer 401',
      'answer 400',
      'answer 5',
      'event ',
      'warn ',
      'error ',
      'tip.dispute_won',
    ]) {
      expect(text).toContain(kind)
    }
    expect(found(text)).toEqual([])
    expect(found(await stored())).toEqual([])
    expect(found(`${said.slice(afterPage).join('\n')}${await stored()}`, clientSecrets)).toEqual([])
  })

  it('of CCBill and its payers are in no answer, event, log line or book, whatever goes wrong', async () => {
    const shop = await ccbillTill({ refunds: 'cancels_subscription' })
    const { tip, refund, told, webhooks, server, tips, said, stored, wait } = shop
    const onForm = await tip()
    const payload = saleOf(onForm.outcome.action?.url ?? '', sale)
    const { tip: paid } = await tip('token_1')
    await tip('token_declined')
    server.faults.dropAnswers = 1
    await tip('token_1')
    await webhooks()
    await told('NewSaleSuccess', payload, '203.0.113.5')
    await told('NewSaleSuccess', { ...payload, clientAccnum: '900999' })
    await told('NewSaleSuccess', { ...payload, billedInitialPrice: `card ${card}` })
    await told('NewSaleSuccess', { ...payload, 'X-stagedoor_ref': 'tip_of_somebody' })
    await told('NewSaleSuccess', payload)
    for (const result of [0, -1, -7, 1]) {
      server.faults.dataLinkResult = result
      await refund(paid.id, '10')
    }
    await told('Refund', { subscriptionId: sale, transactionId: '1', amount: '5.00', currencyCode: '840' })
    await told('Chargeback', {
      subscriptionId: sale,
      transactionId: '2',
      amount: '10.10',
      currencyCode: '840',
    })
    for (const status of [401, 500]) {
      server.answerWith(
        status,
        JSON.stringify({ errorCode: '100107', generalMessage: `rest-secret bearer_1 ${card}` }),
      )
      await tip('token_1').catch(() => null)
    }
    wait(4 * 86_400)
    await told('Refund', { subscriptionId: '1234', transactionId: '3', amount: '5.00', currencyCode: '840' })
    await tips.reconcile()
    await tips.deliver()
    const text = said.join('\n')
    for (const kind of [
      'answer 201',
      'answer 401',
      'answer 200',
      'answer 5',
      'event ',
      'warn ',
      'error ',
      'tip.disputed',
    ]) {
      expect(text).toContain(kind)
    }
    expect(found(text)).toEqual([])
    expect(found(await stored())).toEqual([])
  })
})
