import type { Capabilities } from '@stagedoor/streaming-core'
import { throwIfAborted } from './errors.ts'
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
      const removals = connections
        .filter(({ who }) => who?.role === 'viewer' && unwanted.has(who.userId))
        .map(({ identity }) => identity)
      const failures: unknown[] = []
      for (const identity of removals) {
        const removal = api.call(
          'RemoveParticipant',
          ({ rooms }) => rooms.removeParticipant(room, identity, { revokeTokenTs }),
          options,
        )
        // They may have left by themselves meanwhile. One who cannot be removed does not save the others.
        await gone(removal).catch((error: unknown) => failures.push(error))
        throwIfAborted('revoke', options.signal)
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}
