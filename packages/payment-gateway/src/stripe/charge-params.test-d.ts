import type Stripe from 'stripe'
import type { SubscriptionCharge, TipCharge } from '../charge.ts'
import {
  paymentIntentParams,
  subscriptionParams,
  subscriptionSessionParams,
  tipSessionParams,
} from './charge-params.ts'
import type { StripeClient } from './stripe-client.ts'

declare const tip: TipCharge
declare const plan: SubscriptionCharge
declare const client: Stripe

// The client fits what the adapter asks of it, and what the adapter sends is what the client takes.
client satisfies StripeClient
paymentIntentParams(tip, 'destination') satisfies Stripe.PaymentIntentCreateParams
tipSessionParams(tip, 'transfer') satisfies Stripe.Checkout.SessionCreateParams
subscriptionSessionParams(plan, 'destination') satisfies Stripe.Checkout.SessionCreateParams
subscriptionParams(plan, 'destination', 'prod_1') satisfies Stripe.SubscriptionCreateParams
