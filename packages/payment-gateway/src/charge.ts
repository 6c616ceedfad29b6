import type { Money } from './money.ts'

/** Who pays. */
export interface Payer {
  /** The user's id on the platform. */
  readonly id: string
  /** The gateway's customer, where it keeps one. */
  readonly customer?: string
}

/** Who is paid. */
export interface Payee {
  /** The creator's id on the platform. */
  readonly id: string
  /** The creator's account at the gateway, for a split at the charge. */
  readonly account?: string
}

/** Where a redirect ends. What the URL says is no proof of payment; events are. */
export interface ReturnUrls {
  readonly success: string
  readonly cancel: string
}

/** What both kinds of charge have. There is no field for a card number, and text that looks like one is refused. */
interface Charge {
  readonly payer: Payer
  readonly payee: Payee
  /**
   * A saved means of payment or token of the gateway: `pm_...` of Stripe, a payment token of CCBill, `fake_ok` of the
   * fake. Without one the payer chooses on the gateway's form or page.
   */
  readonly instrument?: string
  readonly returnUrls?: ReturnUrls
  /** For the payer's receipt, at most 500 characters. */
  readonly description?: string
  /** At most 20 short strings that come back in the gateway's dashboard. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** One payment. */
export interface TipCharge extends Charge {
  /** Ours. Comes back as `merchantRef` in outcomes and events; 1-100 characters of `A-Z a-z 0-9 _ . : -`. */
  readonly tipId: string
  readonly amount: Money
  /** The platform's part, for a gateway that splits at the charge. */
  readonly platformFee?: Money
}

/** A payment that repeats. */
export interface SubscriptionCharge extends Charge {
  /** Ours. Comes back as `merchantRef`; as {@link TipCharge.tipId}. */
  readonly subscriptionId: string
  readonly price: Money
  readonly interval: Interval
  /** Shown on receipts and on the gateway's page. */
  readonly productName: string
  /** The platform's part in hundredths of a percent, for a gateway that splits at the charge. */
  readonly platformFeeBps?: number
}

/** How often a subscription is paid. A gateway that counts days takes 30 for a month and 365 for a year. */
export interface Interval {
  readonly unit: 'day' | 'week' | 'month' | 'year'
  readonly count: number
}

/** Money to give back. */
export interface RefundRequest {
  /** Ours; comes back as `refundId` in events. */
  readonly refundId: string
  /** The gateway's reference of the charge. */
  readonly chargeRef: string
  /** All that is left when absent. */
  readonly amount?: Money
  readonly reason?: 'requested_by_customer' | 'duplicate' | 'fraudulent'
  /**
   * Whether what was split at the charge is taken back in proportion, the platform's fee included. Default true; of no
   * meaning where the ledger splits.
   */
  readonly reverseSplit?: boolean
}
