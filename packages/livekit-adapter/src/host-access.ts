import {
  type CallOptions,
  type Capabilities,
  type HostAccess,
  type StreamingAdapter,
  StreamingError,
} from '@stagedoor/streaming-core'
import { throwIfAborted } from './errors.ts'
import type { RoomIngress } from './ingress.ts'
import { hostIdentity } from './names.ts'
import type { LivekitConfig } from './resolve-options.ts'
import { hostGrant, signToken } from './tokens.ts'

/** A token for the browser, or the address and key of the room's ingress for OBS. */
export function hostAccessVerb(config: LivekitConfig, ingress: RoomIngress): StreamingAdapter['hostAccess'] {
  return async ({ id: room, details }, host, options = {}): Promise<HostAccess> => {
    throwIfAborted('hostAccess', options.signal)
    // A channel that was adopted after a crash does not tell how it is published to; its ingress does.
    if (details.publishing === 'obs' || (details.publishing === undefined && config.ingress)) {
      const access = await ingress.access(room, options)
      if (access) return access
      if (details.publishing === 'obs') throw noIngress(room)
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

/**
 * A new ingress with a new key, as LiveKit cannot change the key of one; the encoder is disconnected. Safe to repeat. A
 * browser has no key: its token ends by itself.
 */
export function keyRotation(ingress: RoomIngress): Capabilities['keyRotation'] {
  return {
    rotate: async (channel, host, options: CallOptions = {}) => {
      const { id: room, details } = channel
      const isObs = details.publishing === 'obs' || (await ingress.access(room, options)) !== null
      if (!isObs) {
        const message = 'A browser has no stream key to rotate: its token ends by itself.'
        throw new StreamingError({ code: 'unsupported', provider: 'livekit', message })
      }
      await ingress.removeAll(room, options)
      await ingress.ensure(channel, host.userId, options)
      const access = await ingress.access(room, options)
      if (access) return access
      throw noIngress(room)
    },
  }
}

function noIngress(room: string): StreamingError {
  const message = `The ingress of ${room} is gone. End the stream and create a new one.`
  return new StreamingError({ code: 'not_found', provider: 'livekit', message })
}
