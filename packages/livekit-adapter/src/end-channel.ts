import { type CallOptions, isStreamingError, type StreamingAdapter } from '@stagedoor/streaming-core'
import type { LivekitApi } from './livekit-api.ts'
import { streamIdOf } from './names.ts'
import type { LivekitConfig } from './resolve-options.ts'

/**
 * Deletes a room, which disconnects everybody, and its ingresses first, so that OBS does not come back. A token that has
 * not expired makes the room anew (LiveKit, `room.auto_create`); the reconciler then deletes it once more.
 */
export function endChannelVerb(api: LivekitApi, config: LivekitConfig): StreamingAdapter['endChannel'] {
  const gone = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work
    } catch (error) {
      if (!isStreamingError(error, 'not_found')) throw error
    }
  }
  return async ({ id: room, details }, options: CallOptions = {}) => {
    if (streamIdOf(config.namespace, room) === null) return
    if (config.ingress || details.ingressId !== undefined) {
      const found = await api.call(
        'ListIngress',
        ({ ingress }) => ingress.listIngress({ roomName: room }),
        options,
      )
      for (const { ingressId } of found) {
        await gone(api.call('DeleteIngress', ({ ingress }) => ingress.deleteIngress(ingressId), options))
      }
    }
    await gone(api.call('DeleteRoom', ({ rooms }) => rooms.deleteRoom(room), options))
  }
}
