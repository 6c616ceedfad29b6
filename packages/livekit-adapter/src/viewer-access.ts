import type { StreamingAdapter } from '@stagedoor/streaming-core'
import { throwIfAborted } from './errors.ts'
import { viewerIdentity } from './names.ts'
import type { LivekitConfig } from './resolve-options.ts'
import { signToken, viewerGrant } from './tokens.ts'

/** A token that may look and listen, and that no browser can use for anybody else. */
export function viewerAccessVerb(config: LivekitConfig): StreamingAdapter['viewerAccess'] {
  return async ({ id: room }, viewer, { until, signal } = {}) => {
    throwIfAborted('viewerAccess', signal)
    const { token, expiresAt } = await signToken(config, {
      identity: viewerIdentity(viewer.userId),
      name: viewer.displayName,
      room,
      grant: { ...viewerGrant, hidden: config.hiddenViewers },
      ttlSeconds: config.viewerTokenTtlSeconds,
      until,
    })
    return { type: 'webrtc', url: config.publicUrl, token, expiresAt }
  }
}
