import { invalidInput } from './errors.ts'
import { requireBigint, requireObject } from './validate-transfer.ts'

/** What a payment divides into. `fee + net` is the amount, to the cent. */
export interface Split {
  /** The platform's part. */
  readonly fee: bigint
  /** The creator's part. */
  readonly net: bigint
}

/**
 * Splits a payment: the fee is the nearest whole minor unit to `amount x feeBps / 10000`, an exact half goes to the
 * creator, and the creator gets all the rest.
 *
 * @param amount - Minor units, not negative.
 * @param feeBps - The platform's share in hundredths of a percent: 1500 is 15 %.
 * @throws {@link LedgerError} `invalid_input` for a negative amount, what is no bigint, or a rate outside of 0 to 10000.
 */
export function splitFee(amount: bigint, feeBps: number): Split {
  requireBigint('amount', amount)
  if (amount < 0n) throw invalidInput('amount', `${amount} is negative; split what was paid, then negate`)
  if (!Number.isInteger(feeBps) || feeBps < 0 || feeBps > 10_000) {
    throw invalidInput('feeBps', `${feeBps} is no rate; give a whole number from 0 to 10000, 1500 for 15 %`)
  }
  const fee = nearest(amount * BigInt(feeBps), 10_000n)
  return { fee, net: amount - fee }
}

/** What {@link splitRefund} divides. */
export interface RefundSplitInput extends Split {
  /** What was given back before, fee included. */
  readonly refundedBefore: bigint
  /** What is given back now, fee included. */
  readonly refund: bigint
}

/**
 * Splits a refund so that any sequence of partial refunds that ends with the whole amount returns exactly the fee and the
 * net: the fee returned so far is always the nearest to its share of what was refunded so far.
 *
 * @throws {@link LedgerError} `invalid_input` unless `0 < refund <= fee + net - refundedBefore`.
 */
export function splitRefund(input: RefundSplitInput): Split {
  requireObject('refund', input)
  const { fee, net, refundedBefore, refund } = input
  for (const [field, value] of Object.entries({ fee, net, refundedBefore, refund }))
    requireBigint(field, value)
  const amount = fee + net
  if (fee < 0n || net < 0n || refundedBefore < 0n) throw invalidInput('refund', 'a part of it is negative')
  if (refund <= 0n || refundedBefore + refund > amount) {
    throw invalidInput('refund', `${refund} is not within the ${amount - refundedBefore} that is left`)
  }
  const feePart = shareOf(fee, refundedBefore + refund, amount) - shareOf(fee, refundedBefore, amount)
  return { fee: feePart, net: refund - feePart }
}

/** The nearest whole number to `total x part / whole`, an exact half down. Grows with `part`, and ends at `total`. */
export function shareOf(total: bigint, part: bigint, whole: bigint): bigint {
  return whole === 0n ? 0n : nearest(total * part, whole)
}

/** `numerator / denominator` of two that are not negative, to the nearest whole number, an exact half down. */
function nearest(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  return 2n * (numerator % denominator) > denominator ? quotient + 1n : quotient
}
