import type { Money, MoneyJson } from '@stagedoor/payment-gateway'
import type { Tip } from './tip.ts'

type Stored<Value> = Value extends bigint
  ? string
  : Value extends readonly (infer Item)[]
    ? readonly Stored<Item>[]
    : Value extends object
      ? { readonly [Key in keyof Value]: Stored<Value[Key]> }
      : Value

/** A tip as plain JSON, for stores: bigints are strings of digits. */
export type StoredTip = Stored<Tip>

/** A tip as a store may keep it. What {@link decodeTip} takes. */
export function encodeTip(tip: Tip): StoredTip {
  return plain(tip) as StoredTip
}

/** The tip of {@link encodeTip}. */
export function decodeTip(stored: StoredTip): Tip {
  const { gatewayFee, ...rest } = stored
  return {
    ...rest,
    ...(gatewayFee === undefined ? {} : { gatewayFee: money(gatewayFee) }),
    amount: money(stored.amount),
    fee: BigInt(stored.fee),
    net: BigInt(stored.net),
    refundedTotal: BigInt(stored.refundedTotal),
    refunds: stored.refunds.map((refund) => ({ ...refund, amount: BigInt(refund.amount) })),
    disputes: stored.disputes.map((dispute) => ({
      ...dispute,
      movements: dispute.movements.map(({ fee, amount, ...movement }) => ({
        ...movement,
        amount: money(amount),
        ...(fee === undefined ? {} : { fee: money(fee) }),
      })),
    })),
    strays: stored.strays.map(({ gatewayFee: fee, amount, ...stray }) => ({
      ...stray,
      amount: money(amount),
      ...(fee === undefined ? {} : { gatewayFee: money(fee) }),
    })),
    strayReturns: stored.strayReturns.map(({ fee, amount, ...one }) => ({
      ...one,
      amount: money(amount),
      ...(fee === undefined ? {} : { fee: money(fee) }),
    })),
  }
}

function money({ amount, currency }: MoneyJson): Money {
  return { amount: BigInt(amount), currency }
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}`
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]))
}
