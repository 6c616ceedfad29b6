import type { MoneyJson } from '@stagedoor/payment-gateway'
import type { Resource } from './resource.ts'

/** How often a subscription is paid. */
export interface OfferInterval {
  readonly unit: 'day' | 'week' | 'month' | 'year'
  /** 1 to 365 of them. */
  readonly count: number
}

/** What a viewer gets for the price. */
export type OfferTerms =
  /** All that the creator shows to subscribers, for as long as it is paid. */
  | {
      readonly kind: 'subscription'
      readonly interval: OfferInterval
      /** Days before the first charge; 0 for none. */
      readonly trialDays: number
      /** How long access lasts after a renewal has failed; null for a tenth of the period, 5 minutes to 24 hours. */
      readonly graceSeconds: number | null
    }
  /** One show and, for `replaySeconds` more, its recording. */
  | {
      readonly kind: 'ticket'
      readonly streamId: string
      /** ISO 8601, UTC: nobody gets in before; null for as soon as it is bought. */
      readonly opensAt: string | null
      /** From `opensAt`, or from when it is bought; null for good. */
      readonly durationSeconds: number | null
      /** Added to `durationSeconds`. */
      readonly replaySeconds: number
    }
  /** Several shows, or creators, for one price. */
  | {
      readonly kind: 'bundle'
      /** 1 to 50, all of the same creator. */
      readonly resources: readonly Resource[]
      /** From when it is bought; null for good. */
      readonly durationSeconds: number | null
    }

/**
 * Something that would let a viewer in. Price and terms of an offer never change for who has bought it: a change makes the
 * next version, and what was sold names the version that it was sold by.
 */
export interface PaywallOffer {
  readonly id: string
  readonly creatorId: string
  readonly version: number
  readonly title: string
  readonly price: MoneyJson
  readonly terms: OfferTerms
  /** False for one that is sold no more. What was sold stays. */
  readonly isOnSale: boolean
  /** ISO 8601, UTC, in milliseconds. */
  readonly createdAt: string
}

/** An offer as a viewer sees it with a denial; the shape of streaming-core's `Offer`. */
export interface PublicOffer {
  readonly id: string
  readonly kind: OfferTerms['kind']
  readonly title: string
  readonly price: MoneyJson
  readonly details: Readonly<Record<string, string | number | null>>
}

/** @returns what a viewer may see of an offer. */
export function publicOffer({ id, title, price, terms, version }: PaywallOffer): PublicOffer {
  return { id, kind: terms.kind, title, price, details: { version, ...detailsOf(terms) } }
}

function detailsOf(terms: OfferTerms): PublicOffer['details'] {
  switch (terms.kind) {
    case 'subscription':
      return {
        intervalUnit: terms.interval.unit,
        intervalCount: terms.interval.count,
        trialDays: terms.trialDays,
      }
    case 'ticket':
      return {
        opensAt: terms.opensAt,
        durationSeconds: terms.durationSeconds,
        replaySeconds: terms.replaySeconds,
      }
    case 'bundle':
      return { resources: terms.resources.length, durationSeconds: terms.durationSeconds }
  }
}
