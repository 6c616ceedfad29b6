import type { ChargeOutcome, GatewayEvent, RefundOutcome } from '@stagedoor/payment-gateway'
import { currencyOf, type Tip, type TipRefund } from './tip.ts'
import type { TipFact } from './tip-fact.ts'

/** What an answer or a look-up says of a tip; null when it says nothing. */
export function factOfOutcome(outcome: ChargeOutcome): TipFact | null {
  switch (outcome.kind) {
    case 'succeeded': {
      const { ref, amount, gatewayFee } = outcome
      return { type: 'paid', ref, amount, ...(gatewayFee ? { gatewayFee } : {}) }
    }
    case 'pending':
    case 'action_required':
      return { type: 'underway', ref: outcome.ref }
    case 'declined':
      return {
        type: 'failed',
        declineCode: outcome.code,
        ...(outcome.ref === undefined ? {} : { ref: outcome.ref }),
      }
    case 'unknown':
      return outcome.ref === undefined ? null : { type: 'underway', ref: outcome.ref }
  }
}

/** What an answer says of a refund; null when it says nothing. */
export function factOfRefund(tip: Tip, refund: TipRefund, outcome: RefundOutcome): TipFact | null {
  const about = { type: 'refund', chargeRef: refund.chargeRef, refundId: refund.id } as const
  const asked = { amount: refund.amount, currency: currencyOf(tip, refund.chargeRef) }
  switch (outcome.kind) {
    case 'succeeded':
    case 'pending':
      return {
        ...{ ...about, amount: outcome.amount, status: outcome.kind },
        ...(outcome.isSplitReversed ? { isSplitReversed: true } : {}),
        ...(outcome.ref === undefined ? {} : { ref: outcome.ref }),
      }
    case 'declined':
      // Of one that was looked up by the gateway's reference, that is what it says it of.
      return {
        ...{ ...about, amount: asked, status: 'failed' },
        ...(refund.ref === undefined ? {} : { ref: refund.ref }),
      }
    case 'unknown':
      return null
  }
}

/** Which tip an event is about, and what it says of it. */
export interface EventFact {
  readonly merchantRef?: string
  readonly chargeRef: string
  readonly fact: TipFact
}

/** Null for events that no tip is concerned by. */
export function factOfEvent(event: GatewayEvent): EventFact | null {
  switch (event.type) {
    case 'payment.succeeded': {
      const { ref, amount, gatewayFee } = event
      return about(event, ref, { type: 'paid', ref, amount, ...(gatewayFee ? { gatewayFee } : {}) })
    }
    case 'payment.mismatched':
      return about(event, event.ref, { type: 'strayed', ref: event.ref, amount: event.amount })
    case 'payment.pending':
    case 'payment.action_required':
      return about(event, event.ref, { type: 'underway', ref: event.ref })
    case 'payment.failed':
      return about(event, event.ref, { type: 'failed', ref: event.ref, declineCode: event.decline.code })
    case 'payment.canceled':
      return about(event, event.ref, { type: 'canceled', ref: event.ref })
    case 'payment.expired':
      return about(event, event.ref, { type: 'expired', ref: event.ref })
    case 'refund.pending':
    case 'refund.succeeded':
    case 'refund.failed': {
      const { ref, chargeRef, amount, refundId, isUnnamed, isSplitReversed } = event
      const status = (
        { 'refund.pending': 'pending', 'refund.succeeded': 'succeeded', 'refund.failed': 'failed' } as const
      )[event.type]
      const ours = {
        ...(refundId === undefined ? {} : { refundId }),
        ...(isUnnamed ? { isUnnamed } : {}),
        ...(isSplitReversed ? { isSplitReversed } : {}),
      }
      return about(event, chargeRef, { type: 'refund', ref, chargeRef, amount, status, ...ours })
    }
    case 'dispute.opened':
    case 'dispute.updated':
    case 'dispute.funds_withdrawn':
    case 'dispute.funds_reinstated':
    case 'dispute.won':
    case 'dispute.lost':
      return event.isInquiry ? null : about(event, event.chargeRef, factOfDispute(event))
    default:
      return null
  }
}

function factOfDispute(event: Extract<GatewayEvent, { type: `dispute.${string}` }>): TipFact {
  const { ref, chargeRef, movements, type } = event
  const verdict = type === 'dispute.won' ? 'won' : type === 'dispute.lost' ? 'lost' : undefined
  return { type: 'dispute', ref, chargeRef, movements, ...(verdict ? { verdict } : {}) }
}

function about(event: { readonly merchantRef?: string }, chargeRef: string, fact: TipFact): EventFact {
  return { chargeRef, fact, ...(event.merchantRef === undefined ? {} : { merchantRef: event.merchantRef }) }
}
