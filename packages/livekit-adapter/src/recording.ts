import type { Capabilities, Recording } from '@stagedoor/streaming-core'
import {
  EgressStatus,
  EncodedFileOutput,
  EncodedFileType,
  RoomCompositeEgressRequest,
  RoomEgress,
  S3Upload,
} from 'livekit-server-sdk'
import type { LivekitApi } from './livekit-api.ts'
import type { LivekitConfig } from './resolve-options.ts'

type Recordings = NonNullable<LivekitConfig['recordings']>

/** LiveKit then records by itself from the first track on, into an MP4 for each time that the room was in use. */
export function automaticRecording(room: string, recordings: Recordings): RoomEgress {
  const { bucket, region, accessKeyId, secretAccessKey, endpoint, prefix = 'recordings' } = recordings
  return new RoomEgress({
    room: new RoomCompositeEgressRequest({
      roomName: room,
      layout: 'speaker',
      fileOutputs: [
        new EncodedFileOutput({
          fileType: EncodedFileType.MP4,
          filepath: `${prefix}/${room}/{time}.mp4`,
          output: {
            case: 's3',
            value: new S3Upload({
              bucket,
              region,
              accessKey: accessKeyId,
              secret: secretAccessKey.reveal(),
              ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
            }),
          },
        }),
      ],
    }),
  })
}

/** Finished recordings, newest first. LiveKit's list has no pages; the cursor is a place in it. */
export function recordingOf(
  api: LivekitApi,
  recordings: Recordings,
  redact: (url: string) => Recording['url'],
): Capabilities['recording'] {
  return {
    list: async ({ id: room }, { cursor, limit }, options = {}) => {
      const found = await api.call(
        'ListEgress',
        ({ egress }) => egress.listEgress({ roomName: room }),
        options,
      )
      const files = found
        .filter(
          ({ status }) =>
            status === EgressStatus.EGRESS_COMPLETE || status === EgressStatus.EGRESS_LIMIT_REACHED,
        )
        .flatMap(({ egressId, fileResults }) => fileResults.map((file) => ({ egressId, file })))
        .filter(({ file }) => file.filename !== '')
        .sort((left, right) => (left.file.startedAt < right.file.startedAt ? 1 : -1))
      const begin = cursor === undefined ? 0 : files.findIndex(({ egressId }) => egressId === cursor) + 1
      const page = files.slice(begin, begin + limit)
      const items = await Promise.all(
        page.map(async ({ egressId, file }): Promise<Recording> => {
          const { url, expiresAt } = await recordings.url(file.filename)
          // LiveKit counts in nanoseconds.
          const durationSeconds = Number(file.duration / 1_000_000n) / 1000
          return { id: egressId, durationSeconds, url: redact(url), expiresAt }
        }),
      )
      const last = page.at(-1)
      return { items, nextCursor: begin + limit < files.length && last ? last.egressId : null }
    },
  }
}
