import { throwIfAborted } from '../check-charge.ts'
import { PaymentError } from '../errors.ts'
import type { ChargeOutcome } from '../outcome.ts'
import type { CallOptions, PaymentGateway } from '../payment-gateway.ts'
import type { Answer, Call } from './call.ts'
import { paymentIntentOutcome, sessionOutcome } from './map-payment-intent.ts'
import {
  listSchema,
  metadataKeys,
  paymentIntentSchema,
  sessionSchema,
  subscriptionSchema,
} from './objects.ts'
import { subscriptionOutcome, subscriptionSnapshot } from './subscription-outcome.ts'

const intentParams = { expand: ['latest_charge.balance_transaction'] }
const subscriptionParams = { expand: ['latest_invoice.payments', 'latest_invoice.confirmation_secret'] }

/** The verbs that look up. Stripe's search lags behind by up to a minute, so an early `null` is no proof. */
export function retrieveVerbs(
  call: Call,
): Required<Pick<PaymentGateway, 'retrieve' | 'retrieveSubscription'>> {
  async function byRef(ref: string, options: CallOptions): Promise<ChargeOutcome | null> {
    if (ref.startsWith('cs_')) {
      const session = read(
        await call(sessionSchema, options, (client, request) =>
          client.checkout.sessions.retrieve(ref, {}, request),
        ),
      )
      if (!session) return null
      return session.payment_intent ? byRef(session.payment_intent, options) : sessionOutcome(session)
    }
    if (ref.startsWith('sub_')) return bySubscription(ref, options)
    const intent = read(
      await call(paymentIntentSchema, options, (client, request) =>
        client.paymentIntents.retrieve(ref, intentParams, request),
      ),
    )
    return intent ? paymentIntentOutcome(intent) : null
  }

  async function bySubscription(ref: string, options: CallOptions): Promise<ChargeOutcome | null> {
    const subscription = read(
      await call(subscriptionSchema, options, (client, request) =>
        client.subscriptions.retrieve(ref, subscriptionParams, request),
      ),
    )
    return subscription ? subscriptionOutcome(call, subscription, options) : null
  }

  async function byMerchantRef(merchantRef: string, options: CallOptions): Promise<ChargeOutcome | null> {
    if (!/^[\w.:-]{1,100}$/.test(merchantRef)) return null
    const query = `metadata['${metadataKeys.merchantRef}']:'${merchantRef}'`
    const intents = read(
      await call(listSchema, options, (client, request) =>
        client.paymentIntents.search({ query, limit: 10 }, request),
      ),
    )
    const found = (intents?.data ?? [])
      .flatMap((one) => paymentIntentSchema.safeParse(one).data ?? [])
      .sort((left, right) => Number(right.status === 'succeeded') - Number(left.status === 'succeeded'))[0]
    // What search returns may be behind; the object itself is not.
    if (found) return byRef(found.id, options)
    const subscriptions = read(
      await call(listSchema, options, (client, request) =>
        client.subscriptions.search({ query, limit: 1 }, request),
      ),
    )
    const subscription = subscriptionSchema.safeParse(subscriptions?.data[0])
    return subscription.success ? bySubscription(subscription.data.id, options) : null
  }

  return {
    async retrieve(query, options = {}) {
      throwIfAborted(options.signal)
      return 'ref' in query ? byRef(query.ref, options) : byMerchantRef(query.merchantRef, options)
    },
    async retrieveSubscription(ref, options = {}) {
      throwIfAborted(options.signal)
      const subscription = read(
        await call(subscriptionSchema, options, (client, request) =>
          client.subscriptions.retrieve(ref, {}, request),
        ),
      )
      return subscription ? subscriptionSnapshot(subscription) : null
    },
  }
}

/** What was read, `null` when there is none. A look-up without an answer is no answer about the charge: it throws. */
export function read<Value>(answer: Answer<Value>): Value | null {
  if (answer.kind === 'answer') return answer.value
  if (answer.kind === 'refused') {
    if (answer.rawCode === 'resource_missing') return null
    throw answer.error
  }
  throw new PaymentError({
    code: 'provider_unavailable',
    gateway: 'stripe',
    message: 'Stripe could not be asked.',
    fix: 'Ask again later.',
  })
}
