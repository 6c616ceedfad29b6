import type { GatewayEvent } from '@stagedoor/payment-gateway'
import { describe, expect, it } from 'vitest'
import { platform } from './platform.fixture.ts'

/** What a gateway says of a tip beside its payment. */
type Told = Pick<GatewayEvent, 'type'> & Record<string, unknown>

type Watched = 'suspense' | 'gateway_clearing' | 'gateway_fees' | 'dispute_fees'

const usd = (amount: bigint) => ({ amount, currency: 'USD' })

/** A paid tip of 10.10 dollars, and a gateway that goes on telling of it. */
async function paidTip() {
  const stage = platform()
  const { tip } = await stage.tip()
  let events = 0
  const about = { gateway: 'fake', authenticity: 'signed', providerType: 'x', merchantRef: tip.id }
  const occurredAt = '2026-03-02T12:00:00Z'
  const balance = (account: Watched, currency = 'USD') =>
    stage.ledger.balance({ account, owner: 'fake', currency })
  return {
    ...stage,
    ...{ tipId: tip.id, balance },
    tell: (told: Told) =>
      stage.tips.applyEvent({ ...about, occurredAt, id: `e${++events}`, ...told } as GatewayEvent),
  }
}

/** What the fake keeps of a tip's own payment. */
const gatewayFee = 59n

const secondPayment: Told = { type: 'payment.succeeded', ref: 'fch_2', amount: usd(1010n) }

describe('money that comes in beside a tip', () => {
  it('waits in suspense until it is given back', async () => {
    const { tell, balance, tips, told, ledger, tipId } = await paidTip()
    await tell(secondPayment)
    await tell(secondPayment)
    expect(await balance('suspense')).toBe(1010n)
    expect(await tips.getCreatorEarnings('ava')).toMatchObject([{ gross: 1010n, net: 859n }])
    await tips.deliver()
    expect(told.map(({ type }) => type)).toEqual(['tip.completed', 'tip.strayed'])
    // At the gateway: no part of it is the creator's.
    await tell({ type: 'refund.succeeded', ref: 're_2', chargeRef: 'fch_2', amount: usd(1010n) })
    expect(await balance('suspense')).toBe(0n)
    expect(await tips.getTip(tipId)).toMatchObject({ refundedTotal: 0n, status: 'completed' })
    expect(await tips.getCreatorEarnings('ava')).toMatchObject([{ gross: 1010n, refunded: 0n }])
    expect(await ledger.verify()).toMatchObject({ ok: true })
  })

  it('is taken and returned by a bank without the creator, in whatever order that is told', async () => {
    const dispute = { ref: 'dp_2', chargeRef: 'fch_2', amount: usd(1010n) }
    const taken = { ref: 'm1', kind: 'withdrawn', amount: usd(1010n), fee: usd(1500n) }
    const returned = { ref: 'm2', kind: 'reinstated', amount: usd(1010n) }
    const events: Told[] = [
      secondPayment,
      { type: 'dispute.funds_withdrawn', ...dispute, movements: [taken] },
      { type: 'dispute.funds_reinstated', ...dispute, movements: [returned] },
    ]
    for (const order of ['012', '021', '102', '120', '201', '210']) {
      const { tell, balance, tips, ledger } = await paidTip()
      for (const index of order) await tell(events[Number(index)] as Told)
      expect(await balance('suspense'), order).toBe(1010n)
      expect(await balance('dispute_fees'), order).toBe(-1500n)
      expect(await balance('gateway_clearing'), order).toBe(-2020n + gatewayFee + 1500n)
      expect(await tips.getCreatorEarnings('ava')).toMatchObject([{ net: 859n, disputed: 0n }])
      expect(await ledger.verify()).toMatchObject({ ok: true })
    }
  })

  it('is gone from suspense while a bank has it, and the tip is not in dispute', async () => {
    const { tell, balance, tips, tipId } = await paidTip()
    await tell(secondPayment)
    const dispute = { ref: 'dp_2', chargeRef: 'fch_2', amount: usd(1010n) }
    const movements = [{ ref: 'm1', kind: 'withdrawn', amount: usd(1010n) }]
    await tell({ type: 'dispute.funds_withdrawn', ...dispute, movements })
    await tell({ type: 'dispute.lost', ...dispute, movements: [] })
    expect(await balance('suspense')).toBe(0n)
    expect(await tips.getTip(tipId)).toMatchObject({ dispute: 'none', status: 'completed' })
  })

  it('is given back in its own currency', async () => {
    const { tell, balance } = await paidTip()
    const eur = { amount: 900n, currency: 'EUR' }
    await tell({ ...secondPayment, amount: eur })
    await tell({ type: 'refund.succeeded', ref: 're_2', chargeRef: 'fch_2', amount: eur })
    expect(await balance('suspense', 'EUR')).toBe(0n)
    expect(await balance('gateway_clearing', 'EUR')).toBe(0n)
  })

  it('costs what the gateway says, then or later', async () => {
    for (const fees of [[usd(61n)], [undefined, usd(61n), usd(61n)]]) {
      const { tell, balance } = await paidTip()
      for (const fee of fees) await tell({ ...secondPayment, ...(fee ? { gatewayFee: fee } : {}) })
      expect(await balance('suspense')).toBe(1010n)
      expect(await balance('gateway_fees')).toBe(-gatewayFee - 61n)
      expect(await balance('gateway_clearing')).toBe(-2020n + gatewayFee + 61n)
    }
  })

  it('is one with what was told of the same payment before, whatever the sum', async () => {
    const { tell, balance, tips, tipId } = await paidTip()
    const { chargeRef } = await tips.getTip(tipId)
    await tell({ type: 'payment.mismatched', ref: chargeRef, amount: usd(100n), expected: usd(1010n) })
    expect(await balance('suspense')).toBe(0n)
    await tell({ type: 'payment.mismatched', ref: 'fch_3', amount: usd(100n), expected: usd(1010n) })
    await tell({ type: 'payment.succeeded', ref: 'fch_3', amount: usd(1010n) })
    expect(await balance('suspense')).toBe(100n)
    expect(await balance('gateway_clearing')).toBe(-1110n + gatewayFee)
  })
})

describe('money that moves for a tip in another currency', () => {
  const eur = (amount: bigint) => ({ amount, currency: 'EUR' })

  it('is in suspense for somebody to look, and of nothing else', async () => {
    const { tell, balance, tips, told, ledger, tipId } = await paidTip()
    const { chargeRef } = await tips.getTip(tipId)
    const refund = { ref: 're_1', chargeRef, amount: eur(900n) }
    for (const type of ['refund.pending', 'refund.succeeded', 'refund.succeeded'] as const) {
      await tell({ type, ...refund })
    }
    expect(await balance('suspense', 'EUR')).toBe(-900n)
    expect(await tips.getTip(tipId)).toMatchObject({ refundedTotal: 0n, refunds: [] })
    await tell({ type: 'refund.failed', ...refund })
    expect(await balance('suspense', 'EUR')).toBe(0n)
    const dispute = { ref: 'dp_1', chargeRef, amount: eur(900n) }
    const movements = [
      { ref: 'm1', kind: 'withdrawn', amount: eur(900n), fee: usd(1500n) },
      { ref: 'm2', kind: 'withdrawn', amount: usd(100n) },
      { ref: 'm3', kind: 'reinstated', amount: eur(300n) },
    ]
    for (const _ of [1, 2]) await tell({ type: 'dispute.funds_withdrawn', ...dispute, movements })
    expect(await balance('suspense', 'EUR')).toBe(-600n)
    expect(await balance('dispute_fees')).toBe(-1500n)
    expect(await balance('gateway_clearing', 'EUR')).toBe(600n)
    expect(await tips.getCreatorEarnings('ava')).toMatchObject([{ net: 859n, disputed: 85n }])
    await tips.deliver()
    const strayed = told.filter(({ type }) => type === 'tip.strayed')
    expect(new Set(strayed.map(({ id }) => id)).size).toBe(4)
    expect(await ledger.verify()).toMatchObject({ ok: true })
  })

  it('is booked in that currency, whichever of payment and refund is told of first', async () => {
    for (const order of ['payment first', 'refund first']) {
      const { tell, balance } = await paidTip()
      const refund: Told = { type: 'refund.succeeded', ref: 're_2', chargeRef: 'fch_2', amount: usd(300n) }
      const payment = { ...secondPayment, amount: eur(900n) }
      for (const told of order === 'payment first' ? [payment, refund] : [refund, payment, refund])
        await tell(told)
      expect(await balance('suspense', 'EUR'), order).toBe(900n)
      expect(await balance('suspense'), order).toBe(-300n)
    }
  })

  it('before the payment that it was for stays there, however often it is told', async () => {
    const { tell, balance } = await paidTip()
    const refund: Told = { type: 'refund.succeeded', ref: 're_2', chargeRef: 'fch_2', amount: eur(900n) }
    await tell(refund)
    await tell({ ...secondPayment, amount: eur(900n) })
    await tell(refund)
    expect(await balance('suspense', 'EUR')).toBe(0n)
  })
})

describe('money that names no tip', () => {
  const unnamed: Told = {
    type: 'payment.mismatched',
    ref: 'fch_9',
    amount: usd(700n),
    merchantRef: undefined,
  }

  it('is in suspense, and so is what becomes of it', async () => {
    const { tell, balance, ledger } = await paidTip()
    const movements = [
      { ref: 'm1', kind: 'withdrawn', amount: usd(300n), fee: usd(1500n) },
      { ref: 'm2', kind: 'reinstated', amount: usd(300n), fee: usd(-500n) },
    ]
    const about = { chargeRef: 'fch_9', amount: usd(400n), merchantRef: undefined }
    for (const _ of [1, 2]) {
      await tell(unnamed)
      await tell({ type: 'refund.failed', ref: 're_9', ...about })
      await tell({ type: 'refund.succeeded', ref: 're_9', ...about })
      await tell({ type: 'refund.succeeded', ref: 're_10', ...about })
      await tell({ type: 'dispute.won', ref: 'dp_9', ...about, movements })
    }
    expect(await balance('suspense')).toBe(300n)
    expect(await balance('dispute_fees')).toBe(-1000n)
    expect(await balance('gateway_clearing')).toBe(-1010n + gatewayFee - 300n + 1000n)
    expect(await ledger.verify()).toMatchObject({ ok: true })
  })
})

it.each([
  ['event.amount.amount', { type: 'refund.succeeded', ref: 're', chargeRef: 'fch', amount: usd(-5n) }],
  ['event.amount.amount', { type: 'payment.succeeded', ref: 'fch', amount: { amount: 5, currency: 'USD' } }],
  [
    'event.amount.currency',
    { type: 'payment.succeeded', ref: 'fch', amount: { amount: 5n, currency: 'XYZ' } },
  ],
  ['event.ref', { type: 'payment.failed', ref: '' }],
  ['event.movements', { type: 'dispute.lost', ref: 'dp', chargeRef: 'fch', amount: usd(5n) }],
  [
    'event.movements.0.kind',
    { type: 'dispute.lost', ref: 'dp', chargeRef: 'fch', movements: [{ ref: 'm', kind: 'x' }] },
  ],
  ['event.occurredAt', { type: 'payment.failed', ref: 'fch', occurredAt: 'soon' }],
] as const)('an event is refused that could not be booked, by its %s', async (field, told) => {
  const { tell, tips, tipId } = await paidTip()
  const before = await tips.getTip(tipId)
  await expect(tell(told)).rejects.toMatchObject({ code: 'invalid_input', field })
  expect(await tips.getTip(tipId)).toEqual(before)
})
