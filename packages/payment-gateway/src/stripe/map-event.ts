import { z } from 'zod'
import type { GatewayFact } from '../gateway-event.ts'
import { amountOf, ignored } from './fact.ts'
import { mapDispute } from './map-dispute.ts'
import { type FindInvoicePayment, mapInvoice } from './map-invoice.ts'
import { mapPayment, mapSession } from './map-payment-event.ts'
import { mapSubscription } from './map-subscription.ts'
import {
  accountSchema,
  metadataKeys,
  payoutSchema,
  refundSchema,
  transferSchema,
  warningSchema,
} from './objects.ts'

export const eventSchema = z.object({
  id: z.string().min(1),
  type: z.string(),
  created: z.number(),
  livemode: z.boolean(),
  account: z.string().nullish(),
  data: z.object({
    // Read by the type's own schema: a look at every field here would be one too many.
    object: z.custom<object>(isObject),
    previous_attributes: z.custom<Readonly<Record<string, unknown>>>(isObject).nullish(),
  }),
})
function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** An event of Stripe, verified. */
export type StripeEvent = z.infer<typeof eventSchema>

/** Events that are of a creator's account by nature. All others of an account are another program's business. */
const ofAccounts = /^(account\.updated|payout\.)/

/**
 * The event types that the adapter reads, to subscribe the webhook endpoint to. `account.updated` and `payout.*` of
 * creators come to an endpoint for connected accounts.
 */
export const stripeEventTypes = [
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.processing',
  'payment_intent.requires_action',
  'payment_intent.canceled',
  'checkout.session.completed',
  'checkout.session.expired',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'charge.dispute.closed',
  'radar.early_fraud_warning.created',
  'invoice.paid',
  'invoice.payment_failed',
  'invoice.payment_action_required',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'customer.subscription.paused',
  'customer.subscription.resumed',
  'transfer.created',
  'transfer.reversed',
  'payout.paid',
  'payout.failed',
  'account.updated',
] as const

/** What an event says, in the words of all gateways. */
export async function mapEvent(event: StripeEvent, findPayment: FindInvoicePayment): Promise<GatewayFact> {
  const { type } = event
  const { object, previous_attributes: previous } = event.data
  if (event.account && !ofAccounts.test(type)) {
    return ignored(`It is of the account ${event.account}.`)
  }
  if (type.startsWith('payment_intent.')) return mapPayment(type, object)
  if (type.startsWith('checkout.session.')) return mapSession(type, object)
  if (type.startsWith('charge.dispute.')) return mapDispute(type, object)
  if (type.startsWith('invoice.')) return mapInvoice(type, object, findPayment)
  if (type.startsWith('customer.subscription.')) return mapSubscription(type, object, previous ?? {})
  switch (type) {
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
      return mapRefund(object)
    case 'radar.early_fraud_warning.created': {
      const { id: ref, charge, payment_intent } = warningSchema.parse(object)
      return { type: 'fraud.warned', ref, chargeRef: payment_intent ?? charge ?? '' }
    }
    case 'transfer.created':
    case 'transfer.reversed': {
      const { id: ref, destination, ...amount } = transferSchema.parse(object)
      return { type, ref, ...(destination && { account: destination }), amount: amountOf(amount) }
    }
    case 'payout.paid':
    case 'payout.failed': {
      const { id: ref, ...amount } = payoutSchema.parse(object)
      return { type, ref, ...(event.account && { account: event.account }), amount: amountOf(amount) }
    }
    case 'account.updated': {
      const account = accountSchema.parse(object)
      return { type, account: account.id, canBePaid: account.payouts_enabled === true }
    }
  }
  return ignored(`The type ${type} means nothing here.`)
}

function mapRefund(object: unknown): GatewayFact {
  const refund = refundSchema.parse(object)
  const about = {
    ref: refund.id,
    chargeRef: refund.payment_intent ?? refund.charge ?? '',
    ...(refund.metadata?.[metadataKeys.refund] !== undefined && {
      refundId: refund.metadata[metadataKeys.refund],
    }),
    amount: amountOf(refund),
    ...(refund.transfer_reversal && { isSplitReversed: true }),
  }
  // By what it says of itself, not by the event’s name: the name says nothing of how it stands.
  if (refund.status === 'succeeded') return { type: 'refund.succeeded', ...about }
  if (refund.status === 'failed' || refund.status === 'canceled') return { type: 'refund.failed', ...about }
  return { type: 'refund.pending', ...about }
}
