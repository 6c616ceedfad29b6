import type { CallOptions, StreamingAdapter } from '@stagedoor/streaming-core'
import type { RoomIngress } from './ingress.ts'
import { gone, type LivekitApi } from './livekit-api.ts'
import { streamIdOf } from './names.ts'
import type { LivekitConfig } from './resolve-options.ts'

/**
 * Deletes a room, which disconnects everybody, and its ingresses first, so that OBS does not come back. A token that has
 * not expired makes the room anew (LiveKit, `room.auto_create`); the reconciler then deletes it once more.
 */
export function endChannelVerb(
  api: LivekitApi,
  config: LivekitConfig,
  ingress: RoomIngress,
): StreamingAdapter['endChannel'] {
  return async ({ id: room, details }, options: CallOptions = {}) => {
    if (streamIdOf(config.namespace, room) === null) return
    if (config.ingress || details.publishing === 'obs') await ingress.removeAll(room, options)
    await gone(api.call('DeleteRoom', ({ rooms }) => rooms.deleteRoom(room), options))
  }
}
