import { describe, expect, it } from 'vitest'
import { paidTip } from './stripe-till.fixture.ts'

/** 5.00 of 10.10: 74.75 cents of the fee, so 75. */
const part = [
  'refund gateway_clearing 500 USD',
  'refund creator_pending -425 USD',
  'refund platform_revenue -75 USD',
]
const rest = [
  'refund gateway_clearing 510 USD',
  'refund creator_pending -434 USD',
  'refund platform_revenue -76 USD',
]
const whole = [
  'refund gateway_clearing 1010 USD',
  'refund creator_pending -859 USD',
  'refund platform_revenue -151 USD',
]
const nothingLeft = { gross: 1010n, net: 859n, refunded: 859n, pending: 0n }

describe('a refund by Stripe', () => {
  it('in part and then of the rest returns exactly the fee and the net, and its webhooks nothing more', async () => {
    const { tipId, refund, webhooks, since, balance, verify, tips } = await paidTip()
    expect(await refund(tipId, '500')).toMatchObject({
      status: 200,
      body: { outcome: { kind: 'succeeded' } },
    })
    expect(await since()).toEqual(part)
    expect(await balance()).toMatchObject({ refunded: 425n, pending: 434n })
    expect(await refund(tipId)).toMatchObject({ status: 200 })
    expect(await webhooks()).toEqual([200, 200])
    expect(await since()).toEqual([...part, ...rest])
    expect(await balance()).toMatchObject(nothingLeft)
    expect(await tips.getTip(tipId)).toMatchObject({ status: 'completed', refundedTotal: 1010n })
    expect(await refund(tipId)).toMatchObject({ status: 409 })
    expect(await verify()).toBeNull()
  })

  it.each(['webhook', 'repetition', 'reconcile'])(
    'is made and booked once when its answer is lost, and the %s tells of it',
    async (teller) => {
      const { tipId, refund, server, state, webhooks, since, verify, tips, wait } = await paidTip()
      Object.assign(server.faults, { dropAnswers: 2, dropAt: '/refunds' })
      const lost = await refund(tipId, undefined, 'mine')
      expect(lost).toMatchObject({ status: 200, body: { outcome: { kind: 'unknown' } } })
      expect([state.refunds.size, await since()]).toEqual([1, []])
      // What nobody knows of yet is not given back twice.
      expect(await refund(tipId, '1')).toMatchObject({ status: 409 })
      if (teller === 'webhook') await webhooks()
      if (teller === 'repetition') await refund(tipId, undefined, 'mine')
      wait(61)
      if (teller === 'reconcile') await tips.reconcile()
      expect(await since()).toEqual(whole)
      await webhooks()
      await tips.reconcile()
      expect([state.refunds.size, await since()]).toEqual([1, whole])
      expect(await verify()).toBeNull()
    },
  )

  it('is made once when Stripe has forgotten its key, and waits for its webhook or for somebody to look', async () => {
    const { tipId, refund, server, state, webhooks, since, verify, tips, wait, said } = await paidTip()
    Object.assign(server.faults, { dropAnswers: 2, dropAt: '/refunds' })
    await refund(tipId, '500', 'mine')
    server.forgetKeys()
    wait(25 * 3600)
    await tips.reconcile()
    expect(said.join()).toContain('a refund is too old to be asked for again')
    expect(await refund(tipId, '500', 'mine')).toMatchObject({ body: { outcome: { kind: 'unknown' } } })
    expect([state.refunds.size, await since()]).toEqual([1, []])
    expect(await webhooks()).toEqual([200])
    expect(await since()).toEqual(part)
    expect(await verify()).toBeNull()
  })

  it('that somebody made in Stripe’s dashboard is booked by its webhook', async () => {
    const { state, ref, webhooks, since, balance, verify } = await paidTip()
    state.handle('POST', '/refunds', { payment_intent: ref, amount: '500' })
    state.handle('POST', '/refunds', { payment_intent: ref })
    expect(await webhooks()).toEqual([200, 200])
    expect(await since()).toEqual([...part, ...rest])
    expect(await balance()).toMatchObject(nothingLeft)
    expect(await verify()).toBeNull()
  })

  it('that fails days later gives the creator back what it had taken, and can be made again', async () => {
    const { tipId, refund, state, webhooks, since, balance, verify, tips } = await paidTip()
    await refund(tipId)
    const [first = ''] = state.refunds.keys()
    state.failRefund(first)
    expect(await webhooks()).toEqual([200, 200])
    expect(await since()).toEqual([
      ...whole,
      'refund_failed gateway_clearing -1010 USD',
      'refund_failed creator_pending 859 USD',
      'refund_failed platform_revenue 151 USD',
    ])
    expect(await balance()).toMatchObject({ refunded: 0n, pending: 859n })
    expect(await tips.getTip(tipId)).toMatchObject({ refundedTotal: 0n, refunds: [{ status: 'failed' }] })
    expect(await verify()).toBeNull()
  })
})

const withdrawn = [
  'dispute gateway_clearing 1010 USD',
  'dispute creator_pending -859 USD',
  'dispute platform_revenue -151 USD',
  'dispute gateway_clearing 1500 USD',
  'dispute dispute_fees -1500 USD',
]

describe('a dispute at Stripe', () => {
  it('takes the money with its fee when it opens, and nothing more when it is lost', async () => {
    const { tipId, ref, state, refund, webhooks, since, balance, verify, tips } = await paidTip()
    const opened = state.dispute(ref)
    expect(await webhooks()).toEqual([200, 200])
    expect(await since()).toEqual(withdrawn)
    expect(await balance()).toMatchObject({ disputed: 859n, pending: 0n })
    expect(await tips.getTip(tipId)).toMatchObject({ status: 'completed', dispute: 'open' })
    // What the bank has taken cannot be given back besides.
    expect(await refund(tipId)).toMatchObject({ status: 409 })
    state.closeDispute(`${opened.id}`, 'lost')
    expect(await webhooks()).toEqual([200])
    expect(await since()).toEqual(withdrawn)
    expect(await tips.getTip(tipId)).toMatchObject({ dispute: 'lost' })
    expect(await verify()).toBeNull()
  })

  it('that is won brings all back but the fee, in whatever order its events come and however often', async () => {
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 2, 3, 1, 1],
    ]) {
      const { tipId, ref, state, signed, webhook, since, balance, verify, tips } = await paidTip()
      state.closeDispute(`${state.dispute(ref).id}`, 'won')
      const events = state.events.splice(0)
      expect(events).toHaveLength(4)
      for (const index of order) expect(await webhook(signed(events[index] ?? {}))).toBe(200)
      expect(await balance(), `${order}`).toMatchObject({ disputed: 0n, pending: 859n })
      expect(await tips.getTip(tipId)).toMatchObject({ dispute: 'won' })
      expect((await since()).filter((line) => line.includes('dispute_fees'))).toEqual([
        'dispute dispute_fees -1500 USD',
      ])
      expect(await verify(), `${order}`).toBeNull()
    }
  })

  it('of a tip that was refunded in part takes the creator’s rest, and the excess is the platform’s loss', async () => {
    const { tipId, ref, state, refund, webhooks, since, balance, verify } = await paidTip()
    await refund(tipId, '500')
    state.dispute(ref)
    expect(await webhooks()).toEqual([200, 200, 200])
    expect(await since()).toEqual([
      ...part,
      'dispute gateway_clearing 1010 USD',
      'dispute creator_pending -434 USD',
      'dispute platform_revenue -76 USD',
      'dispute dispute_losses -500 USD',
      'dispute gateway_clearing 1500 USD',
      'dispute dispute_fees -1500 USD',
    ])
    expect(await balance()).toMatchObject({ refunded: 425n, disputed: 434n, pending: 0n })
    expect(await verify()).toBeNull()
  })

  it('that is only a bank’s question moves nothing', async () => {
    const { tipId, ref, state, webhooks, since, tips } = await paidTip()
    const question = { id: 'dp_q', status: 'warning_needs_response', amount: 1010, currency: 'usd' }
    state.emit('charge.dispute.created', { ...question, payment_intent: ref })
    expect(await webhooks()).toEqual([200])
    expect(await since()).toEqual([])
    expect(await tips.getTip(tipId)).toMatchObject({ dispute: 'none' })
  })
})
