import type { CallOptions, ChannelState, StreamingAdapter } from './adapter.ts'
import type { CoreContext } from './core-context.ts'
import { channelInputOf } from './create-stream.ts'
import { releaseChannel } from './end-stream.ts'
import { isStreamingError, StreamingError } from './errors.ts'
import { ended, reduceObservation } from './reduce-observation.ts'
import type { Reduction } from './reduce-provider-event.ts'
import { isOpen, type Stream } from './stream.ts'
import { takeReading } from './take-reading.ts'
import { enforceRemovals } from './viewers.ts'

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

type Tally = { -readonly [Key in keyof ReconcileReport]: ReconcileReport[Key] } & { problems: string[] }

/**
 * One run of the reconciler. The rows are read before the provider is asked: a row that changes in between has a new
 * version, so what was observed for the old one is dropped by the guard instead of overruling something newer.
 */
export async function reconcileNow(
  context: CoreContext,
  options: CallOptions = {},
): Promise<ReconcileReport> {
  const tally: Tally = { checked: 0, corrected: 0, ended: 0, deletedChannels: 0, problems: [] }
  const streams = await unsettled(context, options)
  for (const adapter of context.adapters) {
    const own = streams.filter((stream) => stream.adapterId === adapter.id)
    tally.checked += own.length
    await attempt(context, tally, `The channels of "${adapter.id}" could not be listed`, options, () =>
      reconcileAdapter(context, adapter, own, tally, options),
    )
  }
  context.lastingRemovals.keepOnly(streams.filter(isOpen).map(({ id }) => id))
  const configured = new Set(context.adapters.map(({ id }) => id))
  for (const { id, adapterId } of streams.filter((stream) => !configured.has(stream.adapterId)))
    tally.problems.push(`Stream ${id} could not be reconciled: no adapter "${adapterId}" is configured.`)
  return tally
}

async function reconcileAdapter(
  context: CoreContext,
  adapter: StreamingAdapter,
  streams: readonly Stream[],
  tally: Tally,
  options: CallOptions,
): Promise<void> {
  const listed = new Map<string, ChannelState>()
  for await (const state of adapter.listChannels(options)) listed.set(state.channel.id, state)

  for (const stream of streams) {
    await attempt(context, tally, `Stream ${stream.id} could not be reconciled`, options, () =>
      reconcileStream(context, adapter, stream, listed, tally, options),
    )
  }
  for (const state of listed.values()) {
    await attempt(context, tally, `Channel ${state.channel.id} could not be deleted`, options, async () => {
      if (!(await isOrphan(context, adapter, state))) return
      await context.call(adapter, () => adapter.endChannel(state.channel, options))
      tally.deletedChannels++
    })
  }
}

async function reconcileStream(
  context: CoreContext,
  adapter: StreamingAdapter,
  stream: Stream,
  listed: Map<string, ChannelState>,
  tally: Tally,
  options: CallOptions,
): Promise<void> {
  const release = async (closed: Stream) => {
    if (await releaseChannel(context, closed, options)) tally.deletedChannels++
    if (closed.channel) listed.delete(closed.channel.id)
  }
  if (!isOpen(stream)) return release(stream)
  const owned = stream.channel ? stream : await adopt(context, stream, listed, tally)
  if (!owned?.channel) return
  const state =
    (await detail(context, adapter, owned, listed.get(owned.channel.id), options)) ??
    (await madeAgain(context, adapter, owned, options))
  const reduction = state
    ? reduceObservation(owned, state, context, context.now())
    : vanished(owned, context.now())
  if (!reduction) return settle(context, owned, state, options)
  const result = await context.transition(owned, reduction)
  if (result.outcome !== 'applied') return
  tally.corrected++
  if (isOpen(result.stream)) return settle(context, result.stream, state, options)
  tally.ended++
  await release(result.stream)
}

/** What is read off a stream that stays open: its viewers, its usage, and who must not be there. */
async function settle(
  context: CoreContext,
  stream: Stream,
  state: ChannelState | null,
  options: CallOptions,
): Promise<void> {
  if (stream.status !== 'ready') await takeReading(context, stream, state?.viewers ?? undefined)
  await enforceRemovals(context, stream, options)
}

/** Gives a stream whose creation was cut short its channel, or up on it. */
async function adopt(
  context: CoreContext,
  stream: Stream,
  listed: ReadonlyMap<string, ChannelState>,
  tally: Tally,
): Promise<Stream | null> {
  const found = [...listed.values()].find((state) => state.streamId === stream.id)
  if (found) {
    const result = await context.transition(stream, {
      next: { ...stream, channel: found.channel },
      events: [],
    })
    if (result.outcome !== 'applied') return null
    tally.corrected++
    return result.stream
  }
  const now = context.now()
  if (now.getTime() - Date.parse(stream.createdAt) < context.creationTimeoutSeconds * 1000) return null
  const reason = 'The channel was not made in time.'
  const next: Stream = { ...stream, status: 'failed', endedAt: now.toISOString(), endReason: reason }
  const result = await context.transition(stream, { next, events: [{ type: 'stream.failed', reason }] })
  if (result.outcome === 'applied') tally.corrected++
  return null
}

/** The list tells the session of a live channel; an offline one is asked for its last session. */
async function detail(
  context: CoreContext,
  adapter: StreamingAdapter,
  stream: Stream,
  state: ChannelState | undefined,
  options: CallOptions,
): Promise<ChannelState | null> {
  const { channel } = stream
  if (!channel) return null
  if (state?.session !== undefined) return state
  return context.call(adapter, () => adapter.getChannel(channel, options))
}

/** A provider that restarted has forgotten the channel, and those who send and watch come back to it. */
async function madeAgain(
  context: CoreContext,
  adapter: StreamingAdapter,
  stream: Stream,
  options: CallOptions,
): Promise<ChannelState | null> {
  if (!adapter.traits.forgetsChannels) return null
  return context.call(adapter, async () => {
    const channel = await adapter.createChannel(channelInputOf(stream), options)
    return channel.id === stream.channel?.id ? adapter.getChannel(channel, options) : null
  })
}

function vanished(stream: Stream, now: Date): Reduction {
  const reason = 'The channel is gone at the provider.'
  return { next: ended(stream, reason, now), events: [{ type: 'stream.ended', reason }] }
}

/** True for a channel of ours that no open stream owns. Asks the store anew, as a stream may have been added since. */
async function isOrphan(
  context: CoreContext,
  adapter: StreamingAdapter,
  state: ChannelState,
): Promise<boolean> {
  if (state.streamId === null) return false
  const owner = await context.store.get(state.streamId)
  if (!owner || owner.adapterId !== adapter.id) return true
  if (!isOpen(owner)) return owner.channel === null
  return owner.channel !== null && owner.channel.id !== state.channel.id
}

async function unsettled(context: CoreContext, options: CallOptions): Promise<readonly Stream[]> {
  const streams: Stream[] = []
  const limit = 100
  for (;;) {
    throwIfAborted(options)
    const last = streams.at(-1)
    const page = await context.store.listUnsettled({
      limit,
      ...(last === undefined ? {} : { afterId: last.id }),
    })
    streams.push(...page)
    if (page.length < limit) return streams
  }
}

/** Runs one step; a failure is reported and does not stop the others. Only an abort ends the run. */
async function attempt(
  context: CoreContext,
  tally: Tally,
  problem: string,
  options: CallOptions,
  work: () => Promise<void>,
): Promise<void> {
  throwIfAborted(options)
  try {
    await work()
  } catch (cause) {
    throwIfAborted(options)
    tally.problems.push(`${problem}: ${isStreamingError(cause) ? cause.message : 'unexpected error'}`)
    context.logger.warn(problem, { cause })
  }
}

function throwIfAborted({ signal }: CallOptions): void {
  if (signal?.aborted) {
    throw new StreamingError({
      code: 'aborted',
      message: 'The reconciler was aborted.',
      cause: signal.reason,
    })
  }
}
