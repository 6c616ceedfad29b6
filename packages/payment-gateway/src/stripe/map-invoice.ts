import type { GatewayFact } from '../gateway-event.ts'
import { toDecline } from './decline-codes.ts'
import { amountOf, ignored } from './fact.ts'
import { invoiceSchema, merchantRefOf } from './objects.ts'
import { paymentIntentOf } from './subscription-outcome.ts'
import { isoSeconds } from './time.ts'

/** Finds the payment of an invoice, which its events do not tell. */
export type FindInvoicePayment = (invoiceId: string) => Promise<string | undefined>

/** `invoice.*` of subscriptions: a paid invoice is a paid period. */
export async function mapInvoice(
  type: string,
  object: unknown,
  findPayment: FindInvoicePayment,
): Promise<GatewayFact> {
  const invoice = invoiceSchema.parse(object)
  const details = invoice.parent?.subscription_details
  const ref = details?.subscription
  if (!details || !ref) return ignored('The invoice is of no subscription.')
  const { merchantRef } = merchantRefOf(details)
  if (merchantRef === undefined) return ignored('The subscription carries no reference of ours.')
  const about = { ref, merchantRef }
  switch (type) {
    case 'invoice.paid': {
      const chargeRef =
        paymentIntentOf(invoice) ?? (invoice.amount_paid > 0 ? await findPayment(invoice.id) : undefined)
      const period = latestPeriod(invoice.lines?.data ?? [])
      return {
        type:
          invoice.billing_reason === 'subscription_create' ? 'subscription.started' : 'subscription.renewed',
        ...about,
        ...(chargeRef !== undefined && { chargeRef }),
        amount: amountOf({ amount: invoice.amount_paid, currency: invoice.currency }),
        ...(period && { period }),
      }
    }
    case 'invoice.payment_failed':
    case 'invoice.payment_action_required': {
      const needsPayer = type === 'invoice.payment_action_required'
      return {
        type: 'subscription.renewal_failed',
        ...about,
        // The invoice does not say why the bank refused.
        decline: toDecline(needsPayer ? { code: 'authentication_required' } : {}),
        ...(typeof invoice.next_payment_attempt === 'number' && {
          retryAt: isoSeconds(invoice.next_payment_attempt),
        }),
      }
    }
  }
  return ignored(`The type ${type} means nothing here.`)
}

/** An invoice may also have lines for a period that is over, such as a proration. */
function latestPeriod(lines: readonly { period: { start: number; end: number } }[]) {
  const [latest] = lines.map(({ period }) => period).sort((left, right) => right.end - left.end)
  return latest && { start: isoSeconds(latest.start), end: isoSeconds(latest.end) }
}
