import type { WebhookAuthenticity } from './capabilities.ts'
import type { Money } from './money.ts'
import type { Decline, SubscriptionStatus } from './outcome.ts'

/** What every event says. Events come late, twice and in any order. */
interface EventHeader {
  /** Unique at its gateway, and the same when it comes again: the key of the inbox. */
  readonly id: string
  /** {@link PaymentGateway.id}. */
  readonly gateway: string
  /** ISO 8601, by the gateway's clock and in its resolution, which may be seconds. */
  readonly occurredAt: string
  /**
   * How far to believe it. Unless it is `signed`, compare amount and currency with the order before money is booked.
   */
  readonly authenticity: WebhookAuthenticity
  /** The gateway's name of the event. */
  readonly providerType: string
}

/** What is said of a payment. */
interface AboutPayment {
  /** The gateway's reference of the charge, as {@link RefundRequest.chargeRef} takes it. */
  readonly ref: string
  /** Our tip or subscription. Absent when the gateway does not repeat it: look the charge up by `ref`. */
  readonly merchantRef?: string
  readonly amount?: Money
}

/** What is said of a refund. */
interface AboutRefund {
  readonly ref: string
  readonly chargeRef: string
  /** {@link RefundRequest.refundId}; absent for a refund that was made at the gateway. */
  readonly refundId?: string
  /**
   * True where the gateway does not repeat `refundId`: then it may be the refund that we asked for, when payment and amount are
   * the same. Leave it out where the gateway repeats it, as a refund without one is then another one.
   */
  readonly isUnnamed?: boolean
  readonly merchantRef?: string
  readonly amount: Money
  /** True when the creator's part of a charge that was split by the gateway came back with it. */
  readonly isSplitReversed?: boolean
}

/** Money that a dispute moved: taken from the platform's balance at the gateway, or put back there. */
export interface DisputeMovement {
  /** The gateway's reference of the movement, unique at the gateway: the same movement is told of more than once. */
  readonly ref: string
  readonly kind: 'withdrawn' | 'reinstated'
  /** Above zero. */
  readonly amount: Money
  /** True when the gateway moved it in another currency, and the amount is what that was of the payment, to the cent or two. */
  readonly isConverted?: boolean
  /** What the gateway charged with it, negative for a fee that it gave back; maybe in another currency. */
  readonly fee?: Money
}

/** What is said of a dispute. */
interface AboutDispute {
  readonly ref: string
  readonly chargeRef: string
  readonly merchantRef?: string
  /** What is disputed. */
  readonly amount: Money
  readonly reason?: string
  /**
   * What it moved, this time or so far: it may take money more than once, as after an appeal, and give it back in parts.
   * Each is one movement however many events name it.
   */
  readonly movements: readonly DisputeMovement[]
}

/** What is said of a subscription. */
interface AboutSubscription {
  readonly ref: string
  readonly merchantRef?: string
}

/** What a gateway told, in the words of all gateways. */
export type GatewayEvent = EventHeader &
  (
    | (AboutPayment & {
        readonly type: 'payment.succeeded'
        readonly amount: Money
        readonly gatewayFee?: Money
      })
    | (AboutPayment & { readonly type: 'payment.pending' | 'payment.action_required' })
    /** Paid, but not what was ordered: credit nothing, and let somebody look. */
    | (AboutPayment & { readonly type: 'payment.mismatched'; readonly amount: Money })
    /** An attempt failed. The same payment may still succeed. */
    | (AboutPayment & { readonly type: 'payment.failed'; readonly decline: Decline })
    | (AboutPayment & { readonly type: 'payment.canceled' | 'payment.expired' })
    | (AboutRefund & { readonly type: 'refund.pending' | 'refund.succeeded' | 'refund.failed' })
    /** The money that moved is in `movements`, whatever the event is called. */
    | (AboutDispute & {
        readonly type:
          | 'dispute.opened'
          | 'dispute.updated'
          | 'dispute.funds_withdrawn'
          | 'dispute.funds_reinstated'
          | 'dispute.won'
          | 'dispute.lost'
        /** True for a bank's question, which is not yet a dispute. */
        readonly isInquiry?: boolean
      })
    | { readonly type: 'fraud.warned'; readonly ref: string; readonly chargeRef: string }
    /**
     * A period was paid, the first or a later one: what access is granted by. No `payment.succeeded` comes besides.
     */
    | (AboutSubscription & {
        readonly type: 'subscription.started' | 'subscription.renewed'
        /** The charge of the period, for a refund. */
        readonly chargeRef?: string
        readonly amount: Money
        /** ISO 8601, half open. */
        readonly period?: { readonly start: string; readonly end: string }
      })
    | (AboutSubscription & {
        readonly type: 'subscription.renewal_failed'
        readonly decline: Decline
        /** ISO 8601, when the gateway tries again. */
        readonly retryAt?: string
      })
    /** Will not renew; the paid time runs out at `endsAt`. */
    | (AboutSubscription & { readonly type: 'subscription.canceled'; readonly endsAt?: string })
    | (AboutSubscription & {
        readonly type:
          | 'subscription.ended'
          | 'subscription.paused'
          | 'subscription.resumed'
          | 'subscription.reactivated'
      })
    /** Something else of it changed: ask {@link PaymentGateway.retrieveSubscription}. */
    | (AboutSubscription & { readonly type: 'subscription.updated'; readonly status?: SubscriptionStatus })
    | {
        readonly type: 'transfer.created' | 'transfer.reversed' | 'payout.paid' | 'payout.failed'
        readonly ref: string
        /** The creator's account at the gateway. */
        readonly account?: string
        readonly amount: Money
      }
    | { readonly type: 'account.updated'; readonly account: string; readonly canBePaid: boolean }
    /** Authentic, and of no meaning here: a type that is not known, or a payment that is not ours. */
    | { readonly type: 'ignored'; readonly reason: string }
  )

/** A {@link GatewayEvent} without what all have, as mapping functions make it. */
export type GatewayFact = GatewayEvent extends infer Event
  ? Event extends GatewayEvent
    ? Omit<Event, keyof EventHeader>
    : never
  : never
