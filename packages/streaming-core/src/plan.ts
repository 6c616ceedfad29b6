import type { MoneyJson } from './money.ts'

/** How the creator sends video: by the page itself, by OBS (or any RTMP encoder), or whatever fits best. */
export type PublishMethod = 'auto' | 'browser' | 'obs'

/** `sd` is 480 lines, `hd` 720, `fhd` 1080. */
export type Quality = 'sd' | 'hd' | 'fhd'

/** What a creator means to stream: the input of choice and cost. */
export interface StreamPlan {
  readonly method: PublishMethod
  /** True when viewers talk back (1-on-1, guests on stage): needs sub-second latency. */
  readonly interactive: boolean
  /** Average concurrent viewers, at least 1. */
  readonly expectedViewers: number
  /** Length of the event in hours. */
  readonly durationHours: number
  readonly quality: Quality
  /** The part of the event that the average viewer watches, above 0 up to 1. */
  readonly watchShare: number
  readonly record: boolean
  /** Hours of the recording that viewers watch afterwards, all together. Default 0. */
  readonly replayViewerHours?: number
  /** People on stage at once, the creator included. Default 1. */
  readonly publishers?: number
}

/** One line of a {@link Quote}. */
export interface QuoteItem {
  readonly label: string
  readonly quantity: number
  /** What is counted, such as `viewer-hour` or `input-hour`. */
  readonly unit: string
  /** Minor units per unit; may have a fraction. */
  readonly unitPrice: MoneyJson
  readonly amount: MoneyJson
}

/**
 * What one candidate would cost for a plan, or why it cannot carry it.
 * A candidate is a way to deliver: `ivs-channel`, `ivs-stage`, `livekit`, `memory`.
 */
export type Quote =
  | {
      readonly candidate: string
      readonly feasible: true
      readonly perHour: MoneyJson
      readonly total: MoneyJson
      readonly items: readonly QuoteItem[]
      /** The day the price book was checked, `YYYY-MM-DD`. */
      readonly asOf: string
      /** Assumptions and prices that are not verified. */
      readonly notes: readonly string[]
    }
  | { readonly candidate: string; readonly feasible: false; readonly reasons: readonly string[] }

/** Which candidate carries a stream, and why in sentences that can be shown to the creator. */
export interface Decision {
  readonly candidate: string
  readonly adapterId: string
  /** How the creator sends video. */
  readonly publishing: 'browser' | 'obs'
  readonly reasons: readonly string[]
}
