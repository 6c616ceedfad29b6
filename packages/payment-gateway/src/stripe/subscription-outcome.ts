import { fromGatewayAmount } from '../gateway-amount.ts'
import type { ChargeOutcome, SubscriptionSnapshot, SubscriptionStatus } from '../outcome.ts'
import type { CallOptions } from '../payment-gateway.ts'
import type { Call } from './call.ts'
import { stripeCurrencies } from './currencies.ts'
import { paymentIntentOutcome } from './map-payment-intent.ts'
import { type Invoice, merchantRefOf, paymentIntentSchema, type Subscription } from './objects.ts'
import { isoSeconds } from './time.ts'

/** What a subscription's first invoice says of the charge. */
export async function subscriptionOutcome(
  call: Call,
  subscription: Subscription,
  options: CallOptions,
): Promise<ChargeOutcome> {
  const { id: subscriptionRef, latest_invoice: invoice } = subscription
  if (typeof invoice !== 'object' || invoice === null) {
    return { kind: 'unknown', ref: subscriptionRef, reason: 'ambiguous_answer' }
  }
  const intent = paymentIntentOf(invoice)
  if (subscription.status === 'active') {
    return {
      kind: 'succeeded',
      ref: intent ?? invoice.id,
      subscriptionRef,
      amount: fromGatewayAmount(invoice.amount_paid, invoice.currency, stripeCurrencies),
      paidAt: isoSeconds(invoice.status_transitions?.paid_at ?? subscription.created),
    }
  }
  if (intent === undefined) return { kind: 'pending', ref: invoice.id, subscriptionRef }
  const { signal } = options
  const answer = await call(paymentIntentSchema, signal ? { signal } : {}, (client, request) =>
    client.paymentIntents.retrieve(intent, {}, request),
  )
  // The subscription is there; only how its charge stands is not known.
  if (answer.kind !== 'answer') return { kind: 'unknown', ref: intent, reason: 'no_answer' }
  const outcome = paymentIntentOutcome(answer.value)
  return outcome.kind === 'unknown' ? outcome : { ...outcome, subscriptionRef }
}

/** The payment of an invoice, where the invoice says it. */
export function paymentIntentOf({ payments }: Pick<Invoice, 'payments'>): string | undefined {
  for (const { payment } of payments?.data ?? []) {
    if (payment?.payment_intent) return payment.payment_intent
  }
  return undefined
}

/** A subscription as Stripe has it now. */
export function subscriptionSnapshot(subscription: Subscription): SubscriptionSnapshot {
  // The period is the item's; the subscription itself has none since 2025-03-31.
  const end = Math.max(0, ...(subscription.items?.data ?? []).map((item) => item.current_period_end ?? 0))
  const isEnding = subscription.cancel_at_period_end === true || typeof subscription.cancel_at === 'number'
  const status = subscriptionStatus(subscription.status)
  return {
    ref: subscription.id,
    ...merchantRefOf(subscription),
    status,
    ...(end > 0 && { currentPeriodEnd: isoSeconds(end) }),
    willRenew: !isEnding && status !== 'ended',
  }
}

/** Stripe's word for a subscription in the words of all gateways; an unknown one gives nobody access. */
function subscriptionStatus(status: string): SubscriptionStatus {
  switch (status) {
    case 'active':
    case 'trialing':
      return 'active'
    case 'past_due':
      return 'past_due'
    case 'unpaid':
    case 'paused':
      return 'paused'
    case 'canceled':
    case 'incomplete_expired':
      return 'ended'
    default:
      return 'incomplete'
  }
}
