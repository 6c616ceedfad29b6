import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountName } from './account.ts'
import { type EarningInput, earningTransfer } from './earning-transfer.ts'
import {
  disputeReinstatedTransfer,
  disputeTransfer,
  refundFailedTransfer,
  refundTransfer,
} from './refund-transfer.ts'
import { reversalTransfer } from './reversal-transfer.ts'
import type { NewTransfer } from './transfer.ts'
import { validateTransfer } from './validate-transfer.ts'

const at = '2026-01-01T00:00:00.000Z'
const hold = '2026-01-08T00:00:00.000Z'
const earning: EarningInput = {
  key: 'completion:t1',
  creatorId: 'ava',
  paid: { amount: 1010n, currency: 'USD' },
  feeBps: 1500,
  gateway: { id: 'stripe', ref: 'pi_1' },
  occurredAt: at,
  availableAt: hold,
  reference: 'tip:t1',
}
const refund = {
  key: 'refund:r1',
  refundedBefore: 0n,
  gateway: { id: 'stripe', ref: 're_1' },
  occurredAt: at,
}

function sums(...transfers: readonly NewTransfer[]): Record<string, bigint> {
  const result: Record<string, bigint> = {}
  for (const entry of transfers.flatMap(({ entries }) => entries)) {
    result[accountName(entry)] = (result[accountName(entry)] ?? 0n) + entry.amount
  }
  return result
}

describe('an earning', () => {
  it('is held for the creator, less the fee', () => {
    expect(sums(earningTransfer(earning))).toEqual({
      'gateway_clearing:stripe:USD': -1010n,
      'creator_pending:ava:USD': 859n,
      'platform_revenue:ava:USD': 151n,
    })
  })

  it('keeps a reserve for longer', () => {
    const transfer = earningTransfer({
      ...earning,
      reserve: { bps: 1000, availableAt: '2026-06-01T00:00:00Z' },
    })
    expect(transfer.entries.slice(1, 3)).toMatchObject([
      { account: 'creator_pending', amount: 773n, availableAt: hold },
      { account: 'creator_reserve', amount: 86n, availableAt: '2026-06-01T00:00:00Z' },
    ])
  })
})

describe('refunds and disputes', () => {
  it('leave nothing behind after any sequence, reserve included, and each one is a right transfer', () => {
    const cents = fc.bigInt({ min: 1n, max: 100_000n })
    fc.assert(
      fc.property(
        cents,
        fc.integer({ min: 0, max: 10_000 }),
        fc.integer({ min: 0, max: 10_000 }),
        fc.array(fc.tuple(cents, fc.boolean()), { maxLength: 12 }),
        (amount, feeBps, bps, steps) => {
          const reserve = { bps, availableAt: '2026-06-01T00:00:00Z' }
          const paid = earningTransfer({ ...earning, paid: { amount, currency: 'USD' }, feeBps, reserve })
          validateTransfer(paid)
          const booked: NewTransfer[] = [paid]
          let refundedBefore = 0n
          for (const [wanted, isDispute] of [...steps, [null, false] as const]) {
            const left = amount - refundedBefore
            if (left === 0n) break
            const part = wanted === null ? left : 1n + (wanted % left)
            const book = isDispute ? disputeTransfer : refundTransfer
            const transfer = book(paid, { ...refund, amount: part, refundedBefore })
            validateTransfer(transfer)
            for (const entry of transfer.entries) {
              expect(entry.amount > 0n).toBe(entry.account === 'gateway_clearing')
            }
            booked.push(transfer)
            refundedBefore += part
          }
          expect(Object.values(sums(...booked)).every((sum) => sum === 0n)).toBe(true)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('leave what the total alone says, whatever failed, returned or exceeded on the way', () => {
    const cents = fc.bigInt({ min: 1n, max: 5_000n })
    const moves = fc.array(fc.tuple(cents, fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(cents, fc.integer({ min: 0, max: 10_000 }), moves, (amount, feeBps, steps) => {
        const reserve = { bps: 1000, availableAt: '2026-06-01T00:00:00Z' }
        const paid = earningTransfer({ ...earning, paid: { amount, currency: 'USD' }, feeBps, reserve })
        const booked: NewTransfer[] = []
        let refundedBefore = 0n
        for (const [wanted, isDispute, returns] of steps) {
          const part = returns && refundedBefore > 0n ? 1n + (wanted % refundedBefore) : wanted
          const forth = isDispute ? disputeTransfer : refundTransfer
          const back = isDispute ? disputeReinstatedTransfer : refundFailedTransfer
          const isBack = returns && refundedBefore > 0n
          const input = { ...refund, amount: part, refundedBefore, mayExceed: true }
          const transfer = (isBack ? back : forth)(paid, input)
          validateTransfer(transfer)
          booked.push(transfer)
          refundedBefore += isBack ? -part : part
        }
        const atOnce =
          refundedBefore === 0n
            ? []
            : [
                refundTransfer(paid, {
                  ...refund,
                  amount: refundedBefore,
                  refundedBefore: 0n,
                  mayExceed: true,
                }),
              ]
        const nonZero = (all: Record<string, bigint>) =>
          Object.fromEntries(Object.entries(all).filter(([, sum]) => sum !== 0n))
        expect(nonZero(sums(...booked))).toEqual(nonZero(sums(...atOnce)))
      }),
      { numRuns: 1000 },
    )
  })

  it('put what a bank takes beyond the payment on the platform, not on the creator', () => {
    const paid = earningTransfer(earning)
    const part = refundTransfer(paid, { ...refund, amount: 400n })
    const dispute = disputeTransfer(paid, { ...refund, amount: 1010n, refundedBefore: 400n, mayExceed: true })
    expect(sums(paid, part, dispute)).toEqual({
      'gateway_clearing:stripe:USD': 400n,
      'creator_pending:ava:USD': 0n,
      'platform_revenue:ava:USD': 0n,
      'dispute_losses:ava:USD': -400n,
    })
  })

  it('say the same for the same refund, whenever it is told', () => {
    const told = (occurredAt: string) =>
      refundTransfer(earningTransfer(earning), { ...refund, amount: 500n, occurredAt })
    expect(told('2027-01-01T00:00:00Z').entries).toEqual(told(at).entries)
  })

  it('charge the dispute’s fee to the platform', () => {
    const paid = earningTransfer(earning)
    const dispute = disputeTransfer(paid, {
      ...refund,
      amount: 1010n,
      disputeFee: { amount: 1500n, currency: 'USD' },
    })
    expect(sums(paid, dispute)).toEqual({
      'gateway_clearing:stripe:USD': 1500n,
      'creator_pending:ava:USD': 0n,
      'platform_revenue:ava:USD': 0n,
      'dispute_fees:stripe:USD': -1500n,
    })
  })

  it('refuse more than is left, and what is no earning', () => {
    const paid = earningTransfer(earning)
    expect(() => refundTransfer(paid, { ...refund, amount: 511n, refundedBefore: 500n })).toThrow(
      expect.objectContaining({ code: 'invalid_input', field: 'refund' }),
    )
    const first = refundTransfer(paid, { ...refund, amount: 500n })
    expect(() => disputeTransfer(first, { ...refund, amount: 1n })).toThrow(
      expect.objectContaining({ code: 'invalid_input', field: 'earning' }),
    )
  })
})

describe('a reversal', () => {
  it('takes back entry by entry, in the same holds, and can itself not be reversed', () => {
    const stored = { ...earningTransfer(earning), seq: 1, recordedAt: at }
    const reversal = reversalTransfer(stored, { occurredAt: at, gatewayRef: 'fix_1' })
    expect(Object.values(sums(stored, reversal))).toEqual([0n, 0n, 0n])
    expect(reversal).toMatchObject({
      key: 'reversal:completion:t1',
      kind: 'earning',
      reverses: 'completion:t1',
      gateway: { id: 'stripe', ref: 'fix_1' },
    })
    expect(reversal.entries[1]?.availableAt).toBe(hold)
    expect(() => reversalTransfer({ ...reversal, seq: 2, recordedAt: at }, { occurredAt: at })).toThrow(
      expect.objectContaining({ code: 'conflict' }),
    )
  })

  it.each(['maturity', 'payout', 'payout_paid'] as const)('does not undo a %s', (kind) => {
    const stored = { ...earningTransfer(earning), kind, seq: 1, recordedAt: at }
    expect(() => reversalTransfer(stored, { occurredAt: at })).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    )
  })
})
