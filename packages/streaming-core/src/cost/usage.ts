import type { Quality, StreamPlan } from '../plan.ts'
import { exactProduct } from './cost.ts'

/** What a stream uses up: planned before it, metered while it runs. The one input of pricing. */
export interface StreamUsage {
  readonly quality: Quality
  /** How the video reaches the provider. */
  readonly publishing: 'browser' | 'obs'
  /** Hours that the creator sends. */
  readonly streamHours: number
  /** People on stage at once. Default 1. */
  readonly publishers?: number
  /** Hours watched, all viewers together. */
  readonly viewerHours: number
  /** Hours recorded. */
  readonly recordedHours: number
  /** Hours of the recording watched afterwards, all viewers together. */
  readonly replayViewerHours: number
}

/** What a plan uses if it comes true. */
export function usageOfPlan(plan: StreamPlan, publishing: StreamUsage['publishing']): StreamUsage {
  return {
    quality: plan.quality,
    publishing,
    streamHours: plan.durationHours,
    ...(plan.publishers === undefined ? {} : { publishers: plan.publishers }),
    viewerHours: exactProduct(plan.expectedViewers, plan.watchShare, plan.durationHours),
    recordedHours: plan.record ? plan.durationHours : 0,
    replayViewerHours: plan.replayViewerHours ?? 0,
  }
}
