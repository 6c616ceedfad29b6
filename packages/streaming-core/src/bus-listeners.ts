import type { EventBusMessage } from './event-bus.ts'

interface Entry {
  readonly listener: (message: EventBusMessage) => void
  readonly onGap: (() => void) | undefined
}

/** Who listens to which stream within this process. */
export interface BusListeners {
  /** The returned function takes it away, and does nothing the second time. */
  add(streamId: string, listener: Entry['listener'], onGap?: () => void): () => void
  /** Tells everyone who listens to the stream, though some of them throw. Returns what they threw. */
  tell(message: EventBusMessage): readonly unknown[]
  /** Tells those who listen to these streams that they may have missed something. Returns what they threw. */
  tellGap(streamIds: readonly string[]): readonly unknown[]
  has(streamId: string): boolean
  streamIds(): readonly string[]
}

export function createBusListeners(): BusListeners {
  const byStream = new Map<string, Set<Entry>>()
  const each = (streamId: string, call: (entry: Entry) => void) => {
    const failures: unknown[] = []
    for (const entry of [...(byStream.get(streamId) ?? [])]) {
      try {
        call(entry)
      } catch (failure) {
        failures.push(failure)
      }
    }
    return failures
  }
  return {
    add: (streamId, listener, onGap) => {
      const entries = byStream.get(streamId) ?? new Set()
      byStream.set(streamId, entries)
      const entry = { listener, onGap }
      entries.add(entry)
      return () => {
        entries.delete(entry)
        if (entries.size === 0 && byStream.get(streamId) === entries) byStream.delete(streamId)
      }
    },
    tell: (message) => each(message.streamId, ({ listener }) => listener(message)),
    tellGap: (streamIds) => streamIds.flatMap((streamId) => each(streamId, ({ onGap }) => onGap?.())),
    has: (streamId) => byStream.has(streamId),
    streamIds: () => [...byStream.keys()],
  }
}
