import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { salt } from '../../../payment-gateway/src/ccbill/ccbill-set-up.fixture.ts'
import { ccbillTill, earnedIn, saleOf } from './ccbill-till.fixture.ts'

/** 18 digits, beyond 2^53: as a number it would end in 200. */
const sale = '925014201000000206'
/** When the webhooks of these tests say that it happened, as digits. */
const paidAt = '20261122103000'
const md5 = (text: string) => createHash('md5').update(text).digest('hex')

/** A tip whose payer is on CCBill's form. */
async function formTip(currency = 'USD') {
  const shop = await ccbillTill()
  const { status, tip, outcome } = await shop.tip(undefined, { currency })
  expect([status, tip.status, outcome.action?.type]).toEqual([201, 'pending', 'redirect'])
  const link = outcome.action?.url ?? ''
  return { ...shop, tipId: tip.id, link, payload: saleOf(link, sale) }
}

describe('a tip on the form of CCBill', () => {
  it('is in the books once, its ids to the digit, though its webhook comes twice', async () => {
    const { tipId, payload, told, entries, balance, verify, movements, tips, ledger } = await formTip()
    expect([await told('NewSaleSuccess', payload), await told('NewSaleSuccess', payload)]).toEqual([200, 200])
    expect(await entries()).toEqual(earnedIn('USD'))
    expect(await tips.getTip(tipId)).toMatchObject({ status: 'completed', chargeRef: sale })
    expect((await ledger.get(`completion:${tipId}`))?.gateway).toEqual({ id: 'ccbill', ref: sale })
    expect(await balance()).toMatchObject({ gross: 1010n, fee: 151n, net: 859n, pending: 859n })
    movements.push({ ref: sale, amount: 1010n, currency: 'USD' })
    expect(await verify()).toBeNull()
  })

  it('keeps ids to the digit that come as numbers', async () => {
    const { tipId, payload, toldInNumbers, tips } = await formTip()
    expect(await toldInNumbers('NewSaleSuccess', payload)).toBe(200)
    expect(await tips.getTip(tipId)).toMatchObject({ status: 'completed', chargeRef: sale })
  })

  it.each(['036', '36'])('in Australian dollars is booked in them, when CCBill says %s', async (code) => {
    const { tipId, link, payload, told, entries, tips } = await formTip('AUD')
    const query = new URL(link).searchParams
    expect(query.get('currencyCode')).toBe('036')
    expect(query.get('formDigest')).toBe(md5(`10.1030036${salt}`))
    expect(await told('NewSaleSuccess', { ...payload, billedCurrencyCode: code })).toBe(200)
    expect(await tips.getTip(tipId)).toMatchObject({ status: 'completed', amount: { currency: 'AUD' } })
    expect(await entries()).toEqual(earnedIn('AUD'))
  })

  it.each([
    ['less', { billedInitialPrice: '3.00' }, '300 USD'],
    ['more', { billedInitialPrice: '99.00' }, '9900 USD'],
    ['another currency', { billedCurrencyCode: '036' }, '1010 AUD'],
  ])(
    'is not credited when the payer paid %s than was ordered: it waits in suspense',
    async (_, change, money) => {
      const { tipId, payload, told, entries, verify, movements, tips } = await formTip()
      const changed = { ...payload, ...change }
      expect([await told('NewSaleSuccess', changed), await told('NewSaleSuccess', changed)]).toEqual([
        200, 200,
      ])
      expect(await entries()).toEqual([
        `adjustment gateway_clearing -${money}`,
        `adjustment suspense ${money}`,
      ])
      expect(await tips.getTip(tipId)).toMatchObject({ status: 'pending', strays: [{ ref: sale }] })
      expect(await tips.getCreatorEarnings('ava')).toEqual([])
      const [amount = '', currency = ''] = money.split(' ')
      movements.push({ ref: sale, amount: BigInt(amount), currency })
      expect(await verify()).toBeNull()
      // Somebody may still pay the order as it is.
      const right = { ...payload, subscriptionId: '925014201000000207', transactionId: '012514201000000207' }
      expect(await told('NewSaleSuccess', right)).toBe(200)
      movements.push({ ref: right.subscriptionId, amount: 1010n, currency: 'USD' })
      expect((await entries()).slice(2)).toEqual(earnedIn('USD'))
      expect(await verify()).toBeNull()
    },
  )

  it('is not credited when the payer changed price and order alike: it waits in suspense, whose it is', async () => {
    const { tipId, link, payload, told, entries, tips, said, movements, verify } = await formTip()
    const query = new URL(link).searchParams
    expect(query.get('formDigest')).toBe(md5(`10.1030840${salt}`))
    // CCBill itself refuses the form, as the payer cannot make its digest.
    expect(query.get('formDigest')).not.toBe(md5(`3.0030840${salt}`))
    const forged = { ...payload, billedInitialPrice: '3.00', 'X-stagedoor_amount': '300' }
    expect([await told('NewSaleSuccess', forged), await told('NewSaleSuccess', forged)]).toEqual([200, 200])
    expect(said.join()).toContain('error money came in that names no tip; it is in suspense')
    const came = ['adjustment gateway_clearing -300 USD', 'adjustment suspense 300 USD']
    expect(await entries()).toEqual(came)
    expect(await tips.getTip(tipId)).toMatchObject({ status: 'pending', strays: [], version: 2 })
    // Somebody gave it back in CCBill's pages.
    const back = { subscriptionId: sale, transactionId: '1', amount: '3.00', currencyCode: '840' }
    expect([await told('Refund', back), await told('Refund', back)]).toEqual([200, 200])
    expect((await entries()).slice(2)).toEqual([
      'refund gateway_clearing 300 USD',
      'refund suspense -300 USD',
    ])
    movements.push({ ref: sale, amount: 300n, currency: 'USD' })
    movements.push({ ref: `Refund:1:${paidAt}:300USD`, amount: -300n, currency: 'USD' })
    expect(await verify()).toBeNull()
  })

  it('whose reference the payer took out is in suspense, with all that becomes of it', async () => {
    const { payload, told, entries, said } = await formTip()
    const bare = Object.fromEntries(Object.entries(payload).filter(([name]) => !name.startsWith('X-')))
    for (const _ of [1, 2]) expect(await told('NewSaleSuccess', bare)).toBe(200)
    expect(await entries()).toEqual(['adjustment gateway_clearing -1010 USD', 'adjustment suspense 1010 USD'])
    expect(said.join()).toContain('error money came in that names no tip')
  })

  it('is not somebody else’s tip: its reference is bound to what was ordered with it', async () => {
    const { payload, told, entries, tip, tips } = await formTip()
    const { tip: other } = await tip(undefined)
    expect(await told('NewSaleSuccess', { ...payload, 'X-stagedoor_ref': other.id })).toBe(200)
    expect(await tips.getTip(other.id)).toMatchObject({ status: 'pending' })
    expect(await entries()).toEqual(['adjustment gateway_clearing -1010 USD', 'adjustment suspense 1010 USD'])
  })
})

describe('a webhook that is not CCBill’s', () => {
  it.each([
    ['from another address', {}, '203.0.113.5'],
    ['from nobody knows where', {}, null],
    ['of another account', { clientAccnum: '900999' }, undefined],
    ['of another sub-account', { clientSubacc: '0001' }, undefined],
    ['with a wrong digest', { dynamicPricingValidationDigest: '0'.repeat(32) }, undefined],
    ['with the digest of another sale', { dynamicPricingValidationDigest: md5(`1${1}${salt}`) }, undefined],
  ])('%s is refused, and the tip stays as it was', async (_, change, from) => {
    const { tipId, payload, told, entries, tips } = await formTip()
    const before = await tips.getTip(tipId)
    expect(await told('NewSaleSuccess', { ...payload, ...change }, from)).toBe(401)
    expect(await tips.getTip(tipId)).toEqual(before)
    expect(await entries()).toEqual([])
    expect(await told('NewSaleSuccess', payload)).toBe(200)
    expect(await entries()).toEqual(earnedIn('USD'))
  })
})

describe('a tip by a payment token of CCBill', () => {
  it('is credited by the answer, and not again by the webhook', async () => {
    const { tip, webhooks, entries, tips } = await ccbillTill()
    const { tip: made } = await tip('token_1')
    expect(made.status).toBe('completed')
    expect(await webhooks()).toEqual([200])
    expect(await entries()).toEqual(earnedIn('USD'))
    expect((await tips.getTip(made.id)).chargeRef).toBe('925014201000000201')
  })

  it('is never charged twice: a lost answer waits for the webhook', async () => {
    const { tip, server, webhooks, entries, tips, wait } = await ccbillTill()
    server.faults.dropAnswers = 1
    const lost = await tip('token_1', { key: 'mine' })
    expect(lost).toMatchObject({ status: 201, tip: { status: 'pending' }, outcome: { kind: 'unknown' } })
    expect(await tip('token_1', { key: 'mine' })).toMatchObject({ outcome: { kind: 'unknown' } })
    wait(61)
    await tips.reconcile()
    expect([server.sales.length, await entries()]).toEqual([1, []])
    expect(await webhooks()).toEqual([200])
    expect(await tips.getTip(lost.tip.id)).toMatchObject({ status: 'completed' })
    expect(await entries()).toEqual(earnedIn('USD'))
    await tip('token_1', { key: 'mine' })
    expect(server.sales).toEqual([])
  })
})

describe('money that CCBill gives back', () => {
  const refunded = [
    'refund gateway_clearing 1010 USD',
    'refund creator_pending -859 USD',
    'refund platform_revenue -151 USD',
  ]
  const details = (ref: string) => ({
    ...{ subscriptionId: ref, transactionId: '112514201000000309', amount: '10.10', currencyCode: '840' },
  })

  it('by DataLink is asked for by all 18 digits, and booked once though a webhook tells of it too', async () => {
    const { tip, server, refund, told, entries, tips, ledger, movements, verify } = await ccbillTill({
      refunds: 'cancels_subscription',
    })
    const { tip: made } = await tip('token_1')
    const ref = '925014201000000201'
    expect(await refund(made.id)).toMatchObject({ status: 200, body: { outcome: { kind: 'succeeded' } } })
    const asked = server.seen.find(({ path }) => path.startsWith('/utils/'))?.url.searchParams
    expect([asked?.get('subscriptionId'), asked?.get('amount')]).toEqual([ref, '10.10'])
    expect(await told('Refund', details(ref))).toBe(200)
    expect(await told('Refund', details(ref))).toBe(200)
    expect(await entries()).toEqual([...earnedIn('USD'), ...refunded])
    const { refunds, refundedTotal } = await tips.getTip(made.id)
    expect([refundedTotal, refunds.length]).toEqual([1010n, 1])
    expect(refunds[0]).toMatchObject({ chargeRef: ref, ref: `Refund:112514201000000309:${paidAt}:1010USD` })
    // The answer had no id of it, so the books know it by ours.
    const id = refunds[0]?.id ?? ''
    expect((await ledger.get(`refund:ccbill:${id}`))?.gateway).toEqual({ id: 'ccbill', ref: id })
    movements.push({ ref, amount: 1010n, currency: 'USD' }, { ref: id, amount: -1010n, currency: 'USD' })
    expect(await verify()).toBeNull()
  })

  it('by hand is booked by its webhook, under its own 18 digits', async () => {
    const { tip, refund, told, entries, movements, verify } = await ccbillTill()
    const { tip: made } = await tip('token_1')
    const ref = '925014201000000201'
    expect(await refund(made.id)).toMatchObject({ status: 501 })
    expect(await told('Refund', details(ref))).toBe(200)
    expect(await entries()).toEqual([...earnedIn('USD'), ...refunded])
    movements.push(
      { ref, amount: 1010n, currency: 'USD' },
      { ref: `Refund:112514201000000309:${paidAt}:1010USD`, amount: -1010n, currency: 'USD' },
    )
    expect(await verify()).toBeNull()
  })

  it('in two parts is two refunds, though CCBill names the same transaction for both', async () => {
    const { tip, told, tips } = await ccbillTill()
    const { tip: made } = await tip('token_1')
    const part = { ...details('925014201000000201'), amount: '2.00' }
    const another = { ...part, timestamp: '2026-11-22 11:00:00' }
    for (const one of [part, another, { ...part, amount: '-2' }, { ...part, amount: '1.00' }, another]) {
      expect(await told('Refund', one)).toBe(200)
    }
    expect(await tips.getTip(made.id)).toMatchObject({ refundedTotal: 500n })
  })

  it('in another currency than was paid is in suspense, and not the creator’s loss', async () => {
    const { tip, told, entries, tips } = await ccbillTill()
    const { tip: made } = await tip('token_1')
    const euros = { ...details('925014201000000201'), currencyCode: '978' }
    for (const _ of [1, 2]) expect(await told('Refund', euros)).toBe(200)
    expect((await entries()).slice(3)).toEqual([
      'refund gateway_clearing 1010 EUR',
      'refund suspense -1010 EUR',
    ])
    expect(await tips.getTip(made.id)).toMatchObject({ refundedTotal: 0n })
  })

  it('that cannot be read is told of again', async () => {
    const { tip, told, said } = await ccbillTill()
    await tip('token_1')
    expect(await told('Refund', { ...details('925014201000000201'), amount: 'ten' })).toBe(500)
    expect(said.join()).toContain('its amount is no price')
  })

  it('by a chargeback is taken from the creator once', async () => {
    const { tip, told, entries, tips, balance, movements, verify } = await ccbillTill()
    const { tip: made } = await tip('token_1')
    const ref = '925014201000000201'
    for (let count = 0; count < 2; count++) expect(await told('Chargeback', details(ref))).toBe(200)
    expect((await entries()).slice(3)).toEqual([
      'dispute gateway_clearing 1010 USD',
      'dispute creator_pending -859 USD',
      'dispute platform_revenue -151 USD',
    ])
    expect(await tips.getTip(made.id)).toMatchObject({ dispute: 'open' })
    expect(await balance()).toMatchObject({ disputed: 859n, pending: 0n })
    movements.push(
      { ref, amount: 1010n, currency: 'USD' },
      { ref: `Chargeback:112514201000000309:${paidAt}:1010USD`, amount: -1010n, currency: 'USD' },
    )
    expect(await verify()).toBeNull()
  })
})
