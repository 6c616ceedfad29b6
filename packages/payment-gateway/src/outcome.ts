import type { Money } from './money.ts'

/**
 * How a charge came out. Only `succeeded` is money; only `declined` is a no. On `unknown` keep the charge pending until an
 * event or {@link PaymentGateway.retrieve} tells.
 */
export type ChargeOutcome =
  | {
      readonly kind: 'succeeded'
      readonly ref: string
      /** The gateway's subscription, when the charge began one. */
      readonly subscriptionRef?: string
      readonly amount: Money
      /** What the gateway kept, when it says so with the answer. */
      readonly gatewayFee?: Money
      /** ISO 8601. */
      readonly paidAt: string
    }
  /** Under way at the gateway or a bank, for minutes to days. */
  | { readonly kind: 'pending'; readonly ref: string; readonly subscriptionRef?: string }
  | {
      readonly kind: 'action_required'
      readonly ref: string
      readonly subscriptionRef?: string
      readonly action: PayerAction
      /** ISO 8601. */
      readonly expiresAt?: string
    }
  | ({ readonly kind: 'declined'; readonly ref?: string; readonly subscriptionRef?: string } & Decline)
  /** Nobody knows yet whether money moved: the answer was lost, or was none. */
  | { readonly kind: 'unknown'; readonly ref?: string; readonly reason: UnknownReason }

/** What the payer has to do. Neither value belongs into a log: whoever has it can act on the payment. */
export type PayerAction =
  | { readonly type: 'redirect'; readonly url: string }
  /** For the gateway's own script in the page. */
  | { readonly type: 'client_secret'; readonly clientSecret: string }

/** Why an outcome is unknown. */
export type UnknownReason = 'no_answer' | 'gateway_error' | 'aborted' | 'in_progress' | 'ambiguous_answer'

/** Why a payment was refused. */
export interface Decline {
  readonly code: DeclineCode
  readonly retry: DeclineRetry
  /** The gateway's own word, for support. Never shown to the payer: it helps who tests stolen cards. */
  readonly rawCode?: string
}

/** Reasons of a decline in the words of all gateways. */
export type DeclineCode =
  | 'card_declined'
  | 'insufficient_funds'
  | 'expired_card'
  | 'incorrect_details'
  | 'authentication_required'
  | 'fraud_suspected'
  | 'limit_exceeded'
  | 'currency_not_supported'
  | 'amount_out_of_range'
  | 'duplicate'
  | 'canceled_by_payer'
  | 'gateway_busy'
  | 'processing_error'

/** What may help: nothing, waiting, or another means of payment. */
export type DeclineRetry = 'never' | 'later' | 'other_method'

/**
 * How a refund came out. `pending` ones may still fail days later, by an event. There is no `ref` where the gateway answers
 * without an id: its event will have one, and is marked `isUnnamed`.
 */
export type RefundOutcome =
  | {
      readonly kind: 'succeeded' | 'pending'
      readonly ref?: string
      readonly amount: Money
      /** True when the creator's part of a charge that was split by the gateway came back with it. */
      readonly isSplitReversed?: boolean
    }
  | { readonly kind: 'declined'; readonly code: RefundDeclineCode; readonly rawCode?: string }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason }

/** Why money was not given back. */
export type RefundDeclineCode =
  | 'already_refunded'
  | 'amount_too_large'
  | 'charge_disputed'
  | 'charge_not_paid'
  | 'charge_not_found'
  | 'balance_insufficient'
  | 'processing_error'

/** How a cancellation came out. */
export type CancelOutcome =
  /** `endsAt`: ISO 8601, when the paid time ends. */
  | { readonly kind: 'canceled'; readonly endsAt?: string }
  | { readonly kind: 'declined'; readonly code: 'not_found' | 'processing_error'; readonly rawCode?: string }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason }

/** A subscription as the gateway has it now. Access is decided by what was paid, not by this. */
export interface SubscriptionSnapshot {
  readonly ref: string
  readonly merchantRef?: string
  readonly status: SubscriptionStatus
  /** ISO 8601: the paid time ends, or is charged again. */
  readonly currentPeriodEnd?: string
  readonly willRenew: boolean
}

/** `incomplete`: the first charge is not paid. `past_due`: a renewal failed and is tried again. */
export type SubscriptionStatus = 'incomplete' | 'active' | 'past_due' | 'paused' | 'ended'

/** What each decline code allows, unless the gateway says it better. */
export const declineRetries: Readonly<Record<DeclineCode, DeclineRetry>> = {
  card_declined: 'other_method',
  insufficient_funds: 'later',
  expired_card: 'other_method',
  incorrect_details: 'other_method',
  authentication_required: 'other_method',
  fraud_suspected: 'never',
  limit_exceeded: 'later',
  currency_not_supported: 'never',
  amount_out_of_range: 'never',
  duplicate: 'never',
  canceled_by_payer: 'other_method',
  gateway_busy: 'later',
  processing_error: 'later',
}
