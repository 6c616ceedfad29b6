import { describe, expect, it, vi } from 'vitest'
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

  it('is made once when Stripe has forgotten its key: it is looked up', async () => {
    const { tipId, refund, server, state, webhooks, since, verify, tips, wait } = await paidTip()
    Object.assign(server.faults, { dropAnswers: 2, dropAt: '/refunds' })
    await refund(tipId, '500', 'mine')
    server.forgetKeys()
    wait(25 * 3600)
    expect(await refund(tipId, '500', 'mine')).toMatchObject({ body: { outcome: { kind: 'unknown' } } })
    await tips.reconcile()
    expect([state.refunds.size, await since()]).toEqual([1, part])
    expect(await webhooks()).toEqual([200])
    expect(await since()).toEqual(part)
    expect(await verify()).toBeNull()
  })

  it('that never reached Stripe is given up after a day, and what it reserved is free again', async () => {
    const { tipId, refund, server, state, since, tips, wait } = await paidTip()
    server.faults.isDown = true
    expect(await refund(tipId, '500', 'mine')).toMatchObject({ body: { outcome: { kind: 'unknown' } } })
    wait(23.5 * 3600)
    await tips.reconcile()
    server.faults.isDown = false
    wait(7 * 3600)
    await tips.reconcile()
    expect(await tips.getTip(tipId)).toMatchObject({ refunds: [{ status: 'failed' }], refundedTotal: 0n })
    expect([state.refunds.size, await since()]).toEqual([0, []])
    expect(await refund(tipId)).toMatchObject({ body: { outcome: { kind: 'succeeded' } } })
  })

  it.each(['succeeded', 'failed'] as const)(
    'that %s while its webhook was lost is looked up',
    async (end) => {
      const { tipId, refund, state, since, verify, tips, wait } = await paidTip()
      state.settings.pendingRefunds = true
      expect(await refund(tipId, '500')).toMatchObject({ body: { outcome: { kind: 'pending' } } })
      const [first = ''] = state.refunds.keys()
      state.settleRefund(first, end)
      state.events.splice(0)
      wait(3600)
      await tips.reconcile()
      expect(await tips.getTip(tipId)).toMatchObject({ refunds: [{ status: end }] })
      expect(await since()).toEqual(end === 'succeeded' ? part : [])
      expect(await verify()).toBeNull()
    },
  )

  it('that is refused because somebody gave the money back in the dashboard fails alone', async () => {
    const { tipId, ref, refund, server, state, webhooks, since, verify, tips } = await paidTip()
    // The dashboard's webhook comes while our call is under way.
    let release = () => {}
    server.faults.delay = new Promise((resolve) => {
      release = resolve
    })
    const ours = refund(tipId)
    await vi.waitFor(async () => expect((await tips.getTip(tipId)).refunds).toHaveLength(1))
    state.handle('POST', '/refunds', { payment_intent: ref })
    expect(await webhooks()).toEqual([200])
    release()
    expect(await ours).toMatchObject({ body: { outcome: { kind: 'declined', code: 'already_refunded' } } })
    const { refunds, refundedTotal } = await tips.getTip(tipId)
    expect([refundedTotal, refunds.map(({ status }) => status)]).toEqual([1010n, ['failed', 'succeeded']])
    expect(await since()).toEqual(whole)
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
