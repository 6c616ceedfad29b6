import { PaymentError } from '../errors.ts'
import type { GatewayFact } from '../gateway-event.ts'
import { equalMoney, type Money } from '../money.ts'
import { parseMoney } from '../money-text.ts'
import { declineRetries } from '../outcome.ts'
import { rejected } from '../webhook-signature.ts'
import { currencyOfNumber } from './currencies.ts'
import type { CcbillConfig } from './options.ts'
import { type PassedOrder, readOrder } from './order.ts'
import { endOfDay } from './period.ts'
import { declineCode } from './rest.ts'
import type { Fields } from './webhook.ts'

/** What a webhook says, in the words of all gateways; of the payer's data nothing. */
export async function mapEvent(
  eventType: string,
  fields: Fields,
  occurredAt: string,
  config: CcbillConfig,
): Promise<readonly GatewayFact[]> {
  const ref = fields.subscriptionId ?? ''
  const order = await readOrder(fields, config.salt)
  // One that the payer made up may be somebody else's.
  const merchantRef = order.kind === 'ours' ? order.merchantRef : undefined
  const about = { ref, ...(merchantRef !== undefined && { merchantRef }) }
  const needed = () => {
    if (ref === '') throw rejected('it has no subscriptionId')
  }
  switch (eventType) {
    case 'NewSaleSuccess':
      needed()
      return [mapSale(fields, order, about, { occurredAt, isShared: config.isShared })]
    case 'NewSaleFailure': {
      const code = declineCode(fields.failureReason ?? '')
      const decline = {
        code,
        retry: declineRetries[code],
        ...(fields.failureCode !== undefined && { rawCode: fields.failureCode }),
      }
      const failed = fields.transactionId ?? fields.denialId ?? ''
      return [{ type: 'payment.failed', ...about, ref: ref || failed, decline }]
    }
    case 'RenewalSuccess': {
      needed()
      const amount = amountOf(fields, ['billedAmount'], ['billedCurrencyCode'])
      if (order.kind !== 'none' && !isPaid(order, 'subscription', amount)) {
        // Each renewal is a payment of its own, and all of them have the subscription's id.
        return [{ type: 'payment.mismatched', ...about, ref: fields.transactionId ?? ref, amount }]
      }
      const end = endOfDay(fields.nextRenewalDate)
      return [
        {
          type: 'subscription.renewed',
          ...about,
          chargeRef: ref,
          amount,
          ...(end !== undefined && { period: { start: occurredAt, end } }),
        },
      ]
    }
    case 'RenewalFailure': {
      needed()
      const code = declineCode(fields.failureReason ?? '')
      const retryAt = endOfDay(fields.nextRetryDate)
      const decline = { code, retry: declineRetries[code] }
      return [
        { type: 'subscription.renewal_failed', ...about, decline, ...(retryAt !== undefined && { retryAt }) },
      ]
    }
    case 'Cancellation':
      needed()
      return [{ type: 'subscription.canceled', ...about }]
    case 'Expiration':
      needed()
      return [{ type: 'subscription.ended', ...about }]
    case 'UserReactivation':
      needed()
      return [{ type: 'subscription.reactivated', ...about }]
    case 'BillingDateChange':
    case 'UpgradeSuccess':
      needed()
      return [{ type: 'subscription.updated', ...about }]
    case 'Refund':
    case 'Void':
      needed()
      return [{ type: 'refund.succeeded', ...moved(eventType, fields, merchantRef), isUnnamed: true }]
    case 'Return':
    case 'Chargeback': {
      needed()
      const gone = moved(eventType, fields, merchantRef)
      const dispute = { ...gone, ...(fields.reason && { reason: fields.reason.slice(0, 100) }) }
      const { ref: movement, amount } = gone
      // CCBill tells of it when the money is gone.
      return [
        { type: 'dispute.opened', ...dispute, movements: [] },
        {
          type: 'dispute.funds_withdrawn',
          ...dispute,
          movements: [{ ref: movement, kind: 'withdrawn', amount }],
        },
      ]
    }
  }
  return [{ type: 'ignored', reason: `The type ${eventType.slice(0, 40)} means nothing here.` }]
}

/** A sale is ours only when reference, kind, amount and currency are the ones that were bound together. */
function mapSale(
  fields: Fields,
  order: PassedOrder,
  about: { readonly ref: string; readonly merchantRef?: string },
  { occurredAt, isShared }: { readonly occurredAt: string; readonly isShared: boolean },
): GatewayFact {
  if (order.kind === 'none' && isShared) {
    return { type: 'ignored', reason: 'The sale carries no reference of ours.' }
  }
  const amount = amountOf(
    fields,
    ['billedInitialPrice', 'initialPrice'],
    ['billedCurrencyCode', 'currencyCode'],
  )
  if (isPaid(order, 'tip', amount)) return { type: 'payment.succeeded', ...about, amount }
  if (!isPaid(order, 'subscription', amount)) return { type: 'payment.mismatched', ...about, amount }
  const days = Number(fields.initialPeriod)
  const end =
    endOfDay(fields.nextRenewalDate) ??
    (days > 0 ? new Date(Date.parse(occurredAt) + days * 86_400_000).toISOString() : undefined)
  return {
    type: 'subscription.started',
    ...about,
    chargeRef: about.ref,
    amount,
    ...(end !== undefined && { period: { start: occurredAt, end } }),
  }
}

/**
 * Money that went back. CCBill gives it no id of its own: the transaction's may be that of the sale, and a sale may be given
 * back in several parts, which differ in amount or time.
 */
function moved(eventType: string, fields: Fields, merchantRef: string | undefined) {
  return {
    ref: movementOf(eventType, fields),
    chargeRef: fields.subscriptionId ?? '',
    ...(merchantRef !== undefined && { merchantRef }),
    amount: returnedAmount(fields),
  }
}

/** What tells one return of money from another, however its amount is written. */
export function movementOf(eventType: string, fields: Fields): string {
  const { subscriptionId = '', transactionId = subscriptionId, timestamp = '' } = fields
  const { amount, currency } = returnedAmount(fields)
  return [eventType, transactionId, timestamp.replace(/\D/g, ''), `${amount}${currency}`].join(':')
}

function returnedAmount(fields: Fields): Money {
  return amountOf(fields, ['amount'], ['currencyCode'])
}

function amountOf(fields: Fields, prices: readonly string[], codes: readonly string[]): Money {
  const first = (names: readonly string[]) =>
    names.map((name) => fields[name]).find((value) => value !== undefined) ?? ''
  const currency = currencyOfNumber(first(codes))
  if (currency === undefined) throw unreadable('its currency is not known')
  const price = first(prices).replace(/^-/, '')
  if (!/^\d+(\.\d{1,2})?$/.test(price)) throw unreadable('its amount is no price')
  try {
    return parseMoney(price, currency)
  } catch {
    throw unreadable(`its amount has more decimals than ${currency}`)
  }
}

/** It is from CCBill, so it must not be dropped: answered with an error it comes again, and the log says why. */
function unreadable(why: string): PaymentError {
  return new PaymentError({
    code: 'internal',
    gateway: 'ccbill',
    message: `A webhook cannot be read: ${why}.`,
    fix: 'Book what it tells by hand from CCBill’s own pages, and report its format.',
  })
}

/** Whether it is the order, and was paid for in full. */
function isPaid(order: PassedOrder, of: 'tip' | 'subscription', amount: Money): boolean {
  return order.kind === 'ours' && order.of === of && equalMoney(order.amount, amount)
}
