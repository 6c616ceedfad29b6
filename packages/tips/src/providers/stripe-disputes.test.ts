import { describe, expect, it } from 'vitest'
import { paidTip } from './stripe-till.fixture.ts'

/** 5.00 of 10.10 given back: 74.75 cents of the fee, so 75. */
const part = [
  'refund gateway_clearing 500 USD',
  'refund creator_pending -425 USD',
  'refund platform_revenue -75 USD',
]
const disputeFee = ['gateway_fee gateway_clearing 1500 USD', 'gateway_fee dispute_fees -1500 USD']

const withdrawn = [
  'dispute gateway_clearing 1010 USD',
  'dispute creator_pending -859 USD',
  'dispute platform_revenue -151 USD',
  ...disputeFee,
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
        'gateway_fee dispute_fees -1500 USD',
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
      ...disputeFee,
    ])
    expect(await balance()).toMatchObject({ refunded: 425n, disputed: 434n, pending: 0n })
    expect(await verify()).toBeNull()
  })

  it('that is only a bank’s question moves nothing', async () => {
    const { tipId, ref, state, webhooks, since, tips } = await paidTip()
    const question = { id: 'dp_q', status: 'warning_needs_response', amount: 1010, currency: 'usd' }
    state.emit('charge.dispute.created', { ...question, payment_intent: ref, balance_transactions: [] })
    expect(await webhooks()).toEqual([200])
    expect(await since()).toEqual([])
    expect(await tips.getTip(tipId)).toMatchObject({ dispute: 'none' })
  })

  it('that grows, comes back in parts and is taken again after an appeal is booked movement by movement', async () => {
    const steps = ['open', 'grow', 'part', 'won', 'appeal', 'lost'] as const
    for (let round = 0; round < 24; round++) {
      const { tipId, ref, state, signed, webhook, balance, verify, tips } = await paidTip()
      const [first] = [state.dispute(ref, 1500, 500)]
      const id = `${first.id}`
      const upTo = 1 + (round % steps.length)
      const act = {
        open: () => {},
        grow: () => state.moveDispute(id, -510, 200),
        part: () => state.moveDispute(id, 300),
        won: () => state.closeDispute(id, 'won'),
        appeal: () => state.moveDispute(id, -1010),
        lost: () => state.closeDispute(id, 'lost'),
      }
      for (const step of steps.slice(0, upTo)) act[step]()
      const events = shuffled(state.events.splice(0), round)
      for (const event of [...events, ...events.slice(0, 3)]) expect(await webhook(signed(event))).toBe(200)
      const taken = [500n, 1010n, 710n, 0n, 1010n, 1010n][upTo - 1] ?? 0n
      const status = ['open', 'open', 'open', 'won', 'open', 'lost'][upTo - 1]
      // 15 % of 500 are 75, and of 710 they are 106.5: the half cent is the creator's.
      const disputed =
        new Map([
          [500n, 425n],
          [710n, 604n],
          [1010n, 859n],
        ]).get(taken) ?? 0n
      const name = `${steps.slice(0, upTo)} in round ${round}`
      expect(await balance(), name).toMatchObject({ disputed, pending: 859n - disputed })
      expect(await tips.getTip(tipId), name).toMatchObject({ dispute: status })
      expect(await verify(), name).toBeNull()
    }
  })

  it('gives its fee back when Stripe does', async () => {
    const { ref, state, webhooks, since, balance, verify } = await paidTip()
    const { id } = state.dispute(ref)
    state.moveDispute(`${id}`, 1010, -1500)
    expect(await webhooks()).toEqual([200, 200, 200])
    expect((await since()).slice(-2)).toEqual([
      'gateway_fee gateway_clearing -1500 USD',
      'gateway_fee dispute_fees 1500 USD',
    ])
    expect(await balance()).toMatchObject({ disputed: 0n, pending: 859n })
    expect(await verify()).toBeNull()
  })

  it('is known from any of its events, when the others are lost', async () => {
    const { tipId, ref, state, signed, webhook, balance, verify, tips } = await paidTip()
    state.closeDispute(`${state.dispute(ref).id}`, 'lost')
    const closed = state.events.splice(0).at(-1) ?? {}
    expect(await webhook(signed(closed))).toBe(200)
    expect(await balance()).toMatchObject({ disputed: 859n, pending: 0n })
    expect(await tips.getTip(tipId)).toMatchObject({ dispute: 'lost' })
    expect(await verify()).toBeNull()
  })

  it('of an account that settles in another currency is booked in the payer’s, whatever the roundings', async () => {
    const { tipId, ref, state, webhooks, balance, tips } = await paidTip()
    const dispute = {
      id: 'dp_eur',
      amount: 1010,
      currency: 'usd',
      payment_intent: ref,
      status: 'needs_response',
    }
    const transactions = [
      { id: 'txn_1', amount: -461, fee: 0, currency: 'eur', exchange_rate: 0.922 },
      { id: 'txn_2', amount: -470, fee: 0, currency: 'eur', exchange_rate: 0.922 },
      { id: 'txn_3', amount: 940, fee: 0, currency: 'eur', exchange_rate: 0.93 },
    ]
    for (const [count, disputed] of [
      [1, 425n],
      [2, 859n],
      [3, 0n],
    ] as const) {
      const type = count < 3 ? 'funds_withdrawn' : 'funds_reinstated'
      const told = { ...dispute, balance_transactions: transactions.slice(0, count) }
      state.emit(`charge.dispute.${type}`, told)
      expect(await webhooks()).toEqual([200])
      expect(await balance(), type).toMatchObject({ disputed, pending: 859n - disputed })
    }
    state.emit('charge.dispute.closed', { ...dispute, status: 'won', balance_transactions: transactions })
    await webhooks()
    expect(await tips.getTip(tipId)).toMatchObject({ dispute: 'won' })
  })
})

/** Another order for each seed; the first as they are. */
function shuffled<Item>(items: readonly Item[], seed: number): readonly Item[] {
  let state = seed
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
  return seed === 0
    ? items
    : items
        .map((item) => ({ item, at: next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item)
}
