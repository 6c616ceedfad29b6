/** What one run of the reconciler did. */
export interface ReconcileReport {
  /** Streams looked at. */
  readonly checked: number
  /** Streams whose status was corrected. */
  readonly corrected: number
  /** Streams that ended, because their channel vanished or their time ran out. */
  readonly ended: number
  /** Channels deleted that no open stream owned. */
  readonly deletedChannels: number
  /** What could not be done this time, one sentence each; the next run tries again. */
  readonly problems: readonly string[]
}
