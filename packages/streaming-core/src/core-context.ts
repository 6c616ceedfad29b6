import type { StreamingAdapter } from './adapter.ts'
import { type Candidate, checkPolicy, toCandidate } from './choose.ts'
import { isStreamingError, StreamingError } from './errors.ts'
import type { EventBus, EventBusMessage } from './event-bus.ts'
import { createLastingRemovals, type LastingRemovals } from './lasting-removals.ts'
import type { Logger } from './logger.ts'
import type { Stream } from './stream.ts'
import type { StreamEventBody } from './stream-event.ts'
import { isStreamId } from './stream-id.ts'
import type { InboxKey, StreamStore, TransitionResult } from './stream-store.ts'
import type { Identity, StreamingOptions } from './streaming.ts'
import { validateStreamId } from './validate-input.ts'

/** The options of `createStreaming` with defaults filled in, and what its verbs share. */
export interface CoreContext {
  readonly options: StreamingOptions
  readonly adapters: readonly StreamingAdapter[]
  /** The adapters, and what is compared with them. */
  readonly candidates: readonly Candidate[]
  readonly store: StreamStore
  readonly bus: EventBus
  readonly logger: Logger
  readonly lastingRemovals: LastingRemovals
  readonly reconnectGraceSeconds: number
  readonly readyTimeoutSeconds: number
  readonly creationTimeoutSeconds: number
  now(): Date
  generateId(): string
  /** @throws `not_found` for an id that no configured adapter has. */
  adapter(id: string): StreamingAdapter
  /** @throws `not_found` */
  stream(streamId: string): Promise<Stream>
  /** @throws `not_found`, `forbidden` for anybody but the creator. */
  ownStream(actor: Identity, streamId: string): Promise<Stream>
  /** Stores a guarded change and tells the bus about it. */
  transition(before: Stream, change: Change): Promise<TransitionResult>
  /** Tells the bus, as well as that goes: a bus that fails is logged. */
  tell(message: EventBusMessage): Promise<void>
  /** Calls a provider; whatever it throws leaves as a `StreamingError`. */
  call<Result>(adapter: StreamingAdapter, work: () => Promise<Result>): Promise<Result>
}

/** A change of one stream, computed from the one before. */
export interface Change {
  readonly next: Stream
  readonly events: readonly StreamEventBody[]
  readonly inbox?: InboxKey
}

/** How often a change is computed anew after somebody else was quicker; each time one of the others got through. */
export const maxAttempts = 100

const silent: Logger = { info: () => {}, warn: () => {}, error: () => {} }

/** Fills in the defaults. @throws {@link StreamingError} `invalid_input` for options that cannot work. */
export function createCoreContext(options: StreamingOptions, bus: EventBus): CoreContext {
  const adapters = new Map(options.adapters.map((adapter) => [adapter.id, adapter]))
  if (adapters.size === 0)
    throw badOption('adapters', 'Pass at least one adapter, such as ivs() or memory().')
  if (adapters.size !== options.adapters.length) throw badOption('adapters', 'Two adapters have the same id.')
  if (typeof options.access !== 'function')
    throw badOption('access', 'Pass a function that decides who may watch.')
  if (typeof options.eligibility !== 'function') {
    throw badOption('eligibility', 'Pass a function that decides who may go live; there is no open default.')
  }
  checkPolicy(options.policy ?? {})
  const { store, logger = silent } = options
  const now = () => (options.clock ?? (() => new Date()))()

  const context: CoreContext = {
    options,
    adapters: options.adapters,
    candidates: withComparisons(options),
    store,
    bus,
    logger,
    lastingRemovals: createLastingRemovals(),
    reconnectGraceSeconds: seconds(options, 'reconnectGraceSeconds', 30),
    readyTimeoutSeconds: seconds(options, 'readyTimeoutSeconds', 86_400),
    creationTimeoutSeconds: seconds(options, 'creationTimeoutSeconds', 120),
    now,
    generateId: () => {
      const id = (options.generateId ?? (() => crypto.randomUUID().replaceAll('-', '')))()
      if (isStreamId(id)) return id
      throw new StreamingError({
        code: 'internal',
        message: 'generateId must make ids of 1 to 64 letters, digits, "_" or "-".',
      })
    },
    adapter: (id) => {
      const adapter = adapters.get(id)
      if (adapter) return adapter
      throw new StreamingError({
        code: 'not_found',
        message: `No adapter "${id.slice(0, 64)}" is configured.`,
      })
    },
    stream: async (streamId) => {
      const stream = await store.get(validateStreamId(streamId))
      if (stream) return stream
      throw new StreamingError({ code: 'not_found', message: 'There is no stream with this id.' })
    },
    ownStream: async (actor, streamId) => {
      const stream = await context.stream(streamId)
      if (stream.creatorId === actor.userId) return stream
      throw new StreamingError({ code: 'forbidden', message: 'Only the creator of this stream may do that.' })
    },
    transition: async (before, { next, events, inbox }) => {
      const result = await store.transition({
        streamId: before.id,
        expectedVersion: before.version,
        next,
        events,
        at: now().toISOString(),
        ...(inbox === undefined ? {} : { inbox }),
      })
      if (result.outcome === 'applied') {
        // The log is the truth and the bus is best effort: listeners that miss this read it from the log.
        for (const event of result.events) await context.tell(event)
      }
      return result
    },
    tell: async (message) => {
      try {
        await bus.publish(message)
      } catch (cause) {
        logger.warn('event bus failed', { cause })
      }
    },
    call: async (adapter, work) => {
      try {
        return await work()
      } catch (cause) {
        if (isStreamingError(cause)) throw cause
        throw new StreamingError({
          code: 'provider_unavailable',
          provider: adapter.id,
          message: `The provider "${adapter.id}" failed unexpectedly. Try again.`,
          cause,
        })
      }
    },
  }
  return context
}

/** A comparison gives way to an adapter that carries the same candidate. */
function withComparisons({ adapters, comparisons = [] }: StreamingOptions): readonly Candidate[] {
  const carried = adapters.map(toCandidate)
  const names = new Set(carried.map(({ traits }) => traits.candidate))
  return [...carried, ...comparisons.filter(({ traits }) => !names.has(traits.candidate))]
}

function seconds(
  options: StreamingOptions,
  name: 'reconnectGraceSeconds' | 'readyTimeoutSeconds' | 'creationTimeoutSeconds',
  fallback: number,
): number {
  const value = options[name] ?? fallback
  if (Number.isFinite(value) && value >= 0) return value
  throw badOption(name, 'Pass a number of seconds, 0 or more.')
}

function badOption(field: string, message: string): StreamingError {
  return new StreamingError({ code: 'invalid_input', field, message })
}
