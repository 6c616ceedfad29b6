import { type HostAccess, redacted, type StreamingAdapter, StreamingError } from '@stagedoor/streaming-core'
import type { LivekitApi } from './livekit-api.ts'
import { hostIdentity } from './names.ts'
import type { LivekitConfig } from './resolve-options.ts'
import { hostGrant, signToken } from './tokens.ts'

/** A token for the browser, or the RTMP address and key of the room's ingress for OBS. */
export function hostAccessVerb(api: LivekitApi, config: LivekitConfig): StreamingAdapter['hostAccess'] {
  return async ({ id: room, details }, host, options = {}): Promise<HostAccess> => {
    const { ingressId } = details
    if (ingressId !== undefined) {
      const [found] = await api.call(
        'ListIngress',
        ({ ingress }) => ingress.listIngress({ ingressId }),
        options,
      )
      if (!found) {
        const message = `The ingress of ${room} is gone. End the stream and create a new one.`
        throw new StreamingError({ code: 'not_found', provider: 'livekit', message })
      }
      return { type: 'rtmps', url: found.url, streamKey: redacted(found.streamKey) }
    }
    const { token, expiresAt } = await signToken(config, {
      identity: hostIdentity(host.userId),
      name: host.displayName,
      room,
      grant: hostGrant,
      ttlSeconds: config.hostTokenTtlSeconds,
    })
    return { type: 'webrtc', url: config.publicUrl, token, expiresAt }
  }
}
