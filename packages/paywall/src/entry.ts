import type { Resource } from './resource.ts'

/** What a grant came from. `comp` is given by the platform's staff or the creator for nothing, `gift` was paid by another. */
export type GrantSource = 'subscription' | 'ticket' | 'bundle' | 'gift' | 'comp' | 'admin' | 'grace' | 'trial'

/** Access to a resource for a half-open time: from `startsAt` on, and no longer at `endsAt`. */
export interface Grant {
  readonly kind: 'grant'
  readonly userId: string
  readonly resource: Resource
  /**
   * What it was given for, such as `purchase:p1` or `subscription:s1:2026-11-01T00:00:00.000Z`. A source grants a resource
   * to a user once: what repeats it changes nothing.
   */
  readonly sourceRef: string
  readonly source: GrantSource
  /** ISO 8601, UTC, in milliseconds. */
  readonly startsAt: string
  /** ISO 8601, UTC, in milliseconds; null for good. Always after `startsAt`. */
  readonly endsAt: string | null
  readonly offerId?: string
}

/** Takes a grant away from a moment on, whichever of the two was heard of first. The earliest of several counts. */
export interface Revocation {
  readonly kind: 'revocation'
  readonly userId: string
  /** Of the grants that it takes away. */
  readonly sourceRef: string
  /** ISO 8601, UTC, in milliseconds: no access by those grants at or after it. */
  readonly from: string
  /** For the audit log, such as `refund` or `chargeback`. */
  readonly reason: string
}

/** A line of the log of access, which is only ever added to. Access is a function of the set of them, not of their order. */
export type Entry = Grant | Revocation

/** What makes an entry one: two with the same key are the same one told twice. */
export function entryKey(entry: Entry): string {
  const parts =
    entry.kind === 'grant'
      ? ['grant', entry.userId, entry.sourceRef, entry.resource]
      : ['revocation', entry.userId, entry.sourceRef, entry.from]
  return JSON.stringify(parts)
}
