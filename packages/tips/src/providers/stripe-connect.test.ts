import { describe, expect, it } from 'vitest'
import { earned, paidTip, stripeFee, stripeTill } from './stripe-till.fixture.ts'

/** What leaves the platform with a charge that Stripe splits. */
const passedOn = ['payout_paid gateway_clearing 859 USD', 'payout_paid creator_pending -859 USD']

/** A tip of 10.10 to a creator with an account at Stripe, which gets its part with the charge. */
const connectTip = () =>
  paidTip(
    { split: 'destination' },
    { creator: () => ({ account: 'acct_ava', reserve: { bps: 1000, holdSeconds: 90 * 86_400 } }) },
  )

describe('a destination charge of Stripe Connect', () => {
  it('pays the creator with the charge, so that the ledger never pays the same money out again', async () => {
    const { server, entries, balance, verify, ledger, wait } = await connectTip()
    expect(server.seen[0]?.params).toMatchObject({
      amount: '1010',
      application_fee_amount: '151',
      transfer_data: { destination: 'acct_ava' },
    })
    expect(await entries()).toEqual([...earned, ...passedOn, ...stripeFee])
    expect(await balance()).toMatchObject({ gross: 1010n, fee: 151n, net: 859n, paidOut: 859n, pending: 0n })
    expect(await verify()).toBeNull()
    wait(8 * 86_400)
    await ledger.mature()
    const payout = { key: 'payout:ava', creatorId: 'ava', currency: 'USD' }
    expect(await ledger.payout(payout)).toEqual({ outcome: 'insufficient', available: 0n })
  })

  it('is booked the same when only the webhook tells of it', async () => {
    const shop = await stripeTill({ split: 'destination' }, { creator: () => ({ account: 'acct_ava' }) })
    shop.server.faults.dropAnswers = 2
    await shop.tip('pm_card_visa')
    expect(await shop.webhooks()).toEqual([200])
    expect(await shop.entries()).toEqual([...earned, ...passedOn])
  })

  it('is refunded in part and then whole by the creator and the platform, each its share', async () => {
    const { tipId, refund, webhooks, since, balance, verify, server } = await connectTip()
    await refund(tipId, '500')
    const asked = server.seen.find(({ path }) => path === '/refunds')?.params
    expect(asked).toMatchObject({ reverse_transfer: 'true', refund_application_fee: 'true' })
    expect(await since()).toEqual([
      'payout_returned gateway_clearing -425 USD',
      'payout_returned creator_pending 425 USD',
      'refund gateway_clearing 500 USD',
      'refund creator_pending -425 USD',
      'refund platform_revenue -75 USD',
    ])
    await refund(tipId)
    expect(await webhooks()).toEqual([200, 200])
    expect(await balance()).toMatchObject({ refunded: 859n, paidOut: 0n, pending: 0n, available: 0n })
    expect(await since()).toHaveLength(10)
    expect(await verify()).toBeNull()
  })

  it('that is refunded in the dashboard without the creator’s part leaves the creator owing it', async () => {
    const { state, ref, webhooks, balance, verify } = await connectTip()
    state.handle('POST', '/refunds', { payment_intent: ref })
    expect(await webhooks()).toEqual([200])
    expect(await balance()).toMatchObject({ refunded: 859n, paidOut: 859n, pending: -859n })
    expect(await verify()).toBeNull()
  })

  it('whose refund is known of only when it has failed says the same', async () => {
    const { tipId, refund, server, state, signed, webhook, balance, verify } = await connectTip()
    Object.assign(server.faults, { dropAnswers: 2, dropAt: '/refunds' })
    await refund(tipId)
    state.failRefund([...state.refunds.keys()][0] ?? '')
    const [created = {}, failed = {}] = state.events.splice(0)
    for (const event of [failed, created]) expect(await webhook(signed(event))).toBe(200)
    expect(await balance()).toMatchObject({ refunded: 0n, paidOut: 0n, pending: 859n })
    expect(await verify()).toBeNull()
  })

  it('whose refund fails later leaves the platform owing the creator what was taken back', async () => {
    const { tipId, refund, state, webhooks, balance, verify } = await connectTip()
    await refund(tipId)
    state.failRefund([...state.refunds.keys()][0] ?? '')
    expect(await webhooks()).toEqual([200, 200])
    expect(await balance()).toMatchObject({ refunded: 0n, paidOut: 0n, pending: 859n })
    expect(await verify()).toBeNull()
  })

  it('that is disputed is taken from the platform, and the creator owes its part until it is won', async () => {
    const { ref, state, webhooks, balance, verify } = await connectTip()
    const { id } = state.dispute(ref)
    expect(await webhooks()).toEqual([200, 200])
    expect(await balance()).toMatchObject({ disputed: 859n, paidOut: 859n, pending: -859n })
    state.closeDispute(`${id}`, 'won')
    expect(await webhooks()).toEqual([200, 200])
    expect(await balance()).toMatchObject({ disputed: 0n, paidOut: 859n, pending: 0n })
    expect(await verify()).toBeNull()
  })

  it('that is refunded in part and disputed ends the same, whichever is told of first', async () => {
    for (const order of ['refund first', 'dispute first']) {
      const { tipId, ref, refund, server, state, signed, webhook, balance, verify } = await connectTip()
      Object.assign(server.faults, { dropAnswers: 2, dropAt: '/refunds' })
      await refund(tipId, '600')
      state.dispute(ref)
      const events = state.events.splice(0)
      for (const event of order === 'refund first' ? events : events.toReversed()) {
        expect(await webhook(signed(event))).toBe(200)
      }
      // 5.10 of the refund came back from the creator's account; the creator owes the rest.
      expect(await balance(), order).toMatchObject({ paidOut: 349n, pending: -349n })
      expect(await verify(), order).toBeNull()
    }
  })

  it('fails before any money moves when the creator has no account', async () => {
    const { state, entries, tips, post } = await stripeTill({ split: 'destination' })
    const body = { creatorId: 'ava', amount: { amount: '1010', currency: 'USD' }, instrument: 'pm_card_visa' }
    expect((await post('vic', '/tips', body)).status).toBe(400)
    expect((await tips.listTips({})).items).toMatchObject([{ status: 'failed' }])
    expect([state.intents.size, await entries()]).toEqual([0, []])
  })
})
