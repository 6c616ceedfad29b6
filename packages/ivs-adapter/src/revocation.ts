import { StartViewerSessionRevocationCommand } from '@aws-sdk/client-ivs'
import { type Capabilities, isStreamingError } from '@stagedoor/streaming-core'
import { z } from 'zod'
import { requireRegion } from './channel-arn.ts'
import { throwIfAborted } from './errors.ts'
import type { IvsApi } from './ivs-api.ts'
import { viewerIdOf } from './playback-token.ts'
import type { IvsConfig } from './resolve-options.ts'

/**
 * Ends playback by every token that was asked for until now. What IVS has revoked stays revoked (IVS user guide, "Revoke
 * Viewer Sessions"); a token that is asked for later has a higher version and plays.
 *
 * Versions are whole seconds of your servers' clocks, which must agree to a second: nothing is added for clocks that do
 * not, as that would keep out whoever is let in again. A viewer who is let in again within the same second is refused by
 * IVS and asks once more. IVS's API takes the version as an integer of 32 bits, which seconds fill in 2038.
 *
 * Viewers who have not signed in have no id and cannot be revoked.
 */
export function revocationOf(api: IvsApi, config: IvsConfig): Capabilities['revocation'] {
  return {
    isLasting: true,
    revoke: async ({ id: channelArn }, userIds, options = {}) => {
      throwIfAborted('revoke', options.signal)
      requireRegion(channelArn, config.region)
      const version = Math.floor(config.now().getTime() / 1000)
      const revokeOne = async (userId: string) => {
        const command = new StartViewerSessionRevocationCommand({
          channelArn,
          viewerId: viewerIdOf(config.namespace, userId),
          viewerSessionVersionsLessThanOrEqualTo: version,
        })
        try {
          await api.call('StartViewerSessionRevocation', command, z.unknown(), options)
        } catch (error) {
          // On a channel that is gone nobody watches.
          if (!isStreamingError(error, 'not_found')) throw error
        }
      }
      // One who cannot be revoked does not save the others.
      const outcomes = await Promise.allSettled(userIds.map(revokeOne))
      const failed = outcomes.find((outcome) => outcome.status === 'rejected')
      if (failed) throw failed.reason
    },
  }
}
