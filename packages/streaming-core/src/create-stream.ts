import type { CreateChannelInput } from './adapter.ts'
import { type ChoiceContext, choose } from './choose.ts'
import type { CoreContext } from './core-context.ts'
import { deriveId, fingerprint } from './digest.ts'
import { isStreamingError, StreamingError } from './errors.ts'
import { noUsage, usageOfStream } from './metering.ts'
import { isOpen, type Stream } from './stream.ts'
import type { CreateStreamOptions, Identity, Streaming } from './streaming.ts'
import { type ValidCreateStreamInput, validateCreateStream } from './validate-input.ts'

/** How long a creation may run before its idempotency key may be claimed anew, in seconds. */
const leaseSeconds = 60

/** The verb that opens a stream: row first, then the channel, so that a crash leaves a row that names its channel. */
export function createStreamVerb(context: CoreContext): Streaming['createStream'] {
  return async (creator, input, options = {}) => {
    const valid = validateCreateStream(input)
    if (options.idempotencyKey === undefined)
      return open(context, creator, valid, context.generateId(), options)
    return idempotently(context, creator, valid, options.idempotencyKey, options)
  }
}

async function idempotently(
  context: CoreContext,
  creator: Identity,
  input: ValidCreateStreamInput,
  idempotencyKey: string,
  options: CreateStreamOptions,
): ReturnType<Streaming['createStream']> {
  if (!/^[\x21-\x7e]{1,255}$/.test(idempotencyKey)) {
    throw new StreamingError({
      code: 'invalid_input',
      field: 'idempotencyKey',
      message: 'An idempotency key is 1 to 255 visible ASCII characters.',
    })
  }
  const key = JSON.stringify(['createStream', creator.userId, idempotencyKey])
  const claim = await context.store.claimIdempotencyKey({
    key,
    fingerprint: await fingerprint(input),
    at: context.now().toISOString(),
    leaseSeconds,
  })
  if (claim.outcome === 'mismatch') {
    throw new StreamingError({
      code: 'conflict',
      field: 'idempotencyKey',
      message: 'This idempotency key was used with another input. Use a new key for a new stream.',
    })
  }
  if (claim.outcome === 'in_progress') {
    throw new StreamingError({
      code: 'conflict',
      message: 'The first request with this key still runs. Retry shortly.',
    })
  }
  if (claim.outcome === 'done') {
    const stream = await context.stream(String(claim.response))
    return { stream, decision: stream.decision }
  }
  try {
    // The id follows from the key, so a repeat after a crash finds the half-made stream and goes on with it.
    const derived = await deriveId(key)
    const former = await context.store.get(derived)
    const streamId = former && !isOpen(former) ? context.generateId() : derived
    const result = await open(context, creator, input, streamId, options)
    await context.store.completeIdempotencyKey(key, result.stream.id)
    return result
  } catch (cause) {
    await context.store.releaseIdempotencyKey(key).catch((storeError: unknown) => {
      context.logger.warn('an idempotency key could not be released before its lease ends', {
        cause: storeError,
      })
    })
    throw cause
  }
}

async function open(
  context: CoreContext,
  creator: Identity,
  input: ValidCreateStreamInput,
  streamId: string,
  options: CreateStreamOptions,
): ReturnType<Streaming['createStream']> {
  const hookOptions = options.signal === undefined ? {} : { signal: options.signal }
  const eligibility = await context.options.eligibility({ userId: creator.userId }, hookOptions)
  // Only an explicit yes: what else a hook may answer keeps the door shut.
  if (eligibility.eligible !== true) {
    throw new StreamingError({ code: 'forbidden', message: eligibility.reason ?? 'You may not go live.' })
  }
  const choice = { verified: eligibility.verified, previous: await previousCandidate(context, creator) }
  const planned = draft(context, creator, input, streamId, choice)
  checkBudget(context, planned)
  const stream = await insert(context, planned, options)
  const attached = stream.channel ? stream : await makeChannel(context, stream, options)
  return { stream: attached, decision: attached.decision }
}

/** What carried the creator's last stream. */
export async function previousCandidate(context: CoreContext, creator: Identity): Promise<string | null> {
  const [last] = await context.store.list({ creatorId: creator.userId, limit: 1 })
  return last?.decision.candidate ?? null
}

function draft(
  context: CoreContext,
  creator: Identity,
  input: ValidCreateStreamInput,
  streamId: string,
  choice: ChoiceContext,
): Stream {
  const plan = { ...input, watchShare: 1 }
  const { candidate, adapterId, publishing, reasons } = choose(
    plan,
    context.candidates,
    context.options.policy,
    choice,
  )
  return {
    id: streamId,
    creatorId: creator.userId,
    title: input.title,
    status: 'ready',
    adapterId,
    delivery: context.adapter(adapterId).traits.delivery,
    channel: null,
    decision: { candidate, adapterId, publishing, reasons },
    quality: input.quality,
    access: input.access,
    recording: input.record,
    recordings: [],
    budget: input.budget,
    createdAt: context.now().toISOString(),
    viewers: { current: 0, peak: 0 },
    usage: noUsage,
    budgetReached: 0,
    session: null,
    version: 0,
  }
}

/** A budget in another currency than the price book's could never be found spent. */
function checkBudget(context: CoreContext, stream: Stream): void {
  if (!stream.budget) return
  const { currency } = context.adapter(stream.adapterId).cost(usageOfStream(stream)).total
  if (stream.budget.currency === currency) return
  throw new StreamingError({
    code: 'invalid_input',
    field: 'budget.currency',
    message: `budget.currency: takes ${currency}, in which the prices of "${stream.adapterId}" are.`,
  })
}

async function insert(context: CoreContext, stream: Stream, options: CreateStreamOptions): Promise<Stream> {
  const result = await context.store.insert(stream, [{ type: 'stream.created' }], stream.createdAt)
  if (result.outcome === 'creator_busy') {
    throw new StreamingError({
      code: 'conflict',
      message: `You have an open stream already (${result.stream.id}). End it before you open another.`,
    })
  }
  if (result.outcome === 'inserted') return result.stream
  // Only the first call with the same key may have left a stream of this id.
  if (options.idempotencyKey === undefined || result.stream.creatorId !== stream.creatorId) {
    throw new StreamingError({ code: 'internal', message: 'generateId made an id that is taken.' })
  }
  if (isOpen(result.stream)) return result.stream
  throw new StreamingError({
    code: 'conflict',
    message: 'The stream of this idempotency key has just ended. Retry to open another.',
  })
}

/** What a stream's channel is made from, at first and again. */
export function channelInputOf(stream: Stream): CreateChannelInput {
  const { id: streamId, creatorId, title, quality, recording: record, decision } = stream
  return { streamId, creatorId, title, quality, publishing: decision.publishing, record }
}

async function makeChannel(
  context: CoreContext,
  stream: Stream,
  options: CreateStreamOptions,
): Promise<Stream> {
  const adapter = context.adapter(stream.adapterId)
  const streamId = stream.id
  try {
    const channel = await context.call(adapter, () => adapter.createChannel(channelInputOf(stream), options))
    const result = await context.transition(stream, { next: { ...stream, channel }, events: [] })
    if (result.outcome === 'applied') return result.stream
    const present = await context.stream(streamId)
    if (present.channel?.id === channel.id) return present
    await context.call(adapter, () => adapter.endChannel(channel))
    throw new StreamingError({
      code: 'conflict',
      message: 'The stream was ended while its channel was being made.',
    })
  } catch (cause) {
    if (!isStreamingError(cause, 'conflict')) await markFailed(context, stream, cause)
    throw cause
  }
}

/** Frees the creator. A channel that was made all the same has no open stream now: the reconciler deletes it. */
async function markFailed(context: CoreContext, stream: Stream, cause: unknown): Promise<void> {
  // The reason is public, and what a provider says of its failures is not.
  const reason =
    isStreamingError(cause) && cause.status < 500 ? cause.message : 'The channel could not be made.'
  context.logger.error('a channel could not be made', { streamId: stream.id, cause })
  const next: Stream = {
    ...stream,
    status: 'failed',
    endedAt: context.now().toISOString(),
    endReason: reason,
  }
  try {
    await context.transition(stream, { next, events: [{ type: 'stream.failed', reason }] })
  } catch (storeError) {
    context.logger.error('a failed stream could not be marked', { streamId: stream.id, cause: storeError })
  }
}
