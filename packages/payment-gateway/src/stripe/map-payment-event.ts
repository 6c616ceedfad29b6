import type { GatewayFact } from '../gateway-event.ts'
import { toDecline } from './decline-codes.ts'
import { amountOf, ignored } from './fact.ts'
import { merchantRefOf, paymentIntentSchema, sessionSchema } from './objects.ts'

/** `payment_intent.*`. A payment without our metadata is another program's, or an invoice's, whose events tell of it. */
export function mapPayment(type: string, object: unknown): GatewayFact {
  const intent = paymentIntentSchema.parse(object)
  const { merchantRef } = merchantRefOf(intent)
  if (merchantRef === undefined) return ignored('The payment carries no reference of ours.')
  const about = { ref: intent.id, merchantRef, amount: amountOf(intent) }
  switch (type) {
    case 'payment_intent.succeeded': {
      const received = intent.amount_received ?? intent.amount
      return {
        type: 'payment.succeeded',
        ...about,
        amount: amountOf({ amount: received, currency: intent.currency }),
      }
    }
    case 'payment_intent.processing':
      return { type: 'payment.pending', ...about }
    case 'payment_intent.requires_action':
      return { type: 'payment.action_required', ...about }
    case 'payment_intent.payment_failed':
      return { type: 'payment.failed', ...about, decline: toDecline(intent.last_payment_error ?? {}) }
    case 'payment_intent.canceled':
      return { type: 'payment.canceled', ...about }
  }
  return ignored(`The type ${type} means nothing here.`)
}

/** `checkout.session.*` of single payments; of a subscription its invoices tell. */
export function mapSession(type: string, object: unknown): GatewayFact {
  const session = sessionSchema.parse(object)
  const { merchantRef } = merchantRefOf(session)
  if (merchantRef === undefined) return ignored('The session carries no reference of ours.')
  const { amount_total: total, currency } = session
  const amount = typeof total === 'number' && currency ? amountOf({ amount: total, currency }) : undefined
  const about = { ref: session.payment_intent ?? session.id, merchantRef, ...(amount && { amount }) }
  if (type === 'checkout.session.expired') return { type: 'payment.expired', ...about }
  if (session.mode !== 'payment') return ignored('The invoices tell of the subscription.')
  switch (type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
      return session.payment_status === 'paid' && amount
        ? { type: 'payment.succeeded', ...about, amount }
        : { type: 'payment.pending', ...about }
    case 'checkout.session.async_payment_failed':
      return { type: 'payment.failed', ...about, decline: toDecline({}) }
  }
  return ignored(`The type ${type} means nothing here.`)
}
