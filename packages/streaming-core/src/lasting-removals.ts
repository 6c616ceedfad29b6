/** Whom the reconciler of this process has thrown out for good, where what a provider revokes stays revoked. */
export interface LastingRemovals {
  /** Those of a stream's removed viewers who are still to be thrown out. Who is no longer among them is forgotten. */
  undone(streamId: string, denied: readonly string[]): readonly string[]
  /** The provider has revoked what they hold. */
  note(streamId: string, userIds: readonly string[]): void
  /** They are removed anew, and may hold something new. */
  forget(streamId: string, userId: string): void
  /** Other streams are over. */
  keepOnly(streamIds: readonly string[]): void
}

/** In memory: a process that starts throws everybody out once more, which heals what a crash left undone. */
export function createLastingRemovals(): LastingRemovals {
  const doneByStream = new Map<string, Set<string>>()
  return {
    undone: (streamId, denied) => {
      const done = doneByStream.get(streamId)
      if (!done) return denied
      const present = new Set(denied)
      for (const userId of done) if (!present.has(userId)) done.delete(userId)
      return denied.filter((userId) => !done.has(userId))
    },
    note: (streamId, userIds) => {
      doneByStream.set(streamId, new Set([...(doneByStream.get(streamId) ?? []), ...userIds]))
    },
    forget: (streamId, userId) => void doneByStream.get(streamId)?.delete(userId),
    keepOnly: (streamIds) => {
      const kept = new Set(streamIds)
      for (const streamId of doneByStream.keys()) if (!kept.has(streamId)) doneByStream.delete(streamId)
    },
  }
}
