import type { AccessDecision } from './access.ts'
import type { CallOptions, Viewer } from './adapter.ts'
import type { CoreContext } from './core-context.ts'
import { StreamingError } from './errors.ts'
import { openChannel } from './ingest.ts'
import { pageOfRecordings } from './recordings.ts'
import type { Stream } from './stream.ts'
import type { Streaming } from './streaming.ts'
import { validateLimit } from './validate-input.ts'

/** The verbs that let viewers in: the access hook is asked each time, before anything that plays leaves the server. */
export function playbackVerbs(context: CoreContext): Pick<Streaming, 'getPlayback' | 'listRecordings'> {
  return {
    getPlayback: async (viewer, streamId, options = {}) => {
      const askedAt = context.now().toISOString()
      const stream = await context.stream(streamId)
      const decision = await decide(context, viewer, stream, options)
      if (!decision.allowed)
        return { allowed: false, denial: { reason: decision.reason, offers: decision.offers } }
      const channel = openChannel(stream)
      const adapter = context.adapter(stream.adapterId)
      const until = decision.until === undefined ? {} : { until: decision.until }
      const access = await context.call(adapter, () =>
        adapter.viewerAccess(channel, viewer, { ...options, askedAt, ...until }),
      )
      return { allowed: true, access }
    },
    listRecordings: async (viewer, streamId, query = {}, options = {}) => {
      const limit = validateLimit(query.limit)
      const stream = await context.stream(streamId)
      const decision = await decide(context, viewer, stream, options)
      if (!decision.allowed)
        return { allowed: false, denial: { reason: decision.reason, offers: decision.offers } }
      const until = decision.until === undefined ? {} : { until: decision.until }
      return {
        allowed: true,
        page: await pageOfRecordings(context, stream, { ...query, limit }, { ...options, ...until }),
      }
    },
  }
}

/** Asks the stream's removals, then the platform. Only an explicit, well-formed yes lets anybody in: a failing hook keeps the door shut. */
export async function decide(
  context: CoreContext,
  viewer: Viewer,
  stream: Stream,
  { signal }: CallOptions,
): Promise<AccessDecision> {
  if (viewer.userId !== null && (await context.store.isViewerDenied(stream.id, viewer.userId))) {
    return { allowed: false, reason: 'banned', offers: [] }
  }
  const decision = await context.options.access(viewer, stream, signal === undefined ? {} : { signal })
  if (decision?.allowed === false) return decision
  if (decision?.allowed !== true) throw malformed('The access hook answered neither yes nor no.')
  if (decision.until === undefined) return decision
  const until = Date.parse(decision.until)
  if (Number.isNaN(until)) throw malformed('The access hook answered an `until` that is no date.')
  if (until > context.now().getTime()) return decision
  return { allowed: false, reason: 'subscribe', offers: [] }
}

function malformed(message: string): StreamingError {
  return new StreamingError({ code: 'internal', message })
}
