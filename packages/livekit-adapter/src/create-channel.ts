import { type Channel, type StreamingAdapter, StreamingError } from '@stagedoor/streaming-core'
import type { RoomIngress } from './ingress.ts'
import type { LivekitApi } from './livekit-api.ts'
import { roomName } from './names.ts'
import { automaticRecording } from './recording.ts'
import type { LivekitConfig } from './resolve-options.ts'

/** Makes a stream's room, which LiveKit does once however often it is asked, and its ingress for OBS. */
export function createChannelVerb(
  api: LivekitApi,
  config: LivekitConfig,
  ingress: RoomIngress,
): StreamingAdapter['createChannel'] {
  return async (input, options = {}) => {
    const room = roomName(config.namespace, input.streamId)
    if (!config.publishMethods.includes(input.publishing)) {
      throw unsupported('publishing', 'OBS needs livekit({ ingress: true }). Publish from the browser.')
    }
    const { recordings } = config
    if (input.record && !recordings) {
      throw unsupported('record', 'Recording needs livekit({ recordings }). Create the stream without it.')
    }
    // A server without egress takes a room that records, and then does not record it. Its list says so.
    if (input.record) {
      await api.call('ListEgress', ({ egress }) => egress.listEgress({ roomName: room }), options)
    }
    await api.call(
      'CreateRoom',
      ({ rooms }) =>
        rooms.createRoom({
          name: room,
          // A 0 would not be sent, and LiveKit's own default of minutes would end the room of a stream that waits.
          emptyTimeout: config.emptyTimeoutSeconds,
          departureTimeout: config.departureTimeoutSeconds,
          // No maxParticipants: viewers who wait would take the creator's place. The plan's limit is kept by the quote.
          ...(input.record && recordings
            ? { egress: automaticRecording(room, input.quality, recordings) }
            : {}),
        }),
      options,
    )
    const channel = toChannel(room, { publishing: input.publishing, quality: input.quality })
    if (input.publishing === 'obs') await ingress.ensure(channel, input.creatorId, options)
    return channel
  }
}

/** What is stored with the stream: names alone, and never a key. */
export function toChannel(room: string, details: Readonly<Record<string, string>> = {}): Channel {
  return { id: room, details }
}

function unsupported(field: string, message: string): StreamingError {
  return new StreamingError({ code: 'unsupported', provider: 'livekit', field, message })
}
