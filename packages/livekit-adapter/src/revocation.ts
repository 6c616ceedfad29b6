import type { Capabilities } from '@stagedoor/streaming-core'
import { gone, type LivekitApi } from './livekit-api.ts'
import { listConnections } from './participants.ts'
import type { LivekitConfig } from './resolve-options.ts'

/**
 * Disconnects every connection of these viewers. LiveKit Cloud then refuses the tokens that they hold; a server of your own
 * does not (1.13), and its connected browsers hold one that it renews. Core asks again whenever somebody comes in, and
 * the reconciler sweeps, so they are thrown out again.
 */
export function revocationOf(api: LivekitApi, { now }: LivekitConfig): Capabilities['revocation'] {
  return {
    revoke: async ({ id: room }, userIds, options = {}) => {
      const unwanted = new Set(userIds)
      // In seconds; a token that was made within this one is meant too.
      const revokeTokenTs = BigInt(Math.floor(now().getTime() / 1000) + 1)
      const connections = await listConnections(api, room, options)
      for (const { identity, who } of connections) {
        if (who?.role !== 'viewer' || !unwanted.has(who.userId)) continue
        const removal = api.call(
          'RemoveParticipant',
          ({ rooms }) => rooms.removeParticipant(room, identity, { revokeTokenTs }),
          options,
        )
        // They may have left by themselves meanwhile.
        await gone(removal)
      }
    },
  }
}
