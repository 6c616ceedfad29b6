import type { GatewayCapabilities } from './capabilities.ts'
import { refuseCardNumber } from './card-number.ts'
import type { RefundRequest, SubscriptionCharge, TipCharge } from './charge.ts'
import { PaymentError } from './errors.ts'
import { checkAmount, checkStep } from './gateway-amount.ts'
import type { WriteOptions } from './payment-gateway.ts'

type Any = TipCharge | SubscriptionCharge

/** What every gateway refuses of a tip before anything leaves. */
export function checkTip(charge: TipCharge, capabilities: GatewayCapabilities, options: WriteOptions): void {
  checkReference(charge.tipId, 'tipId')
  checkAmount(charge.amount, capabilities.currencies, 'amount')
  checkRest(charge, options)
  const { platformFee: fee } = charge
  if (!fee) return
  if (fee.currency !== charge.amount.currency || fee.amount < 0n || fee.amount > charge.amount.amount) {
    throw invalid('platformFee', 'The fee is not between zero and the amount, or in another currency.')
  }
}

/** What every gateway refuses of a subscription before anything leaves. */
export function checkSubscription(
  charge: SubscriptionCharge,
  capabilities: GatewayCapabilities,
  options: WriteOptions,
): void {
  checkReference(charge.subscriptionId, 'subscriptionId')
  checkAmount(charge.price, capabilities.currencies, 'price')
  if (!capabilities.recurring) throw unsupported('The gateway has no subscriptions.')
  const { count } = charge.interval
  if (!Number.isInteger(count) || count < 1 || count > 365) {
    throw invalid('interval.count', `${count} is not a whole number from 1 to 365.`)
  }
  const { platformFeeBps: bps = 0 } = charge
  if (!Number.isInteger(bps) || bps < 0 || bps > 10_000) {
    throw invalid('platformFeeBps', `${bps} is not a whole number from 0 to 10000.`)
  }
  refuseCardNumber(charge.productName, 'productName')
  checkRest(charge, options)
}

/** What every gateway refuses of a refund before anything leaves. */
export function checkRefund(
  request: RefundRequest,
  capabilities: GatewayCapabilities,
  options: WriteOptions,
): void {
  checkWrite(options)
  checkReference(request.refundId, 'refundId')
  if (capabilities.refund === 'none') {
    throw unsupported('The gateway’s refunds are made by hand, at the gateway; its events tell of them.')
  }
  if (request.chargeRef === '') throw invalid('chargeRef', 'The reference of the charge is empty.')
  const { amount } = request
  if (amount === undefined) return
  // Null is no amount: it must not become all that is left.
  if (typeof amount?.amount !== 'bigint' || amount.amount <= 0n) {
    throw invalid(
      'amount',
      'A refund is a bigint of minor units, more than nothing; all that is left without it.',
    )
  }
  checkStep(amount, capabilities.currencies, 'amount')
}

/** Checks the key, and throws `aborted` before anything leaves. */
export function checkWrite(options: WriteOptions): void {
  throwIfAborted(options.signal)
  if (!/^[\x21-\x7e]{1,255}$/.test(options.idempotencyKey)) {
    throw invalid('idempotencyKey', 'The key is not 1 to 255 visible ASCII characters.')
  }
}

/** Throws `aborted` when the caller has given up. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return
  throw new PaymentError({ code: 'aborted', message: 'The call was aborted before anything was sent.' })
}

function checkRest(charge: Any, options: WriteOptions): void {
  checkWrite(options)
  const { description = '', metadata = {}, instrument, returnUrls } = charge
  if (description.length > 500) throw invalid('description', 'It is longer than 500 characters.')
  refuseCardNumber(description, 'description')
  if (instrument !== undefined) refuseCardNumber(instrument, 'instrument')
  const entries = Object.entries(metadata)
  if (entries.length > 20) throw invalid('metadata', 'There are more than 20 entries.')
  for (const [key, value] of entries) {
    if (key.startsWith('stagedoor_') || !/^\w{1,40}$/.test(key) || value.length > 500) {
      throw invalid(
        `metadata.${key.slice(0, 40)}`,
        'Keys are 1 to 40 letters, digits and underscores and do not begin with stagedoor_; values are at most 500 characters.',
      )
    }
    refuseCardNumber(value, `metadata.${key}`)
  }
  if (returnUrls) {
    checkUrl(returnUrls.success, 'returnUrls.success')
    checkUrl(returnUrls.cancel, 'returnUrls.cancel')
  }
}

function checkReference(value: string, field: string): void {
  if (/^[\w.:-]{1,100}$/.test(value)) return
  throw invalid(field, 'It is not 1 to 100 characters of A-Z a-z 0-9 _ . : -')
}

function checkUrl(value: string, field: string): void {
  const protocol = URL.canParse(value) ? new URL(value).protocol : ''
  if (protocol !== 'https:' && protocol !== 'http:') throw invalid(field, 'It is no http or https URL.')
}

function invalid(field: string, message: string): PaymentError {
  return new PaymentError({ code: 'invalid_input', field, message: `${field}: ${message}` })
}

function unsupported(message: string): PaymentError {
  return new PaymentError({ code: 'unsupported', message, fix: 'Ask capabilities before you call.' })
}
