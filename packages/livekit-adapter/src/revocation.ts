import { type Capabilities, isStreamingError } from '@stagedoor/streaming-core'
import type { LivekitApi } from './livekit-api.ts'
import { listConnections } from './participants.ts'

/**
 * Disconnects every connection of these viewers. It does not keep them out: a token that has not expired lets them in
 * again, and connected browsers hold one that the server renews. Core asks again whenever somebody comes in, and the
 * reconciler sweeps, so they are thrown out again.
 */
export function revocationOf(api: LivekitApi): Capabilities['revocation'] {
  return {
    revoke: async ({ id: room }, userIds, options = {}) => {
      const unwanted = new Set(userIds)
      const connections = await listConnections(api, room, options)
      for (const { identity, who } of connections) {
        if (who?.role !== 'viewer' || !unwanted.has(who.userId)) continue
        try {
          await api.call('RemoveParticipant', ({ rooms }) => rooms.removeParticipant(room, identity), options)
        } catch (error) {
          // They left by themselves meanwhile.
          if (!isStreamingError(error, 'not_found')) throw error
        }
      }
    },
  }
}
