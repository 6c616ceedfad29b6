import { announce } from './announce.ts'
import { applyEventVerb } from './apply-event.ts'
import { type ChoiceContext, weigh } from './choose.ts'
import { type CoreContext, createCoreContext } from './core-context.ts'
import { createStreamVerb, previousCandidate } from './create-stream.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { endStreamNow } from './end-stream.ts'
import { StreamingError } from './errors.ts'
import { memoryEventBus } from './event-bus.ts'
import { ingestVerbs } from './ingest.ts'
import type { StreamPlan } from './plan.ts'
import { playbackVerbs } from './playback.ts'
import { reconcileNow } from './reconcile.ts'
import type { StreamStatus } from './stream.ts'
import type { Estimate, Streaming, StreamingOptions } from './streaming.ts'
import { getCostVerb } from './take-reading.ts'
import { validateLimit, validatePlan, validateStreamId } from './validate-input.ts'
import { viewerVerbs } from './viewers.ts'

const statuses: readonly string[] = [
  'ready',
  'live',
  'interrupted',
  'ended',
  'failed',
] satisfies StreamStatus[]

/**
 * Makes the server side of the SDK out of a platform's adapters, store and rules. Does no I/O by itself.
 *
 * @throws {@link StreamingError} `invalid_input` when an option cannot work.
 *
 * @example
 * ```ts
 * import { createStreaming, memory, memoryStreamStore } from '@stagedoor/streaming-core'
 *
 * const streaming = createStreaming({
 *   adapters: [memory()],
 *   store: memoryStreamStore(),
 *   access: (viewer) => (viewer.userId ? { allowed: true } : { allowed: false, reason: 'sign_in', offers: [] }),
 *   eligibility: () => ({ eligible: true, verified: true }),
 * })
 * const { stream } = await streaming.createStream({ userId: 'ava' }, { title: 'Rehearsal' })
 * ```
 */
export function createStreaming(options: StreamingOptions): Streaming {
  const bus = options.bus ?? memoryEventBus()
  const context = createCoreContext(options, bus)
  const applyEvent = applyEventVerb(context)
  return {
    adapters: context.adapters,
    store: context.store,
    bus,
    createStream: createStreamVerb(context),
    getStream: context.stream,
    listStreams: listStreamsVerb(context),
    ...ingestVerbs(context),
    ...playbackVerbs(context),
    ...viewerVerbs(context),
    getCost: getCostVerb(context),
    endStream: async (actor, streamId, callOptions) =>
      endStreamNow(
        context,
        await context.ownStream(actor, streamId),
        'The creator ended the stream.',
        callOptions,
      ),
    forceEndStream: async (streamId, reason, callOptions) =>
      endStreamNow(context, await context.stream(streamId), reason, callOptions),
    estimate: (input, creator) => estimate(context, input, creator),
    estimateFor: async (creator, input, { signal } = {}) => {
      const hookOptions = signal === undefined ? {} : { signal }
      const eligibility = await context.options.eligibility({ userId: creator.userId }, hookOptions)
      // Whoever may not go live gets what anybody gets.
      const verified = eligibility.eligible !== true || eligibility.verified
      return estimate(context, input, { verified, previous: await previousCandidate(context, creator) })
    },
    receiveWebhook: async (adapterId, request, callOptions) => {
      const adapter = context.adapter(adapterId)
      const events = await context.call(adapter, () => adapter.receiveWebhook(request, callOptions))
      for (const event of events) await applyEvent(adapterId, event)
    },
    applyEvent,
    listEvents: (streamId, afterSeq, limit = 100) =>
      context.store.listEvents({ streamId: validateStreamId(streamId), afterSeq, limit }),
    announce: (streamId, name, data) => announce(context, streamId, name, data),
    reconcile: (callOptions) => reconcileNow(context, callOptions),
  }
}

function listStreamsVerb(context: CoreContext): Streaming['listStreams'] {
  return async ({ status, creatorId, cursor, limit: requested }) => {
    const limit = validateLimit(requested)
    const wanted = status === undefined ? undefined : typeof status === 'string' ? [status] : status
    const unknown = wanted?.find((entry) => !statuses.includes(entry))
    if (unknown !== undefined) {
      throw new StreamingError({
        code: 'invalid_input',
        field: 'status',
        message: `status takes ${statuses.join(', ')}.`,
      })
    }
    const streams = await context.store.list({
      limit: limit + 1,
      ...(wanted === undefined ? {} : { status: wanted }),
      ...(creatorId === undefined ? {} : { creatorId }),
      ...(cursor === undefined ? {} : { after: decodeCursor(cursor) }),
    })
    const items = streams.slice(0, limit)
    const last = items.at(-1)
    return { items, nextCursor: streams.length > limit && last ? encodeCursor(last) : null }
  }
}

function estimate(context: CoreContext, input: Partial<StreamPlan>, creator?: ChoiceContext): Estimate {
  const plan = validatePlan(input)
  const { decision, quotes } = weigh(plan, context.candidates, context.options.policy, creator)
  return { decision, quotes }
}
