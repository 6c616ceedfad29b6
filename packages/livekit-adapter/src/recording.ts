import {
  type Capabilities,
  type Quality,
  type RecordedFile,
  type Recording,
  StreamingError,
} from '@stagedoor/streaming-core'
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

const unfinished = new Set([
  EgressStatus.EGRESS_STARTING,
  EgressStatus.EGRESS_ACTIVE,
  EgressStatus.EGRESS_ENDING,
])
const finished = new Set([EgressStatus.EGRESS_COMPLETE, EgressStatus.EGRESS_LIMIT_REACHED])

/** A server of your own forgets its recordings after a day (livekit-server 1.13, `redisstore.go`); core notes them. */
export function recordingOf(
  api: LivekitApi,
  recordings: Recordings,
  redact: (url: string) => Recording['url'],
): Capabilities['recording'] {
  return {
    list: async ({ id: room }, options = {}) => {
      const found = await api.call(
        'ListEgress',
        ({ egress }) => egress.listEgress({ roomName: room }),
        options,
      )
      const items = found
        .filter(({ status }) => finished.has(status))
        .flatMap(filesOf)
        .filter(({ key }) => key !== '')
        .sort((left, right) => (left.startedAt < right.startedAt ? 1 : -1))
      return { items, pending: found.some(({ status }) => unfinished.has(status)) }
    },
    play: async ({ id, key, durationSeconds }, { until } = {}) => {
      const { url, expiresAt } = await sign(recordings, key, until)
      return { id, durationSeconds, url: redact(url), expiresAt }
    },
  }
}

/** An MP4, or the playlist of segments. LiveKit counts in nanoseconds. */
function filesOf({ egressId: id, fileResults, segmentResults }: EgressInfo): readonly RecordedFile[] {
  const files = [
    ...fileResults.map(({ filename: key, startedAt, duration }) => ({ key, startedAt, duration })),
    ...segmentResults.map(({ playlistName: key, startedAt, duration }) => ({ key, startedAt, duration })),
  ]
  return files.map(({ key, startedAt, duration }) => ({
    id,
    key,
    startedAt: new Date(Number(startedAt / 1_000_000n)).toISOString(),
    durationSeconds: Number(duration / 1_000_000n) / 1000,
  }))
}

async function sign(
  recordings: Recordings,
  key: string,
  until: string | undefined,
): ReturnType<Recordings['url']> {
  try {
    return await recordings.url(key, until === undefined ? {} : { until })
  } catch (cause) {
    const message = `recordings.url failed for "${key}".`
    throw new StreamingError({ code: 'internal', provider: 'livekit', message, cause })
  }
}
