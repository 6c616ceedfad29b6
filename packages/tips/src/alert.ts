import type { PublicTip, TipEvent } from './tip-event.ts'

/** What an overlay shows. */
export type AlertBody =
  | { readonly type: 'tip'; readonly tip: PublicTip; readonly isTest: boolean }
  | { readonly type: 'goal'; readonly goal: Extract<TipEvent, { type: 'goal.reached' }> }

/** An alert in a creator's feed. */
export interface Alert {
  readonly creatorId: string
  /** Its number in the creator's feed; grows. */
  readonly seq: number
  /** Unique in the feed. */
  readonly id: string
  /** ISO 8601, UTC. */
  readonly at: string
  readonly body: AlertBody
}

/** How a creator's alerts are shown. */
export interface AlertSettings {
  readonly creatorId: string
  /** SHA-256 of the overlay's token, in hex. The token itself is stored nowhere. */
  readonly tokenDigest: string
  /** Smallest tip that is shown, in minor units by currency; others are shown from 1 on. */
  readonly minimums: Readonly<Record<string, bigint>>
  /** How long an alert stays, in seconds. */
  readonly showSeconds: number
}
