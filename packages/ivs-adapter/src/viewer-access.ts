import { redacted, type StreamingAdapter, StreamingError } from '@stagedoor/streaming-core'
import type { Endpoints } from './endpoints.ts'
import { throwIfAborted } from './errors.ts'
import { signPlaybackToken, viewerIdOf } from './playback-token.ts'
import type { IvsConfig } from './resolve-options.ts'

/** A playback URL with its token. No call of IVS is made for a channel that was created here. */
export function viewerAccessVerb(config: IvsConfig, endpoints: Endpoints): StreamingAdapter['viewerAccess'] {
  return async (channel, viewer, options = {}) => {
    throwIfAborted('viewerAccess', options.signal)
    const expiresAt = expiry(config, options.until)
    const url = new URL((await endpoints(channel, options)).playbackUrl)
    if (config.playbackKey) {
      const viewerId = viewer.userId === null ? null : viewerIdOf(config.namespace, viewer.userId)
      const askedAt = options.askedAt === undefined ? config.now() : new Date(options.askedAt)
      const grant = { channelArn: channel.id, viewerId, askedAt, expiresAt }
      url.searchParams.set('token', await signPlaybackToken(config.playbackKey, grant))
    }
    return { type: 'hls', url: redacted(url.href), expiresAt: expiresAt.toISOString() }
  }
}

/** In whole seconds, as that is what a token can say. */
function expiry({ now, playbackTokenTtlSeconds }: IvsConfig, until: string | undefined): Date {
  const present = now().getTime() / 1000
  const bound = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until) / 1000
  const seconds = Math.floor(Math.min(present + playbackTokenTtlSeconds, bound))
  if (seconds > present) return new Date(seconds * 1000)
  throw new StreamingError({
    code: 'invalid_input',
    provider: 'ivs',
    field: 'until',
    message: `until takes a time in the future, at least a second away; "${until}" is not.`,
  })
}
