import type { StreamUsage } from './cost/usage.ts'
import type { Stream } from './stream.ts'

/** What a stream has used so far, as its store keeps it. Grows while the stream is live and never shrinks. */
export interface MeteredUsage {
  /** Milliseconds that the stream was live. */
  readonly liveMs: number
  /** Milliseconds watched, all viewers together. */
  readonly viewerMs: number
  /** ISO 8601: counted up to here; null before the first reading. */
  readonly until: string | null
}

/** Nothing used yet. */
export const noUsage: MeteredUsage = { liveMs: 0, viewerMs: 0, until: null }

/**
 * Counts what a stream used between the last reading and `at`: its viewer count held for that time, if it was live.
 *
 * Each moment is counted once, whoever reads and however often: a reading begins where the last one ended, and one that
 * comes late counts nothing. A store calls this inside the commit of every change of `status` or `viewers`.
 */
export function settleUsage(stream: Pick<Stream, 'status' | 'viewers' | 'usage'>, at: string): MeteredUsage {
  const { usage } = stream
  if (usage.until !== null && at <= usage.until) return usage
  if (stream.status !== 'live' || usage.until === null) return { ...usage, until: at }
  const elapsed = Date.parse(at) - Date.parse(usage.until)
  return {
    liveMs: usage.liveMs + elapsed,
    viewerMs: usage.viewerMs + elapsed * stream.viewers.current,
    until: at,
  }
}

const msPerHour = 3_600_000

/** What a stream used, in the units of price books. A recording runs while the stream is live. */
export function usageOfStream(stream: Stream): StreamUsage {
  const streamHours = stream.usage.liveMs / msPerHour
  return {
    quality: stream.quality,
    publishing: stream.decision.publishing,
    streamHours,
    viewerHours: stream.usage.viewerMs / msPerHour,
    recordedHours: stream.recording ? streamHours : 0,
    replayViewerHours: 0,
  }
}
