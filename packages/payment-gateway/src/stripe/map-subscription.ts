import type { GatewayFact } from '../gateway-event.ts'
import { ignored } from './fact.ts'
import { merchantRefOf, subscriptionSchema } from './objects.ts'
import { subscriptionSnapshot } from './subscription-outcome.ts'
import { isoSeconds } from './time.ts'

/** `customer.subscription.*`. They say how the subscription stands; that a period was paid, the invoice says. */
export function mapSubscription(
  type: string,
  object: unknown,
  previous: Readonly<Record<string, unknown>>,
): GatewayFact {
  const subscription = subscriptionSchema.parse(object)
  const { merchantRef } = merchantRefOf(subscription)
  if (merchantRef === undefined) return ignored('The subscription carries no reference of ours.')
  const about = { ref: subscription.id, merchantRef }
  const { status, willRenew, currentPeriodEnd } = subscriptionSnapshot(subscription)
  switch (type) {
    case 'customer.subscription.deleted':
      return { type: 'subscription.ended', ...about }
    case 'customer.subscription.paused':
      return { type: 'subscription.paused', ...about }
    case 'customer.subscription.resumed':
      return { type: 'subscription.resumed', ...about }
    case 'customer.subscription.created':
      return { type: 'subscription.updated', ...about, status }
    case 'customer.subscription.updated': {
      const isAboutEnding = 'cancel_at_period_end' in previous || 'cancel_at' in previous
      if (!isAboutEnding || status === 'ended') return { type: 'subscription.updated', ...about, status }
      if (willRenew) return { type: 'subscription.reactivated', ...about }
      const endsAt =
        typeof subscription.cancel_at === 'number' ? isoSeconds(subscription.cancel_at) : currentPeriodEnd
      return { type: 'subscription.canceled', ...about, ...(endsAt !== undefined && { endsAt }) }
    }
  }
  return ignored(`The type ${type} means nothing here.`)
}
