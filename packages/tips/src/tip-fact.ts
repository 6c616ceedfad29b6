import type { DeclineCode, DisputeMovement, Money } from '@stagedoor/payment-gateway'

/**
 * What is now known of a tip's payment, whoever told it: the answer of a call, a webhook, or a look-up. All three become
 * facts and go the same way, so that no order and no repetition makes a difference.
 */
export type TipFact =
  | { readonly type: 'paid'; readonly ref: string; readonly amount: Money; readonly gatewayFee?: Money }
  /** Money came in that is not what was ordered. */
  | { readonly type: 'strayed'; readonly ref: string; readonly amount: Money; readonly gatewayFee?: Money }
  | { readonly type: 'underway'; readonly ref: string }
  | { readonly type: 'failed'; readonly ref?: string; readonly declineCode: DeclineCode }
  | { readonly type: 'canceled' | 'expired'; readonly ref?: string }
  | {
      readonly type: 'refund'
      readonly chargeRef: string
      /** Ours. Absent for a refund that was made at the gateway, or where the gateway does not repeat it. */
      readonly refundId?: string
      /** It may be one of ours, though it does not say so. */
      readonly isUnnamed?: boolean
      readonly ref?: string
      readonly amount: Money
      readonly status: 'requested' | 'pending' | 'succeeded' | 'failed'
      readonly reason?: string
      readonly isSplitReversed?: boolean
    }
  | {
      readonly type: 'dispute'
      readonly chargeRef: string
      readonly ref: string
      /** Absent while nothing is decided. */
      readonly verdict?: 'lost' | 'won'
      readonly movements: readonly DisputeMovement[]
    }
