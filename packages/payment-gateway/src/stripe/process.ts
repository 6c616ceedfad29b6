import { checkSubscription, checkTip } from '../check-charge.ts'
import { PaymentError } from '../errors.ts'
import type { ChargeOutcome } from '../outcome.ts'
import type { PaymentGateway } from '../payment-gateway.ts'
import type { Answer, Call } from './call.ts'
import {
  paymentIntentParams,
  subscriptionParams,
  subscriptionSessionParams,
  tipSessionParams,
} from './charge-params.ts'
import type { Failure } from './errors.ts'
import { paymentIntentOutcome, sessionOutcome } from './map-payment-intent.ts'
import { paymentIntentSchema, sessionSchema, subscriptionSchema } from './objects.ts'
import type { StripeConfig } from './options.ts'
import { subscriptionOutcome } from './subscription-outcome.ts'

/** The verbs that charge. */
export function processVerbs(
  call: Call,
  config: StripeConfig,
): Pick<PaymentGateway, 'processTip' | 'processSubscription'> {
  const { capabilities, page, split, subscriptionProduct } = config

  return {
    async processTip(charge, options) {
      checkTip(charge, capabilities, options)
      if (page === 'checkout' && charge.instrument === undefined) {
        const params = tipSessionParams(charge, split)
        return outcomeOf(
          await call(sessionSchema, options, (client, request) =>
            client.checkout.sessions.create(params, request),
          ),
          sessionOutcome,
        )
      }
      const params = paymentIntentParams(charge, split)
      return outcomeOf(
        await call(paymentIntentSchema, options, (client, request) =>
          client.paymentIntents.create(params, request),
        ),
        paymentIntentOutcome,
      )
    },

    async processSubscription(charge, options) {
      checkSubscription(charge, capabilities, options)
      const { instrument, payer } = charge
      if (instrument === undefined) {
        const params = subscriptionSessionParams(charge, split)
        return outcomeOf(
          await call(sessionSchema, options, (client, request) =>
            client.checkout.sessions.create(params, request),
          ),
          sessionOutcome,
        )
      }
      if (payer.customer === undefined || subscriptionProduct === undefined) {
        throw new PaymentError({
          code: 'invalid_input',
          gateway: 'stripe',
          field: payer.customer === undefined ? 'payer.customer' : 'subscriptionProduct',
          message: 'A saved instrument subscribes only as a customer, to a product.',
          fix: 'Set payer.customer and the option subscriptionProduct, or leave the instrument out for Checkout.',
        })
      }
      const params = subscriptionParams(charge, split, subscriptionProduct)
      const answer = await call(subscriptionSchema, options, (client, request) =>
        client.subscriptions.create(params, request),
      )
      if (answer.kind !== 'answer') return failureOutcome(answer)
      return subscriptionOutcome(call, answer.value, options)
    },
  }
}

/** The outcome of an answer, or of its failure. */
function outcomeOf<Value>(answer: Answer<Value>, map: (value: Value) => ChargeOutcome): ChargeOutcome {
  return answer.kind === 'answer' ? map(answer.value) : failureOutcome(answer)
}

/** The outcome of a charge that failed. @throws {@link PaymentError} for a request that Stripe does not understand. */
function failureOutcome(failure: Failure): ChargeOutcome {
  if (failure.kind === 'unknown') return failure
  if (failure.kind === 'declined') {
    return { kind: 'declined', ...(failure.ref !== undefined && { ref: failure.ref }), ...failure.decline }
  }
  // The limits of each currency and account are Stripe's to know.
  if (failure.rawCode === 'amount_too_small' || failure.rawCode === 'amount_too_large') {
    return { kind: 'declined', code: 'amount_out_of_range', retry: 'never', rawCode: failure.rawCode }
  }
  throw failure.error
}
