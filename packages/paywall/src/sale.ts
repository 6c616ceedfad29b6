import type { MoneyJson } from '@stagedoor/payment-gateway'
import type { OfferTerms } from './offer.ts'

/** A viewer's purchase of a ticket or bundle, with what was agreed. It never changes: what became of it is its payment's. */
export interface PaywallSale {
  readonly id: string
  readonly userId: string
  readonly creatorId: string
  readonly offerId: string
  readonly offerVersion: number
  readonly title: string
  readonly price: MoneyJson
  readonly terms: Exclude<OfferTerms, { readonly kind: 'subscription' }>
  /** The tip that pays for it. */
  readonly paymentId: string
  /** The gateway's id, null for the default one. */
  readonly gateway: string | null
  /** ISO 8601, UTC, in milliseconds. */
  readonly createdAt: string
}

/** How a sale stands: is it being paid, does it give access, was the money given back or taken back, or did it come to nothing. */
export type SaleStatus = 'pending' | 'paid' | 'returned' | 'failed'
