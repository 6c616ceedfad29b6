import type { Stream } from '@stagedoor/streaming-core'
import type { FirestoreData } from './firestore-client.ts'
import type { PlanFields } from './plan-fields.ts'

/**
 * What viewers may read of a stream. Fields are listed one by one, so that a new field stays private by default: no
 * access rule, channel, decision, session, budget or usage. It is merged, so that fields of the platform's own stay.
 */
export function publicDocument(stream: Stream, planFields: PlanFields): FirestoreData {
  const { id, creatorId, title, status, adapterId, delivery, quality, recording, createdAt, viewers } = stream
  const { liveAt = null, interruptedAt = null, endedAt = null, endReason = null } = stream
  const { streamType, ivsChannelArn, ivsPlaybackUrl, rtmpIngestUrl, recordingEnabled, recordingS3Key } =
    planFields(stream)
  return {
    ...{ id, creatorId, title, status, adapterId, delivery, quality, recording, createdAt, viewers },
    ...{ liveAt, interruptedAt, endedAt, endReason },
    ...{ streamType, ivsChannelArn, ivsPlaybackUrl, rtmpIngestUrl, recordingEnabled },
    ...(recordingS3Key === undefined ? {} : { recordingS3Key }),
  }
}
