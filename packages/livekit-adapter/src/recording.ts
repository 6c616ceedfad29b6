import { type Capabilities, type Quality, type Recording, StreamingError } from '@stagedoor/streaming-core'
import {
  AutoParticipantEgress,
  type EgressInfo,
  EgressStatus,
  EncodedFileOutput,
  EncodedFileType,
  EncodingOptions,
  EncodingOptionsPreset,
  RoomEgress,
  S3Upload,
  SegmentedFileOutput,
} from 'livekit-server-sdk'
import type { LivekitApi } from './livekit-api.ts'
import type { LivekitConfig } from './resolve-options.ts'

type Recordings = NonNullable<LivekitConfig['recordings']>

/**
 * Recording that LiveKit starts and ends by itself: of the creator, from the first track of each of their connections on.
 * Not of the room: that would start with an empty room, when it is made, and give up long before the show
 * (livekit-server 1.13, `roommanager.go` and `room.go`).
 */
export function automaticRecording(room: string, quality: Quality, recordings: Recordings): RoomEgress {
  const { bucket, region, accessKeyId, secretAccessKey, endpoint, prefix = 'recordings' } = recordings
  const path = `${prefix}/${room}/{time}`
  const output = {
    case: 's3',
    value: new S3Upload({
      bucket,
      region,
      accessKey: accessKeyId,
      secret: secretAccessKey.reveal(),
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    }),
  } as const
  const outputs =
    recordings.format === 'hls'
      ? {
          segmentOutputs: [
            new SegmentedFileOutput({
              filenamePrefix: `${path}/part`,
              playlistName: `${path}/index.m3u8`,
              output,
            }),
          ],
        }
      : {
          fileOutputs: [
            new EncodedFileOutput({ fileType: EncodedFileType.MP4, filepath: `${path}.mp4`, output }),
          ],
        }
  return new RoomEgress({
    participant: new AutoParticipantEgress({ options: encodings[quality], ...outputs }),
  })
}

/** LiveKit has no preset for 480 lines. */
const encodings: Readonly<Record<Quality, AutoParticipantEgress['options']>> = {
  sd: {
    case: 'advanced',
    value: new EncodingOptions({ width: 854, height: 480, framerate: 30, videoBitrate: 1500 }),
  },
  hd: { case: 'preset', value: EncodingOptionsPreset.H264_720P_30 },
  fhd: { case: 'preset', value: EncodingOptionsPreset.H264_1080P_30 },
}

/**
 * Finished recordings, newest first. LiveKit's list has no pages; the cursor is a place in it. A server of your own forgets
 * them after a day (livekit-server 1.13, `redisstore.go`).
 */
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
        .flatMap(resultsOf)
        .filter(({ key }) => key !== '')
        .sort((left, right) => (left.startedAt < right.startedAt ? 1 : -1))
      const begin = cursor === undefined ? 0 : files.findIndex(({ egressId }) => egressId === cursor) + 1
      const page = files.slice(begin, begin + limit)
      const items = await Promise.all(
        page.map(async ({ egressId, key, duration }): Promise<Recording> => {
          const { url, expiresAt } = await sign(recordings, key)
          // LiveKit counts in nanoseconds.
          const durationSeconds = Number(duration / 1_000_000n) / 1000
          return { id: egressId, durationSeconds, url: redact(url), expiresAt }
        }),
      )
      const last = page.at(-1)
      return { items, nextCursor: begin + limit < files.length && last ? last.egressId : null }
    },
  }
}

interface Result {
  readonly egressId: string
  readonly key: string
  readonly startedAt: bigint
  readonly duration: bigint
}

/** An MP4, or the playlist of segments. */
function resultsOf({ egressId, fileResults, segmentResults }: EgressInfo): readonly Result[] {
  return [
    ...fileResults.map(({ filename: key, startedAt, duration }) => ({ egressId, key, startedAt, duration })),
    ...segmentResults.map(({ playlistName: key, startedAt, duration }) => ({
      egressId,
      key,
      startedAt,
      duration,
    })),
  ]
}

async function sign(recordings: Recordings, key: string): ReturnType<Recordings['url']> {
  try {
    return await recordings.url(key)
  } catch (cause) {
    const message = `recordings.url failed for "${key}".`
    throw new StreamingError({ code: 'internal', provider: 'livekit', message, cause })
  }
}
