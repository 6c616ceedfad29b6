import type { Redacted } from '../redacted.ts'
import { md5Hex } from './md5.ts'

/** A price as CCBill's form takes it. */
export interface FormPrice {
  /** Two decimals, as `10.00`. */
  readonly initialPrice: string
  /** Days. */
  readonly initialPeriod: number
  readonly recurring?: {
    readonly recurringPrice: string
    readonly recurringPeriod: number
    /** 99: until canceled. */
    readonly numRebills: number
  }
  readonly currencyCode: string
}

/** `formDigest` of a FlexForms link (https://ccbill.com/doc/formdigest-value). It covers the price and nothing else. */
export function formDigest(price: FormPrice, salt: Redacted): string {
  const { initialPrice, initialPeriod, recurring, currencyCode } = price
  const rest = recurring
    ? `${recurring.recurringPrice}${recurring.recurringPeriod}${recurring.numRebills}`
    : ''
  return md5Hex(`${initialPrice}${initialPeriod}${rest}${currencyCode}${salt.reveal()}`)
}

/** The digest of an approved sale, over its id alone. */
export function approvalDigest(subscriptionId: string, salt: Redacted): string {
  return md5Hex(`${subscriptionId}1${salt.reveal()}`)
}

/** What our reference is bound to. */
export interface Order {
  readonly merchantRef: string
  readonly kind: 'tip' | 'subscription'
  /** Minor units. */
  readonly amount: bigint
  readonly currency: string
}

/**
 * Binds our reference to the amount, as CCBill's own digests bind neither to the other: with it a payer cannot pay the
 * cheap form under the reference of a dear one, nor cancel under that of somebody else. HMAC-SHA256, hex.
 */
export async function orderCheck(order: Order, salt: Redacted): Promise<string> {
  const encoder = new TextEncoder()
  const key = await crypto.subtle.importKey(
    'raw',
    encoder.encode(`stagedoor order ${salt.reveal()}`),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const text = [order.kind, order.merchantRef, order.amount, order.currency].join('|')
  return hexOf(await crypto.subtle.sign('HMAC', key, encoder.encode(text)))
}

/** Lower-case hex. */
export function hexOf(buffer: ArrayBuffer): string {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Compares without telling by its time where the texts differ. */
export function sameText(left: string, right: string): boolean {
  let difference = left.length ^ right.length
  for (let index = 0; index < right.length; index++) {
    difference |= left.charCodeAt(index) ^ right.charCodeAt(index)
  }
  return difference === 0
}
