import type { Viewer } from './adapter.ts'
import type { MoneyJson } from './money.ts'
import type { JsonValue, Stream } from './stream.ts'

/** Why a viewer is kept out. */
export type DenialReason =
  | 'sign_in'
  | 'subscribe'
  | 'buy_ticket'
  | 'region'
  | 'age'
  | 'banned'
  | 'not_started'

/** Something that would let the viewer in. */
export interface Offer {
  readonly id: string
  readonly kind: 'subscription' | 'ticket' | 'bundle'
  readonly title: string
  readonly price: MoneyJson
  /** For the platform's own page, such as the interval of a subscription. */
  readonly details?: { readonly [key: string]: JsonValue }
}

/** Why not, and what to do about it; sent to the viewer as it is. */
export interface Denial {
  readonly reason: DenialReason
  readonly offers: readonly Offer[]
}

/** The platform's answer to "may this viewer watch this stream now?" */
export type AccessDecision =
  | {
      readonly allowed: true
      /** ISO 8601: access ends then, and no token outlives it. */
      readonly until?: string
      /** True when this is a free preview and not the whole show. */
      readonly preview?: boolean
    }
  | ({ readonly allowed: false } & Denial)

/** Decides who may watch. Asked each time that a playback URL or token is about to leave the server. */
export type AccessHook = (
  viewer: Viewer,
  stream: Stream,
  options?: { readonly signal?: AbortSignal },
) => Promise<AccessDecision> | AccessDecision

/** The platform's answer to "may this creator go live?" */
export type EligibilityDecision =
  | { readonly eligible: true /** A verified creator may choose the method. */; readonly verified: boolean }
  | { readonly eligible: false /** Shown to the creator. */; readonly reason: string }

/** Decides who may go live. There is no open default. */
export type EligibilityHook = (
  creator: { readonly userId: string },
  options?: { readonly signal?: AbortSignal },
) => Promise<EligibilityDecision> | EligibilityDecision
