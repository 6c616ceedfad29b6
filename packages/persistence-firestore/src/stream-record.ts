import { isOpen, type Stream } from '@stagedoor/streaming-core'
import type { FirestoreData, FirestoreSnapshot } from './firestore-client.ts'

/** What the store keeps of a stream beside it. */
export interface Bookkeeping {
  /** How many entries the log has. */
  readonly eventCount: number
  /** Names the call that wrote this version: a commit whose answer was lost is known again when it is repeated. */
  readonly writeId: string
  /** When the public document last got the viewer count, in milliseconds of the server's clock. */
  readonly publicViewersAt: number
}

/** A stream and its bookkeeping, as read. */
export interface StreamRecord extends Bookkeeping {
  readonly stream: Stream
}

/** Of any depth and with any key, which Firestore keeps only as text. */
type AsText = 'access' | 'channel'

interface StoredRecord extends Bookkeeping {
  readonly stream: Omit<Stream, AsText> & Readonly<Record<AsText, string>>
}

/** The fields of a record: the stream, and beside it what is queried for. */
export function toRecord(stream: Stream, bookkeeping: Bookkeeping): FirestoreData {
  const { id, creatorId, status, createdAt, adapterId, access, channel } = stream
  // Firestore takes no undefined, which the way over JSON leaves out.
  const plain = JSON.parse(JSON.stringify(stream))
  const stored: StoredRecord = {
    ...bookkeeping,
    stream: { ...plain, access: JSON.stringify(access), channel: JSON.stringify(channel) },
  }
  return {
    ...stored,
    ...{ id, creatorId, status, createdAt },
    unsettled: isOpen(stream) || channel !== null,
    channelKey: channel ? channelKeyOf(adapterId, channel.id) : null,
  }
}

/** Null for a document that is not there. */
export function fromRecord(snapshot: FirestoreSnapshot | undefined): StreamRecord | null {
  const data = snapshot?.data()
  if (!data) return null
  const { stream, eventCount, writeId, publicViewersAt } = data as FirestoreData & StoredRecord
  const { access, channel } = stream
  return {
    stream: { ...stream, access: JSON.parse(access), channel: JSON.parse(channel) },
    ...{ eventCount, writeId, publicViewersAt },
  }
}

/** One field to find a stream by its channel. */
export function channelKeyOf(adapterId: string, channelId: string): string {
  return JSON.stringify([adapterId, channelId])
}
