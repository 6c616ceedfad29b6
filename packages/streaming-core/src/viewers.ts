import type { CallOptions, StreamingAdapter } from './adapter.ts'
import type { CoreContext } from './core-context.ts'
import { StreamingError } from './errors.ts'
import { decide } from './playback.ts'
import type { ProviderEvent } from './provider-event.ts'
import { isOpen, type Stream } from './stream.ts'
import type { RecheckScope, Streaming } from './streaming.ts'

const pageSize = 100

/** So many of a stream the reconciler throws out for good in one run: a provider takes a few such calls a second. */
const lastingRemovalsARun = 20

/** The verbs that throw a viewer out of a stream, let them in again, and look at what they may do by now. */
export function viewerVerbs(
  context: CoreContext,
): Pick<Streaming, 'removeViewer' | 'restoreViewer' | 'recheckViewer'> {
  return {
    removeViewer: async (actor, streamId, userId, options = {}) => {
      const stream = await context.ownStream(actor, streamId)
      const id = validateUserId(userId)
      if (id === stream.creatorId) {
        throw invalid('userId', 'The creator cannot be removed from their own stream. End it instead.')
      }
      // The ban first: whoever is thrown out may be back before this call has ended.
      await context.store.denyViewer(stream.id, id, context.now().toISOString())
      context.lastingRemovals.forget(stream.id, id)
      await enforce(context, stream, id, false, options)
    },
    restoreViewer: async (actor, streamId, userId) => {
      const stream = await context.ownStream(actor, streamId)
      await context.store.allowViewer(stream.id, validateUserId(userId))
    },
    recheckViewer: async (userId, scope, options = {}) => {
      const id = validateUserId(userId)
      const failures: unknown[] = []
      for (const stream of await streamsOf(context, scope)) {
        // One stream that cannot be looked at does not keep the viewer in the others.
        await recheck(context, stream, id, options).catch((failure: unknown) => failures.push(failure))
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}

/** Somebody came in with a token: asks again, as the answer may have changed since the token was made. */
export async function admit(
  context: CoreContext,
  stream: Stream,
  { userId }: Extract<ProviderEvent, { type: 'viewer.joined' }>,
): Promise<void> {
  if (!isOpen(stream) || userId === stream.creatorId) return
  const decision = await decide(context, { userId }, stream, {})
  if (!decision.allowed) await throwOut(context, stream, [userId])
}

/** Throws out again who was removed: the events of their return may have been lost, and so may the first try. */
export async function enforceRemovals(
  context: CoreContext,
  stream: Stream,
  options: CallOptions,
): Promise<void> {
  const revocation = revocationOf(context, stream)
  if (!revocation) return
  const denied = await deniedViewers(context, stream)
  const unwanted = revocation.isLasting
    ? context.lastingRemovals.undone(stream.id, denied).slice(0, lastingRemovalsARun)
    : denied
  if (unwanted.length === 0) return
  await throwOut(context, stream, unwanted, options)
  if (revocation.isLasting) context.lastingRemovals.note(stream.id, unwanted)
}

async function deniedViewers(context: CoreContext, stream: Stream): Promise<readonly string[]> {
  const denied: string[] = []
  for (;;) {
    const afterUserId = denied.at(-1)
    const page = await context.store.listDeniedViewers({
      streamId: stream.id,
      limit: pageSize,
      ...(afterUserId === undefined ? {} : { afterUserId }),
    })
    denied.push(...page)
    if (page.length < pageSize) return denied
  }
}

async function recheck(
  context: CoreContext,
  stream: Stream,
  userId: string,
  options: CallOptions,
): Promise<void> {
  const { allowed } = await decide(context, { userId }, stream, options)
  await enforce(context, stream, userId, allowed, options)
}

/** Tells the viewer's pages, which then ask for playback themselves, and does not wait for them. */
async function enforce(
  context: CoreContext,
  stream: Stream,
  userId: string,
  allowed: boolean,
  options: CallOptions,
): Promise<void> {
  const told = context.tell({ streamId: stream.id, type: 'viewer.access_changed', userId, allowed })
  try {
    if (!allowed && userId !== stream.creatorId) await throwOut(context, stream, [userId], options)
  } finally {
    await told
  }
}

/** Where the provider can: elsewhere the ban keeps new tokens back, and playback ends with the present one. */
async function throwOut(
  context: CoreContext,
  stream: Stream,
  userIds: readonly string[],
  options: CallOptions = {},
): Promise<void> {
  const { channel } = stream
  if (!channel || !isOpen(stream)) return
  const revocation = revocationOf(context, stream)
  if (!revocation) return
  await context.call(context.adapter(stream.adapterId), () => revocation.revoke(channel, userIds, options))
}

function revocationOf(context: CoreContext, stream: Stream): StreamingAdapter['revocation'] {
  return context.adapter(stream.adapterId).revocation
}

async function streamsOf(context: CoreContext, scope: RecheckScope): Promise<readonly Stream[]> {
  const { streamId, creatorId } = readScope(scope)
  if (streamId !== undefined) return [await context.stream(streamId)]
  const streams: Stream[] = []
  for (;;) {
    const last = streams.at(-1)
    const page = await context.store.list({
      status: ['ready', 'live', 'interrupted'],
      creatorId,
      limit: pageSize,
      ...(last === undefined ? {} : { after: { createdAt: last.createdAt, id: last.id } }),
    })
    streams.push(...page)
    if (page.length < pageSize) return streams
  }
}

/** Those who call from JavaScript may pass anything, and a scope that is misspelt must not look at nothing. */
function readScope(
  scope: RecheckScope,
):
  | { readonly streamId: string; readonly creatorId?: never }
  | { readonly creatorId: string; readonly streamId?: never } {
  const { streamId, creatorId }: { streamId?: unknown; creatorId?: unknown } = { ...scope }
  if (streamId !== undefined && creatorId === undefined) {
    if (typeof streamId === 'string') return { streamId }
    throw invalid('scope.streamId', 'scope.streamId takes the id of a stream.')
  }
  if (creatorId !== undefined && streamId === undefined)
    return { creatorId: validateUserId(creatorId, 'scope.creatorId') }
  throw invalid('scope', 'scope takes either { streamId } or { creatorId }.')
}

function validateUserId(userId: unknown, field = 'userId'): string {
  if (typeof userId === 'string' && userId.length > 0 && userId.length <= 255) return userId
  throw invalid(field, `${field} takes a user’s id of 1 to 255 characters.`)
}

function invalid(field: string, message: string): StreamingError {
  return new StreamingError({ code: 'invalid_input', field, message })
}
