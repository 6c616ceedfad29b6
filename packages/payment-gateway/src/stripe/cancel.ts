import { checkWrite } from '../check-charge.ts'
import type { CancelOutcome } from '../outcome.ts'
import type { PaymentGateway } from '../payment-gateway.ts'
import type { Call } from './call.ts'
import { type Subscription, subscriptionSchema } from './objects.ts'
import { read } from './retrieve.ts'
import { subscriptionSnapshot } from './subscription-outcome.ts'
import { isoSeconds } from './time.ts'

/** Ends a subscription, once and again. */
export function cancelVerb(call: Call): NonNullable<PaymentGateway['cancelSubscription']> {
  return async ({ ref, when }, options) => {
    checkWrite(options)
    const answer = await call(subscriptionSchema, options, (client, request) =>
      when === 'now'
        ? client.subscriptions.cancel(ref, {}, request)
        : client.subscriptions.update(ref, { cancel_at_period_end: true }, request),
    )
    if (answer.kind === 'unknown') return answer
    if (answer.kind === 'answer') return canceled(answer.value)
    if (answer.kind === 'declined') return declined('processing_error', answer.decline.rawCode)
    // Stripe says of a subscription that has ended that there is none.
    const { signal } = options
    const now = read(
      await call(subscriptionSchema, signal ? { signal } : {}, (client, request) =>
        client.subscriptions.retrieve(ref, {}, request),
      ),
    )
    if (!now) return declined('not_found', answer.rawCode)
    if (subscriptionSnapshot(now).status === 'ended') return canceled(now)
    throw answer.error
  }
}

/** One that has ended keeps the period that it was in: its time ended before. */
function canceled(subscription: Subscription): CancelOutcome {
  const { status, currentPeriodEnd } = subscriptionSnapshot(subscription)
  const endedAt = typeof subscription.ended_at === 'number' ? isoSeconds(subscription.ended_at) : undefined
  const endsAt = status === 'ended' ? endedAt : currentPeriodEnd
  return { kind: 'canceled', ...(endsAt !== undefined && { endsAt }) }
}

function declined(code: 'not_found' | 'processing_error', rawCode: string | undefined): CancelOutcome {
  return { kind: 'declined', code, ...(rawCode && { rawCode }) }
}
