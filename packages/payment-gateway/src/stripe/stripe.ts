import type { PaymentGateway } from '../payment-gateway.ts'
import { createCall } from './call.ts'
import { cancelVerb } from './cancel.ts'
import { resolveOptions, type StripeOptions } from './options.ts'
import { processVerbs } from './process.ts'
import { refundVerb, retrieveRefundVerb } from './refund.ts'
import { retrieveVerbs } from './retrieve.ts'
import { type StripeTransfers, transferVerbs } from './transfers.ts'
import { webhookVerb } from './webhook.ts'

/** Stripe as a {@link PaymentGateway}, with what only Stripe has. */
export interface StripeGateway extends Required<PaymentGateway> {
  readonly transfers: StripeTransfers
}

/**
 * Stripe: PaymentIntents or Checkout, Connect, subscriptions. Stripe takes no adult content, and wants to approve platforms
 * whose creators are paid beforehand (https://stripe.com/legal/restricted-businesses).
 *
 * The reference of a charge by Checkout is the session's (`cs_...`) until it is paid, and the PaymentIntent's (`pi_...`)
 * in events: match by `merchantRef`. A client of its own retries with the same key; that is safe, and 24 hours after the
 * first attempt Stripe forgets the key, so look the charge up then before you repeat anything.
 *
 * @throws `PaymentError` with `misconfigured` for a key of the other mode, or none.
 * @example
 * ```ts
 * import { type StripeClient, stripe } from '@stagedoor/payment-gateway/stripe'
 *
 * declare const client: StripeClient // new Stripe(apiKey), of the npm package stripe
 * declare const secrets: { apiKey: string; webhookSecret: string }
 *
 * const gateway = stripe({
 *   client,
 *   apiKey: secrets.apiKey,
 *   mode: 'test',
 *   webhookSecrets: [secrets.webhookSecret],
 * })
 * ```
 */
export function stripe(options: StripeOptions): StripeGateway {
  const config = resolveOptions(options)
  const call = createCall(config)

  return {
    specVersion: 1,
    id: config.id,
    capabilities: config.capabilities,
    ...processVerbs(call, config),
    refund: refundVerb(call, config),
    retrieveRefund: retrieveRefundVerb(call),
    ...retrieveVerbs(call),
    cancelSubscription: cancelVerb(call),
    receiveWebhook: webhookVerb(call, config),
    transfers: transferVerbs(call),
  }
}
