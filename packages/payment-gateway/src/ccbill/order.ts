import { isCurrency } from '../currencies.ts'
import { type Money, money } from '../money.ts'
import type { Redacted } from '../redacted.ts'
import { orderCheck, sameText } from './digests.ts'
import type { Fields } from './webhook.ts'

/** What came back of the order that a form or charge was given. */
export type PassedOrder =
  /** Another program's, or an event that repeats nothing. */
  | { readonly kind: 'none' }
  /** It went through the payer's browser, and is not what it was: whose reference it is, nobody knows. */
  | { readonly kind: 'forged' }
  | {
      readonly kind: 'ours'
      readonly merchantRef: string
      readonly of: 'tip' | 'subscription'
      readonly amount: Money
    }

/** Reads the order out of a webhook, and checks that nobody changed it on its way through the payer's browser. */
export async function readOrder(fields: Fields, salt: Redacted): Promise<PassedOrder> {
  const merchantRef = passed(fields, 'ref')
  if (merchantRef === undefined) return { kind: 'none' }
  const of = passed(fields, 'kind')
  const currency = passed(fields, 'currency') ?? ''
  const amount = passed(fields, 'amount') ?? ''
  const forged = { kind: 'forged' } as const
  if ((of !== 'tip' && of !== 'subscription') || !isCurrency(currency) || !/^\d{1,18}$/.test(amount))
    return forged
  const value = money(BigInt(amount), currency)
  const expected = await orderCheck({ merchantRef, kind: of, ...value }, salt)
  if (!sameText(passed(fields, 'check') ?? '', expected)) return forged
  return { kind: 'ours', merchantRef, of, amount: value }
}

/** A field of ours that came back, with or without CCBill's prefix. */
function passed(fields: Fields, name: 'ref' | 'kind' | 'amount' | 'currency' | 'check'): string | undefined {
  return fields[`X-stagedoor_${name}`] ?? fields[`stagedoor_${name}`]
}
