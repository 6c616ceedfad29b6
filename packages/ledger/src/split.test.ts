import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitFee, splitRefund } from './split.ts'

const amounts = fc.bigInt({ min: 0n, max: 10n ** 15n })
const rates = fc.integer({ min: 0, max: 10_000 })

/** Cuts an amount into parts above zero. */
const partsOf = (amount: bigint, cuts: readonly bigint[]): bigint[] => {
  const marks = [0n, ...cuts.map((cut) => cut % (amount + 1n)), amount].sort((a, b) => (a < b ? -1 : 1))
  return marks.slice(1).flatMap((mark, index) => {
    const part = mark - (marks[index] ?? 0n)
    return part > 0n ? [part] : []
  })
}

describe('the split of a payment', () => {
  it.each([
    [1000n, 1500, 150n],
    [99n, 1500, 15n],
    [3n, 1500, 0n],
    [4n, 1500, 1n],
    // An exact half is the creator's: 1.5, 4.5 and 0.5.
    [10n, 1500, 1n],
    [30n, 1500, 4n],
    [1n, 5000, 0n],
    [0n, 1500, 0n],
    [7n, 10_000, 7n],
    [7n, 0, 0n],
    [999_999_999_999_999n, 1500, 150_000_000_000_000n],
  ])('takes of %s at %s hundredths of a percent a fee of %s', (amount, feeBps, fee) => {
    expect(splitFee(amount, feeBps)).toEqual({ fee, net: amount - fee })
  })

  it('conserves the amount, and is the nearest to the rate with a half to the creator', () => {
    fc.assert(
      fc.property(amounts, rates, (amount, feeBps) => {
        const { fee, net } = splitFee(amount, feeBps)
        expect(fee + net).toBe(amount)
        expect(fee >= 0n && net >= 0n).toBe(true)
        const error = fee * 10_000n - amount * BigInt(feeBps)
        expect(error < 5000n && error >= -5000n).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('never gives the creator or the platform less for a larger payment', () => {
    fc.assert(
      fc.property(amounts, fc.bigInt({ min: 0n, max: 50n }), rates, (amount, more, feeBps) => {
        const [small, large] = [splitFee(amount, feeBps), splitFee(amount + more, feeBps)]
        expect(large.fee >= small.fee && large.net >= small.net).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([1.5, -1, 10_001, Number.NaN])('refuses %s as a rate', (feeBps) => {
    expect(() => splitFee(100n, feeBps)).toThrow(
      expect.objectContaining({ code: 'invalid_input', field: 'feeBps' }),
    )
  })

  it('refuses to split what is negative', () => {
    expect(() => splitFee(-1n, 1500)).toThrow(expect.objectContaining({ field: 'amount' }))
  })
})

describe('the split of refunds', () => {
  it('returns exactly the fee and the net after any sequence that ends with the whole amount', () => {
    fc.assert(
      fc.property(amounts, rates, fc.array(amounts, { maxLength: 30 }), (amount, feeBps, cuts) => {
        const split = splitFee(amount, feeBps)
        let [refundedBefore, fee, net] = [0n, 0n, 0n]
        for (const refund of partsOf(amount, cuts)) {
          const part = splitRefund({ ...split, refundedBefore, refund })
          expect(part.fee + part.net).toBe(refund)
          expect(part.fee >= 0n && part.net >= 0n).toBe(true)
          refundedBefore += refund
          fee += part.fee
          net += part.net
          expect(fee <= split.fee && net <= split.net).toBe(true)
        }
        expect({ fee, net }).toEqual(split)
      }),
      { numRuns: 2000 },
    )
  })

  it('has returned the same after the same amount, whatever the steps', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 100_000n }),
        rates,
        fc.bigInt({ min: 1n, max: 100_000n }),
        fc.array(amounts, { maxLength: 10 }),
        (amount, feeBps, some, cuts) => {
          const total = 1n + (some % amount)
          const split = splitFee(amount, feeBps)
          let [refundedBefore, fee] = [0n, 0n]
          for (const refund of partsOf(total, cuts)) {
            fee += splitRefund({ ...split, refundedBefore, refund }).fee
            refundedBefore += refund
          }
          expect(fee).toBe(splitRefund({ ...split, refundedBefore: 0n, refund: total }).fee)
        },
      ),
    )
  })

  it.each([
    [0n, 0n],
    [0n, -1n],
    [0n, 101n],
    [100n, 1n],
    [60n, 41n],
  ])('refuses, after %s of 100, to refund %s', (refundedBefore, refund) => {
    expect(() => splitRefund({ fee: 15n, net: 85n, refundedBefore, refund })).toThrow(
      expect.objectContaining({ code: 'invalid_input', field: 'refund' }),
    )
  })
})
