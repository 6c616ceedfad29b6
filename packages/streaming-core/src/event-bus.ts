import { createBusListeners } from './bus-listeners.ts'
import type { StreamEvent, StreamSignal } from './stream-event.ts'

/** What travels on an {@link EventBus}. */
export type EventBusMessage = StreamEvent | StreamSignal

/**
 * Carries events between the servers of a platform. Best effort: a message may be lost, doubled or late. The log in the
 * store is the truth, and `seq` tells what of it is new. Prove an implementation with `describeEventBus`.
 */
export interface EventBus {
  /**
   * Reaches every listener on every server, though one of them throws. Messages that are published one after the other
   * arrive in that order. Rejects within seconds when it cannot tell that the message was sent.
   */
  publish(message: EventBusMessage): Promise<void>
  /** Calls `listener` for each message of the stream from now on. The returned function ends it. */
  subscribe(
    streamId: string,
    listener: (message: EventBusMessage) => void,
    options?: SubscribeToBusOptions,
  ): () => void
}

/** Options of {@link EventBus.subscribe}. */
export interface SubscribeToBusOptions {
  /**
   * Messages may have been missed, and the next one will not be: the moment to read the log. Called after each outage,
   * and when listening has begun where that was later than the subscription.
   */
  readonly onGap?: () => void
}

/** An event bus within one process: for one server, and for tests. It has no gaps. */
export function memoryEventBus(): EventBus {
  const listeners = createBusListeners()
  return {
    publish: async (message) => {
      const failures = listeners.tell(message)
      if (failures.length > 0) throw new AggregateError(failures, 'A listener of the event bus failed.')
    },
    subscribe: (streamId, listener, options) => listeners.add(streamId, listener, options?.onGap),
  }
}
