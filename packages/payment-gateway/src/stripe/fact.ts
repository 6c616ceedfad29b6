import { isPaymentError } from '../errors.ts'
import { fromGatewayAmount } from '../gateway-amount.ts'
import type { GatewayFact } from '../gateway-event.ts'
import type { Money } from '../money.ts'
import { stripeCurrencies } from './currencies.ts'

/** An event without a meaning here. */
export function ignored(reason: string): GatewayFact {
  return { type: 'ignored', reason }
}

/** The amount of one of Stripe's objects. */
export function amountOf({ amount, currency }: { amount: number; currency: string }) {
  return fromGatewayAmount(amount, currency, stripeCurrencies)
}

/**
 * A fee of Stripe's. Left out when our minor units cannot say it exactly, such as hundredths of a króna: a fee must not
 * make a payment fail that was made.
 */
export function feeOf({ fee, currency }: { fee: number; currency: string }): Money | undefined {
  try {
    return amountOf({ amount: fee, currency })
  } catch (error) {
    if (isPaymentError(error)) return undefined
    throw error
  }
}
