import { checkSubscription, checkTip } from '../check-charge.ts'
import { PaymentError } from '../errors.ts'
import type { ChargeOutcome } from '../outcome.ts'
import type { PaymentGateway } from '../payment-gateway.ts'
import { createDataLink } from './data-link.ts'
import { subscriptionFormUrl, tipFormUrl } from './form-url.ts'
import { type CcbillOptions, resolveOptions } from './options.ts'
import { createRest } from './rest.ts'
import { webhookVerb } from './webhook.ts'

/** CCBill as a {@link PaymentGateway}. */
export type CcbillGateway = PaymentGateway & Required<Pick<PaymentGateway, 'cancelSubscription'>>

/**
 * CCBill: payers go to a FlexForms page, or a payment token is charged. Every sale is a "subscription" there, so the
 * reference of a charge is a subscription id of 18 digits, and the one of a form's charge is known only by its event:
 * match by `merchantRef`. Where payers come back to is set in the form itself, not by `returnUrls`.
 *
 * CCBill has no idempotency and cannot be asked for a charge by our reference: an `unknown` outcome stays unknown until the
 * webhook comes, and nothing is repeated.
 *
 * @throws `PaymentError` with `misconfigured`.
 * @example
 * ```ts
 * import { ccbill } from '@stagedoor/payment-gateway/ccbill'
 *
 * declare const secrets: { salt: string }
 *
 * const gateway = ccbill({
 *   clientAccnum: '900000',
 *   clientSubacc: '0000',
 *   flexId: 'b3c7-4a7e',
 *   salt: secrets.salt,
 *   mode: 'live',
 * })
 * ```
 */
export function ccbill(options: CcbillOptions): CcbillGateway {
  const config = resolveOptions(options)
  const chargeToken = createRest(config)
  const dataLink = createDataLink(config)

  return {
    specVersion: 1,
    id: config.id,
    capabilities: config.capabilities,

    async processTip(charge, write) {
      checkTip(charge, config.capabilities, write)
      if (charge.instrument !== undefined) return chargeToken(charge, charge.instrument, write)
      return redirect(charge.tipId, await tipFormUrl(charge, config))
    },

    async processSubscription(charge, write) {
      checkSubscription(charge, config.capabilities, write)
      if (charge.instrument !== undefined) return chargeToken(charge, charge.instrument, write)
      return redirect(charge.subscriptionId, await subscriptionFormUrl(charge, config))
    },

    async refund(request, write) {
      return dataLink.refund(request, write)
    },
    cancelSubscription: dataLink.cancel,
    receiveWebhook: webhookVerb(config),
  }

  function redirect(merchantRef: string, url: string): ChargeOutcome {
    if (url.length > 2000) {
      throw new PaymentError({ code: 'internal', gateway: 'ccbill', message: 'The form’s link is too long.' })
    }
    // The form has no id of its own: ours stands in until the sale's is known.
    return { kind: 'action_required', ref: `form:${merchantRef}`, action: { type: 'redirect', url } }
  }
}
