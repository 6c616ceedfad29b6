import type { GatewayEvent } from '@stagedoor/payment-gateway'
import { describe, expect, it } from 'vitest'
import { platform } from './platform.fixture.ts'

/** What a gateway says of a tip beside its payment. */
type Told = Pick<GatewayEvent, 'type'> & Record<string, unknown>

const usd = (amount: bigint) => ({ amount, currency: 'USD' })

/** A paid tip of 10.10 dollars, and a gateway that goes on telling of it. */
async function paidTip() {
  const stage = platform()
  const { tip } = await stage.tip()
  let events = 0
  const about = { gateway: 'fake', authenticity: 'signed', providerType: 'x', merchantRef: tip.id }
  const occurredAt = '2026-03-02T12:00:00Z'
  const balance = (account: 'suspense' | 'gateway_clearing' | 'dispute_fees', currency = 'USD') =>
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
    const events: Told[] = [
      secondPayment,
      { type: 'dispute.funds_withdrawn', ...dispute, fee: usd(1500n) },
      { type: 'dispute.funds_reinstated', ...dispute },
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
    await tell({ type: 'dispute.funds_withdrawn', ...dispute })
    await tell({ type: 'dispute.lost', ...dispute })
    expect(await balance('suspense')).toBe(0n)
    expect(await tips.getTip(tipId)).toMatchObject({ dispute: 'none', status: 'completed' })
  })

  it('is given back in its own currency, and in no other', async () => {
    const { tell, balance } = await paidTip()
    const eur = { amount: 900n, currency: 'EUR' }
    const refund: Told = { type: 'refund.succeeded', ref: 're_2', chargeRef: 'fch_2', amount: eur }
    await tell({ ...secondPayment, amount: eur })
    await expect(tell({ ...refund, amount: usd(900n) })).rejects.toMatchObject({ code: 'invalid_input' })
    await tell(refund)
    expect(await balance('suspense', 'EUR')).toBe(0n)
    expect(await balance('gateway_clearing', 'EUR')).toBe(0n)
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
