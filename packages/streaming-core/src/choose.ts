import type { Traits } from './adapter.ts'
import type { Decision, Quote, StreamPlan } from './plan.ts'

/** One way to carry a stream, offered to {@link choose}. */
export interface Candidate {
  readonly adapterId: string
  readonly traits: Traits
  quote(plan: StreamPlan): Quote
}

/** The platform's own rules. */
export interface ChoicePolicy {
  /** Above this many expected viewers the broadcast side (HLS) carries the stream, whatever it costs. */
  readonly broadcastAbove?: number
}

/** What {@link choose} answers. */
export interface Choice extends Decision {
  readonly quotes: readonly Quote[]
  readonly infeasible: readonly { readonly candidate: string; readonly reasons: readonly string[] }[]
}
