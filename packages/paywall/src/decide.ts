import type { Entry } from './entry.ts'
import { type PaywallOffer, type PublicOffer, publicOffer } from './offer.ts'
import { creatorResource, type Resource, streamResource } from './resource.ts'
import type { StreamAccess } from './stream-access.ts'
import { windowAt, windowsOf } from './windows.ts'

/** Why a viewer is kept out. */
export type PaywallDenialReason =
  | 'sign_in'
  | 'subscribe'
  | 'buy_ticket'
  | 'region'
  | 'age'
  | 'banned'
  | 'not_started'

/** The answer to "may this viewer watch this now?", for the live stream and its recording alike. */
export type PaywallDecision =
  | {
      readonly allowed: true
      /** ISO 8601, UTC: access ends then; absent when it does not end. No token may outlive it. */
      readonly until?: string
      /** True when this is a free preview and not the whole show. */
      readonly preview?: boolean
    }
  | {
      readonly allowed: false
      readonly reason: PaywallDenialReason
      /** What would let the viewer in, in the creator's order; none for a viewer who is not wanted. */
      readonly offers: readonly PublicOffer[]
    }

/** All that {@link decide} looks at. */
export interface DecideInput {
  /** Null for a viewer without an account. */
  readonly userId: string | null
  readonly stream: { readonly id: string; readonly creatorId: string }
  readonly access: StreamAccess
  /** Of this viewer; those to other resources are passed over. */
  readonly entries: readonly Entry[]
  /** Of the creator's, those on sale. */
  readonly offers: readonly PaywallOffer[]
  readonly isBanned: boolean
  /** Why the platform's own hooks keep the viewer out, null when they do not. */
  readonly gate: 'region' | 'age' | null
  /** When the viewer's preview of this stream began; null when it has not. */
  readonly previewStartedAt: string | null
  /** ISO 8601, UTC, in milliseconds. */
  readonly now: string
}

/** Decides from what is known. Pure: it reads no clock and no store. */
export function decide(input: DecideInput): PaywallDecision {
  const { userId, stream, access, now } = input
  if (userId !== null && userId === stream.creatorId) return { allowed: true }
  if (input.isBanned) return denied('banned')
  if (input.gate) return denied(input.gate)
  if (access.type === 'free') return { allowed: true }
  if (access.type === 'signed_in') return userId === null ? denied('sign_in') : { allowed: true }

  const offers = input.offers.filter((offer) => opens(offer, stream, access)).map(publicOffer)
  if (userId === null) return denied('sign_in', offers)
  const windows = windowsOf(input.entries, resourcesOf(stream, access))
  const window = windowAt(windows, now)
  if (window) return { allowed: true, ...(window.endsAt === null ? {} : { until: window.endsAt }) }
  const previewEnd = previewEndOf(access, input.previewStartedAt)
  if (previewEnd !== null && now < previewEnd) return { allowed: true, until: previewEnd, preview: true }
  if (windows.some(({ startsAt }) => now < startsAt)) return denied('not_started')
  return denied(access.type === 'ticket' ? 'buy_ticket' : 'subscribe', offers)
}

/** Whether the answer may hang on when the viewer's preview began. */
export function offersPreview(access: StreamAccess): boolean {
  return (access.previewSeconds ?? 0) > 0 && access.type !== 'free' && access.type !== 'signed_in'
}

/** What a viewer must have one of to watch. */
function resourcesOf(stream: DecideInput['stream'], access: StreamAccess): ReadonlySet<Resource> {
  // A grant to the one show, such as a gift, opens it whatever its rule is.
  const own = streamResource(stream.id)
  const isForSubscribers = access.type === 'subscribers' || access.freeForSubscribers === true
  return new Set(isForSubscribers ? [own, creatorResource(stream.creatorId)] : [own])
}

function opens({ terms }: PaywallOffer, stream: DecideInput['stream'], access: StreamAccess): boolean {
  const resources = resourcesOf(stream, access)
  switch (terms.kind) {
    case 'subscription':
      return resources.has(creatorResource(stream.creatorId))
    case 'ticket':
      return terms.streamId === stream.id
    case 'bundle':
      return terms.resources.some((resource) => resources.has(resource))
  }
}

function previewEndOf(access: StreamAccess, startedAt: string | null): string | null {
  if (startedAt === null || !offersPreview(access)) return null
  return new Date(Date.parse(startedAt) + (access.previewSeconds ?? 0) * 1000).toISOString()
}

function denied(reason: PaywallDenialReason, offers: readonly PublicOffer[] = []): PaywallDecision {
  return { allowed: false, reason, offers }
}
