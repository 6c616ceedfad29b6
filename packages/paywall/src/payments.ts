import type { Tip, TipEvent, Tips } from '@stagedoor/tips'
import type { SaleStatus } from './sale.ts'

/** What the paywall needs of `@stagedoor/tips`, whose path all payments go: pass the platform's `Tips`. */
export type PaywallPayments = Pick<Tips, 'createPayment' | 'getTip' | 'tipIdFor'>

/** What the platform's `onEvent` of tips hands on. */
export type PaymentEvent = TipEvent

/**
 * What a payment means for access. It is paid as long as some of the money is the creator's and no bank has it: a refund in
 * part leaves access, a whole one and a dispute take it away, and a dispute that is won gives it back.
 */
export function saleStatus(payment: Tip): SaleStatus {
  if (payment.status === 'pending') return 'pending'
  if (payment.status !== 'completed') return 'failed'
  const isReturned = payment.refundedTotal >= payment.amount.amount
  return isReturned || payment.dispute === 'open' || payment.dispute === 'lost' ? 'returned' : 'paid'
}
