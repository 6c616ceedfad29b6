import { type CallOptions, type Channel, StreamingError } from '@stagedoor/streaming-core'
import { createLivekitApi } from './livekit-api.ts'
import type { LivekitOptions } from './livekit-options.ts'
import { type Connection, listConnections } from './participants.ts'
import { resolveOptions } from './resolve-options.ts'

/** What a platform's moderators can do in a room beside removing a viewer, which core does. */
export interface LivekitModeration {
  /** Everybody who is in the room, oldest first; LiveKit answers them all at once. */
  list(channel: Channel, options?: CallOptions): Promise<readonly Connection[]>
  /**
   * Mutes one track. Only its own publisher can unmute it, unless the server allows remote unmuting.
   * @throws `not_found` when the participant or the track is not there.
   */
  mute(
    channel: Channel,
    target: { readonly identity: string; readonly trackSid: string },
    options?: CallOptions,
  ): Promise<void>
}

/**
 * Lists and mutes participants.
 *
 * @throws `StreamingError` `invalid_input` naming the option at fault.
 *
 * @example
 * ```ts
 * import { livekitModeration, livekitOptionsFromEnv } from '@stagedoor/livekit-adapter'
 *
 * const moderation = livekitModeration(livekitOptionsFromEnv(process.env))
 * ```
 */
export function livekitModeration(options: LivekitOptions): LivekitModeration {
  const api = createLivekitApi(resolveOptions(options))
  return {
    list: async ({ id: room }, call) =>
      [...(await listConnections(api, room, call))].sort((left, right) =>
        left.joinedAt < right.joinedAt ? -1 : 1,
      ),
    mute: async ({ id: room }, { identity, trackSid }, call) => {
      // A server of one's own waits in vain for somebody who is not there, and then says that it is away.
      const connections = await listConnections(api, room, call)
      const found = connections.find((connection) => connection.identity === identity)
      if (!found?.tracks.some(({ sid }) => sid === trackSid)) throw noTrack(room, identity, trackSid)
      // The SDK's type says that a track comes back; for an unknown one the server sends none, and no error.
      const track: unknown = await api.call(
        'MutePublishedTrack',
        ({ rooms }) => rooms.mutePublishedTrack(room, identity, trackSid, true),
        call,
      )
      if (!track) throw noTrack(room, identity, trackSid)
    },
  }
}

function noTrack(room: string, identity: string, trackSid: string): StreamingError {
  const message = `There is no track ${trackSid} of ${identity} in ${room}.`
  return new StreamingError({ code: 'not_found', provider: 'livekit', message })
}
