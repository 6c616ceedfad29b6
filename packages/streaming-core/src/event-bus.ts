import type { StreamEvent, StreamSignal } from './stream-event.ts'

/** Carries events between the servers of a platform. At most once and best effort: the log in the store is the truth. */
export interface EventBus {
  /** Reaches every listener, though one of them throws; then it rejects. */
  publish(message: StreamEvent | StreamSignal): Promise<void>
  /** Calls `listener` for each message of the stream from now on. The returned function ends it. */
  subscribe(streamId: string, listener: (message: StreamEvent | StreamSignal) => void): () => void
}

/** An event bus within one process: for one server, and for tests. */
export function memoryEventBus(): EventBus {
  const listeners = new Map<string, Set<(message: StreamEvent | StreamSignal) => void>>()
  return {
    publish: async (message) => {
      const failures: unknown[] = []
      for (const listener of [...(listeners.get(message.streamId) ?? [])]) {
        try {
          listener(message)
        } catch (failure) {
          failures.push(failure)
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, 'A listener of the event bus failed.')
    },
    subscribe: (streamId, listener) => {
      const set = listeners.get(streamId) ?? new Set()
      listeners.set(streamId, set)
      set.add(listener)
      return () => {
        set.delete(listener)
        if (set.size === 0 && listeners.get(streamId) === set) listeners.delete(streamId)
      }
    },
  }
}
