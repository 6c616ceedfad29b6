import { type ChannelState, isStreamingError, type StreamingAdapter } from '@stagedoor/streaming-core'
import { toChannel } from './create-channel.ts'
import type { LivekitApi } from './livekit-api.ts'
import { streamIdOf } from './names.ts'
import { type Attendance, attendanceOf, listConnections } from './participants.ts'
import type { LivekitConfig } from './resolve-options.ts'

const nobody: Attendance = { session: null, status: 'offline', viewers: 0 }

/** The verbs that read what LiveKit knows now. It keeps no history: an offline room says nothing of its sessions. */
export function channelStates(
  api: LivekitApi,
  config: LivekitConfig,
): Pick<StreamingAdapter, 'getChannel' | 'listChannels'> {
  const state = (
    room: string,
    details: Readonly<Record<string, string>>,
    attendance: Attendance,
  ): ChannelState => {
    const { session, status, viewers } = attendance
    const base = { channel: toChannel(room, details), streamId: streamIdOf(config.namespace, room) }
    return { ...base, status, viewers, ...(session ? { session } : {}) }
  }
  return {
    getChannel: async ({ id: room, details }, options = {}) => {
      if (streamIdOf(config.namespace, room) === null) return null
      const found = await api.call('ListRooms', ({ rooms }) => rooms.listRooms([room]), options)
      if (found.length === 0) return null
      return state(room, details, attendanceOf(await listConnections(api, room, options)))
    },
    async *listChannels(options = {}) {
      const found = await api.call('ListRooms', ({ rooms }) => rooms.listRooms(), options)
      // A room's own counter says nobody for seconds after somebody came: its list is asked, a call a room.
      for (const { name } of found) {
        if (streamIdOf(config.namespace, name) === null) continue
        const found = state(name, {}, await attend(name, options))
        // There is none now. Left out, it would be asked for once more, a room at a time.
        yield found.status === 'offline' ? { ...found, session: null } : found
      }
    },
  }

  async function attend(room: string, options: { readonly signal?: AbortSignal }): Promise<Attendance> {
    try {
      return attendanceOf(await listConnections(api, room, options))
    } catch (error) {
      // The room ended since it was listed.
      if (isStreamingError(error, 'not_found')) return nobody
      throw error
    }
  }
}
