import { type ChargeOutcome, declineRetries } from '../outcome.ts'
import { toDecline } from './decline-codes.ts'
import { amountOf, feeOf } from './fact.ts'
import type { PaymentIntent, Session } from './objects.ts'
import { isoSeconds } from './time.ts'

/** What a PaymentIntent says of the charge. */
export function paymentIntentOutcome(intent: PaymentIntent): ChargeOutcome {
  const ref = intent.id
  switch (intent.status) {
    case 'succeeded': {
      const { latest_charge: charge } = intent
      const transaction = charge?.balance_transaction
      const gatewayFee = typeof transaction === 'object' && transaction ? feeOf(transaction) : undefined
      return {
        kind: 'succeeded',
        ref,
        amount: amountOf({ amount: intent.amount_received ?? intent.amount, currency: intent.currency }),
        ...(gatewayFee && { gatewayFee }),
        paidAt: isoSeconds(charge?.created ?? intent.created),
      }
    }
    case 'processing':
    case 'requires_capture':
      return { kind: 'pending', ref }
    case 'requires_action':
    case 'requires_confirmation':
      return actionOf(intent)
    case 'requires_payment_method':
      // Both the state before the first attempt and the one after a failed attempt.
      return intent.last_payment_error
        ? { kind: 'declined', ref, ...toDecline(intent.last_payment_error) }
        : actionOf(intent)
    case 'canceled': {
      const code = intent.cancellation_reason === 'fraudulent' ? 'fraud_suspected' : 'canceled_by_payer'
      const rawCode = intent.cancellation_reason ?? 'canceled'
      return { kind: 'declined', ref, code, retry: declineRetries[code], rawCode }
    }
    default:
      return { kind: 'unknown', ref, reason: 'ambiguous_answer' }
  }
}

/** What a Checkout session says of the charge, while it has no PaymentIntent to ask. */
export function sessionOutcome(session: Session): ChargeOutcome {
  const ref = session.payment_intent ?? session.id
  const about = { ref, ...(session.subscription && { subscriptionRef: session.subscription }) }
  if (session.payment_status === 'paid' && session.currency && typeof session.amount_total === 'number') {
    const amount = amountOf({ amount: session.amount_total, currency: session.currency })
    return { kind: 'succeeded', ...about, amount, paidAt: isoSeconds(session.created) }
  }
  if (session.status === 'expired') {
    return {
      kind: 'declined',
      ...about,
      code: 'canceled_by_payer',
      retry: 'other_method',
      rawCode: 'expired',
    }
  }
  if (session.status === 'complete') return { kind: 'pending', ...about }
  if (!session.url) return { kind: 'unknown', ref, reason: 'ambiguous_answer' }
  return {
    kind: 'action_required',
    ...about,
    action: { type: 'redirect', url: session.url },
    ...(typeof session.expires_at === 'number' && { expiresAt: isoSeconds(session.expires_at) }),
  }
}

function actionOf(intent: PaymentIntent): ChargeOutcome {
  const url = intent.next_action?.redirect_to_url?.url
  if (url) return { kind: 'action_required', ref: intent.id, action: { type: 'redirect', url } }
  if (!intent.client_secret) return { kind: 'unknown', ref: intent.id, reason: 'ambiguous_answer' }
  const action = { type: 'client_secret', clientSecret: intent.client_secret } as const
  return { kind: 'action_required', ref: intent.id, action }
}
