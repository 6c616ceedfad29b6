import { backoff, pause } from './backoff.ts'
import { type BusListeners, createBusListeners } from './bus-listeners.ts'
import { StreamingError } from './errors.ts'
import type { EventBus } from './event-bus.ts'
import type { Logger } from './logger.ts'
import { parseBusMessage } from './parse-bus-message.ts'
import { withTimeout } from './with-timeout.ts'

/** A connection that lasted this long begins to count failures anew. */
const steadyMs = 10_000

/** How the servers reach each other: what a backend must do for {@link createConnectedEventBus}. */
export interface EventBusTransport {
  /** Names the backend in errors and logs. */
  readonly name: string
  /** Sends a text to all servers, this one included. */
  send(streamId: string, text: string): Promise<unknown>
  /** Opens a connection that hears. Gives up, leaving nothing open, when the signal aborts; later it never does. */
  connect(ears: EventBusEars): Promise<EventBusConnection>
}

/** Where a connection tells what it hears. */
export interface EventBusEars {
  hear(text: string): void
  /** The connection broke. May be called more than once. */
  lost(cause: unknown): void
  readonly signal: AbortSignal
}

/** One connection of an {@link EventBusTransport}, from its beginning to its loss. */
export interface EventBusConnection {
  /** Resolves when no message of these streams is missed any more. Left out by those who hear every stream anyway. */
  listen?(streamIds: readonly string[]): Promise<unknown>
  unlisten?(streamId: string): Promise<unknown>
  /** Asks the other side for a sign of life. Left out where there is no network in between. */
  probe?(): Promise<unknown>
  /** Ends it; also when the other side does not answer any more. */
  close(): Promise<unknown>
}

/** Options of every event bus that has a connection. */
export interface ConnectedEventBusOptions {
  /** Pause between two questions whether the connection is alive. Default 5 seconds. */
  readonly probeSeconds?: number
  /** How long an answer may take before the connection counts as lost, and a message as not sent. Default 5 seconds. */
  readonly timeoutSeconds?: number
  /** Told of losses and returns. */
  readonly logger?: Logger
}

/** An event bus with a connection of its own, which somebody must close. */
export interface ConnectedEventBus extends EventBus {
  /** Ends the connection; nobody hears anything after it. May be called again. */
  close(): Promise<void>
}

/**
 * An event bus over a connection that may break. Connects with the first subscription, subscribes once per stream however
 * many listen, asks for signs of life, comes back with growing pauses, and then calls every `onGap`. What could not be
 * sent is told to the listeners of this process nevertheless.
 *
 * @throws {@link StreamingError} `invalid_input` when an option cannot work. `publish` throws `provider_unavailable`, and
 * `conflict` after `close`.
 */
export function createConnectedEventBus(
  transport: EventBusTransport,
  options: ConnectedEventBusOptions = {},
): ConnectedEventBus {
  const probeMs = milliseconds('probeSeconds', options.probeSeconds ?? 5)
  const timeoutMs = milliseconds('timeoutSeconds', options.timeoutSeconds ?? 5)
  const { logger } = options
  const bus = transport.name
  const listeners = createBusListeners()
  const closing = new AbortController()
  let current: Life | null = null
  let running: Promise<void> | undefined

  const report = (failures: ReturnType<BusListeners['tell']>) => {
    for (const cause of failures) logger?.error('a listener of the event bus failed', { bus, cause })
  }
  const hear = (text: string) => {
    if (closing.signal.aborted) return
    const message = parseBusMessage(text)
    if (message) report(listeners.tell(message))
    else logger?.warn('the event bus heard something that is no event', { bus, bytes: text.length })
  }

  /** Makes the connection hear these streams, then sends those who listen to the log. */
  const listen = async (life: Life, streamIds: readonly string[]) => {
    try {
      if (life.connection.listen && streamIds.length > 0)
        await withTimeout(life.connection.listen(streamIds), timeoutMs, 'It did not confirm a subscription')
      if (life === current) report(listeners.tellGap(streamIds))
    } catch (cause) {
      life.lost(cause)
    }
  }

  const connect = async (lost: (cause: unknown) => void): Promise<EventBusConnection> => {
    const attempt = new AbortController()
    const aborted = Promise.withResolvers<never>()
    const giveUp = () => {
      attempt.abort()
      aborted.reject(new Error('The event bus is closed.'))
    }
    closing.signal.addEventListener('abort', giveUp)
    const connecting = transport.connect({ hear, lost, signal: attempt.signal })
    try {
      const either = Promise.race([connecting, aborted.promise])
      return await withTimeout(either, timeoutMs, 'It could not be reached')
    } catch (cause) {
      giveUp()
      // One that comes too late is nobody's.
      void connecting.then((late) => late.close()).catch(() => {})
      throw cause
    } finally {
      closing.signal.removeEventListener('abort', giveUp)
    }
  }

  /** From one connection to its loss. Rejects when there was none. */
  const live = async (): Promise<unknown> => {
    const over = Promise.withResolvers<unknown>()
    const connection = await connect(over.resolve)
    const life: Life = { connection, lost: over.resolve }
    current = life
    const leave = () => over.resolve(null)
    closing.signal.addEventListener('abort', leave)
    try {
      if (closing.signal.aborted) return null
      await listen(life, listeners.streamIds())
      void watch(life, over.promise)
      return await over.promise
    } finally {
      closing.signal.removeEventListener('abort', leave)
      current = null
      await withTimeout(connection.close(), timeoutMs, 'It did not close').catch(() => {})
    }
  }

  const watch = async ({ connection, lost }: Life, over: Promise<unknown>) => {
    const ended = new AbortController()
    void over.then(() => ended.abort())
    while (connection.probe && !ended.signal.aborted) {
      await pause(probeMs, ended.signal)
      if (ended.signal.aborted) return
      await withTimeout(connection.probe(), timeoutMs, 'It gave no sign of life').catch(lost)
    }
  }

  const run = async () => {
    for (let failures = 1; !closing.signal.aborted; failures++) {
      const began = performance.now()
      try {
        const cause = await live()
        // One that breaks again at once is no return.
        if (performance.now() - began > steadyMs) failures = 1
        if (!closing.signal.aborted) logger?.warn('the event bus lost its connection', { bus, cause })
      } catch (cause) {
        if (!closing.signal.aborted) logger?.warn('the event bus cannot connect', { bus, cause })
      }
      await pause(backoff(failures), closing.signal)
    }
  }

  return {
    publish: async (message) => {
      if (closing.signal.aborted)
        throw new StreamingError({ code: 'conflict', message: 'The event bus is closed.' })
      try {
        const sending = transport.send(message.streamId, JSON.stringify(message))
        await withTimeout(sending, timeoutMs, 'It did not confirm the message')
      } catch (cause) {
        // The viewers of this server need not wait for the others; doubles are known by their `seq`.
        report(listeners.tell(message))
        throw new StreamingError({
          code: 'provider_unavailable',
          provider: bus,
          message: `The event bus could not send a message over ${bus}. Servers read it from the log later.`,
          cause,
        })
      }
    },
    subscribe: (streamId, listener, subscribeOptions) => {
      if (closing.signal.aborted) return () => {}
      const isFirst = !listeners.has(streamId)
      const remove = listeners.add(streamId, listener, subscribeOptions?.onGap)
      running ??= run()
      if (current?.connection.listen && isFirst) void listen(current, [streamId])
      return () => {
        if (!listeners.has(streamId)) return
        remove()
        if (listeners.has(streamId)) return
        // If it fails, messages come that nobody waits for.
        void current?.connection.unlisten?.(streamId).catch(() => {})
      }
    },
    close: async () => {
      closing.abort()
      await running
    },
  }
}

interface Life {
  readonly connection: EventBusConnection
  readonly lost: (cause: unknown) => void
}

function milliseconds(field: string, seconds: number): number {
  if (Number.isFinite(seconds) && seconds > 0) return seconds * 1000
  throw new StreamingError({
    code: 'invalid_input',
    field,
    message: `${field} takes a number of seconds above 0.`,
  })
}
