import { fromGatewayAmount } from '../gateway-amount.ts'
import type { GatewayFact } from '../gateway-event.ts'
import { stripeCurrencies } from './currencies.ts'

/** An event without a meaning here. */
export function ignored(reason: string): GatewayFact {
  return { type: 'ignored', reason }
}

/** The amount of one of Stripe's objects. */
export function amountOf({ amount, currency }: { amount: number; currency: string }) {
  return fromGatewayAmount(amount, currency, stripeCurrencies)
}
