import type { Stream } from '../stream.ts'

/** What anybody may know of a stream. Fields are listed one by one, so that a new field stays private by default. */
export type PublicStream = Pick<
  Stream,
  | 'id'
  | 'creatorId'
  | 'title'
  | 'status'
  | 'adapterId'
  | 'delivery'
  | 'quality'
  | 'access'
  | 'recording'
  | 'createdAt'
  | 'liveAt'
  | 'interruptedAt'
  | 'endedAt'
  | 'endReason'
  | 'viewers'
>

/** The public part of a stream: no channel, no session, no budget. */
export function publicStream(stream: Stream): PublicStream {
  const {
    id,
    creatorId,
    title,
    status,
    adapterId,
    delivery,
    quality,
    access,
    recording,
    createdAt,
    viewers,
  } = stream
  const { liveAt, interruptedAt, endedAt, endReason } = stream
  return {
    ...{ id, creatorId, title, status, adapterId, delivery, quality, access, recording, createdAt, viewers },
    ...(liveAt === undefined ? {} : { liveAt }),
    ...(interruptedAt === undefined ? {} : { interruptedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(endReason === undefined ? {} : { endReason }),
  }
}
