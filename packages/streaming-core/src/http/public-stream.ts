import type { AccessRule, Stream } from '../stream.ts'

/**
 * What anybody may know of a stream. Fields are listed one by one, so that a new field stays private by default. `access`
 * is the part of the rule that the platform's `publicAccess` shows; the rule itself may name people.
 */
export type PublicStream = { readonly access: AccessRule } & Pick<
  Stream,
  | 'id'
  | 'creatorId'
  | 'title'
  | 'status'
  | 'adapterId'
  | 'delivery'
  | 'quality'
  | 'recording'
  | 'createdAt'
  | 'liveAt'
  | 'interruptedAt'
  | 'endedAt'
  | 'endReason'
  | 'viewers'
>

/** The part of an access rule that anybody may see. */
export type PublicAccess = (rule: AccessRule) => AccessRule

/** The public part of a stream: no channel, no session, no budget. */
export function publicStream(stream: Stream, publicAccess: PublicAccess): PublicStream {
  const { id, creatorId, title, status, adapterId, delivery, quality, recording, createdAt, viewers } = stream
  const access = publicAccess(stream.access)
  const { liveAt, interruptedAt, endedAt, endReason } = stream
  return {
    ...{ id, creatorId, title, status, adapterId, delivery, quality, access, recording, createdAt, viewers },
    ...(liveAt === undefined ? {} : { liveAt }),
    ...(interruptedAt === undefined ? {} : { interruptedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(endReason === undefined ? {} : { endReason }),
  }
}
