import type { CallOptions, StreamingAdapter } from './adapter.ts'
import type { CoreContext } from './core-context.ts'
import { StreamingError } from './errors.ts'
import { decide } from './playback.ts'
import type { ProviderEvent } from './provider-event.ts'
import { isOpen, type Stream } from './stream.ts'
import type { Streaming } from './streaming.ts'

const pageSize = 100

/** The verbs that throw a viewer out of a stream, and let them in again. */
export function viewerVerbs(context: CoreContext): Pick<Streaming, 'removeViewer' | 'restoreViewer'> {
  return {
    removeViewer: async (actor, streamId, userId, options = {}) => {
      const stream = await context.ownStream(actor, streamId)
      const id = validateUserId(userId)
      if (id === stream.creatorId) {
        throw new StreamingError({
          code: 'invalid_input',
          field: 'userId',
          message: 'The creator cannot be removed from their own stream. End it instead.',
        })
      }
      // The ban first: whoever is thrown out may be back before this call has ended.
      await context.store.denyViewer(stream.id, id, context.now().toISOString())
      await throwOut(context, stream, [id], options)
    },
    restoreViewer: async (actor, streamId, userId) => {
      const stream = await context.ownStream(actor, streamId)
      await context.store.allowViewer(stream.id, validateUserId(userId))
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

/** Throws out again who was removed: the events of their return may have been lost. */
export async function enforceRemovals(
  context: CoreContext,
  stream: Stream,
  options: CallOptions,
): Promise<void> {
  if (!revocationOf(context, stream)) return
  let afterUserId: string | undefined
  for (;;) {
    const denied = await context.store.listDeniedViewers({
      streamId: stream.id,
      limit: pageSize,
      ...(afterUserId === undefined ? {} : { afterUserId }),
    })
    if (denied.length > 0) await throwOut(context, stream, denied, options)
    afterUserId = denied.at(-1)
    if (denied.length < pageSize) return
  }
}

/** Where the provider can: on HLS the ban keeps new tokens back, and playback ends with the present one. */
async function throwOut(
  context: CoreContext,
  stream: Stream,
  userIds: readonly string[],
  options: CallOptions = {},
): Promise<void> {
  const { channel } = stream
  const revocation = revocationOf(context, stream)
  if (!revocation || !channel || !isOpen(stream)) return
  await context.call(context.adapter(stream.adapterId), () => revocation.revoke(channel, userIds, options))
}

function revocationOf(context: CoreContext, stream: Stream): StreamingAdapter['revocation'] {
  return context.adapter(stream.adapterId).revocation
}

function validateUserId(userId: string): string {
  if (typeof userId === 'string' && userId.length > 0 && userId.length <= 255) return userId
  throw new StreamingError({
    code: 'invalid_input',
    field: 'userId',
    message: 'userId takes a user’s id of 1 to 255 characters.',
  })
}
