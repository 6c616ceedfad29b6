import type { GatewayCapabilities } from './capabilities.ts'
import type { RefundRequest, SubscriptionCharge, TipCharge } from './charge.ts'
import type { GatewayEvent } from './gateway-event.ts'
import type { CancelOutcome, ChargeOutcome, RefundOutcome, SubscriptionSnapshot } from './outcome.ts'

/** Options of every call. */
export interface CallOptions {
  /**
   * Aborted before the request leaves, a call throws `PaymentError` with `aborted` and nothing has happened. Aborted
   * later, money may have moved: the outcome is `unknown`.
   */
  readonly signal?: AbortSignal
}

/** Options of a call that moves money. */
export interface WriteOptions extends CallOptions {
  /**
   * The same for every attempt at the same thing, also after a crash: derive it from the tip or refund, do not draw it.
   * 1-255 visible ASCII characters. Where the gateway has no idempotency of its own the adapter never retries.
   */
  readonly idempotencyKey: string
}

/** Options of {@link PaymentGateway.receiveWebhook}. */
export interface WebhookOptions extends CallOptions {
  /** Address of the peer that sent the request, as a proxy that you trust tells it. CCBill's are known by it. */
  readonly remoteAddress?: string
}

/**
 * A payment processor. What a bank or processor answers is a value; only faults of configuration and programming and
 * rejected webhooks throw. A lost answer is `unknown`, never `declined`. It keeps no books and touches no storage:
 * hand both its outcomes and its events to one apply path that knows duplicates by their id.
 */
export interface PaymentGateway {
  readonly specVersion: 1
  /** Names the gateway in stored rows and in the path of its webhooks, such as `stripe`. */
  readonly id: string
  readonly capabilities: GatewayCapabilities
  /** Charges once. @throws `PaymentError` with `invalid_input`, `unsupported`, `misconfigured`, `conflict`, `aborted`. */
  processTip(charge: TipCharge, options: WriteOptions): Promise<ChargeOutcome>
  /** Charges the first period and lets the gateway charge the next ones, which arrive as events. */
  processSubscription(charge: SubscriptionCharge, options: WriteOptions): Promise<ChargeOutcome>
  /** Gives money back. @throws `PaymentError` with `unsupported` when {@link GatewayCapabilities.refund} says so. */
  refund(request: RefundRequest, options: WriteOptions): Promise<RefundOutcome>
  /**
   * Verifies the raw body, then reads it. Types that mean nothing here come as `ignored`, with 2xx as the right answer.
   *
   * @throws `PaymentError` with `webhook_invalid` when it is not from the gateway, `payload_too_large`, or
   * `provider_unavailable` when something had to be looked up: answer 5xx, and it comes again.
   */
  receiveWebhook(request: Request, options?: WebhookOptions): Promise<readonly GatewayEvent[]>
  /**
   * What became of a charge, by the gateway's reference or by ours. `null`: the gateway knows of none, which for a
   * charge of the last minutes is no proof, as some look-ups lag.
   */
  retrieve?(query: ChargeQuery, options?: CallOptions): Promise<ChargeOutcome | null>
  /**
   * What became of a refund. `null`: the gateway knows of none, and for one of which it has no reference yet, that it never
   * made it, once no call for it can still be under way.
   */
  retrieveRefund?(query: RefundQuery, options?: CallOptions): Promise<RefundOutcome | null>
  /** The subscription as it is now; events of it may arrive in any order. `null` when there is none. */
  retrieveSubscription?(ref: string, options?: CallOptions): Promise<SubscriptionSnapshot | null>
  /** Ends a subscription. Idempotent: one that has ended is `canceled` again. */
  cancelSubscription?(request: CancelRequest, options: WriteOptions): Promise<CancelOutcome>
}

/** Which charge {@link PaymentGateway.retrieve} looks for. */
export type ChargeQuery =
  | { readonly ref: string }
  /** Ours: {@link TipCharge.tipId} or {@link SubscriptionCharge.subscriptionId}. */
  | { readonly merchantRef: string }

/** Which refund {@link PaymentGateway.retrieveRefund} looks for. */
export interface RefundQuery {
  /** The gateway's reference of the payment. */
  readonly chargeRef: string
  /** Ours: {@link RefundRequest.refundId}. */
  readonly refundId: string
  /** The gateway's reference of the refund, where it is known. */
  readonly ref?: string
}

/** Which subscription {@link PaymentGateway.cancelSubscription} ends. */
export interface CancelRequest {
  /** The gateway's reference. */
  readonly ref: string
  /** `period_end` lets the paid time run out. */
  readonly when: 'now' | 'period_end'
}
