import type { SubscriptionCharge, TipCharge } from '../charge.ts'
import type { Money } from '../money.ts'
import { moneyToDecimal } from '../money-text.ts'
import { currencyNumber } from './currencies.ts'
import { type FormPrice, formDigest, type Order, orderCheck } from './digests.ts'
import type { CcbillConfig } from './options.ts'
import { periodDays } from './period.ts'

/** Renewals go on until somebody cancels. */
const untilCanceled = 99

/** The link to CCBill's form for a single payment. */
export async function tipFormUrl(charge: TipCharge, config: CcbillConfig): Promise<string> {
  const price = {
    initialPrice: decimal(charge.amount),
    initialPeriod: config.singlePeriodDays,
    currencyCode: currencyNumber(charge.amount.currency),
  }
  return formUrl(price, await passThrough(orderOf(charge), config), config)
}

/** The link to CCBill's form for a subscription. */
export async function subscriptionFormUrl(charge: SubscriptionCharge, config: CcbillConfig): Promise<string> {
  const initialPrice = decimal(charge.price)
  const initialPeriod = periodDays(charge.interval)
  const price = {
    initialPrice,
    initialPeriod,
    recurring: { recurringPrice: initialPrice, recurringPeriod: initialPeriod, numRebills: untilCanceled },
    currencyCode: currencyNumber(charge.price.currency),
  }
  return formUrl(price, await passThrough(orderOf(charge), config), config)
}

/** What a charge comes to, for {@link orderCheck}. */
export function orderOf(charge: TipCharge | SubscriptionCharge): Order {
  return 'tipId' in charge
    ? { merchantRef: charge.tipId, kind: 'tip', ...charge.amount }
    : { merchantRef: charge.subscriptionId, kind: 'subscription', ...charge.price }
}

/** The fields that come back with every sale, as `X-<name>`. */
export async function passThrough(order: Order, config: CcbillConfig): Promise<Record<string, string>> {
  return {
    stagedoor_ref: order.merchantRef,
    stagedoor_kind: order.kind,
    stagedoor_amount: String(order.amount),
    stagedoor_currency: order.currency,
    stagedoor_check: await orderCheck(order, config.salt),
  }
}

/** Two decimals, also of yen. */
export function decimal(amount: Money): string {
  const text = moneyToDecimal(amount)
  return text.includes('.') ? text : `${text}.00`
}

function formUrl(price: FormPrice, fields: Record<string, string>, config: CcbillConfig): string {
  const { recurring, ...single } = price
  const url = new URL(`/wap-frontflex/flexforms/${config.flexId}`, config.origins.forms)
  const parameters = {
    clientSubacc: config.clientSubacc,
    ...single,
    ...recurring,
    formDigest: formDigest(price, config.salt),
    ...fields,
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, String(value))
  return url.href
}
