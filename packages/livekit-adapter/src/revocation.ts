import type { CallOptions, Capabilities } from '@stagedoor/streaming-core'
import { createDoorman } from './doorman.ts'
import { throwIfAborted } from './errors.ts'
import { gone, type LivekitApi } from './livekit-api.ts'
import { listConnections } from './participants.ts'
import type { LivekitConfig } from './resolve-options.ts'

/**
 * Disconnects every connection of these viewers. LiveKit Cloud then refuses the tokens that they hold; a server of your own
 * does not (1.13), and renews them. Core asks again whenever somebody comes in, and the reconciler sweeps; who comes back
 * meanwhile meets the doorman.
 */
export function revocationOf(api: LivekitApi, { now, logger }: LivekitConfig): Capabilities['revocation'] {
  const throwOut = async (room: string, userIds: readonly string[], options: CallOptions = {}) => {
    const unwanted = new Set(userIds)
    // In seconds; a token that was made within this one is meant too.
    const revokeTokenTs = BigInt(Math.floor(now().getTime() / 1000) + 1)
    const connections = await listConnections(api, room, options)
    const present: string[] = []
    const failures: unknown[] = []
    for (const { identity, who } of connections) {
      if (who?.role !== 'viewer' || !unwanted.has(who.userId)) continue
      present.push(who.userId)
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
    return present
  }
  const doorman = createDoorman(throwOut, logger)
  return {
    revoke: async ({ id: room }, userIds, options = {}) => {
      doorman.note(room, userIds, await throwOut(room, userIds, options))
    },
  }
}
