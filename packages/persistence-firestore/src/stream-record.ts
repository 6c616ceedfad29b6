import { isOpen, type Stream } from '@stagedoor/streaming-core'
import type { FirestoreData, FirestoreSnapshot } from './firestore-client.ts'

/** What the store adds to a stream in its record. */
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

/** What Firestore keeps of any depth and with any key only as text. */
type AsText = 'access' | 'channel'

type StoredRecord = Omit<Stream, AsText> &
  Readonly<Record<AsText, string>> &
  Bookkeeping & { readonly unsettled: boolean; readonly channelKey: string | null }

/** The fields of a record: those of the stream by their names, with what is queried for beside them. */
export function toRecord(stream: Stream, bookkeeping: Bookkeeping): FirestoreData {
  const { access, channel, ...rest } = stream
  const stored: StoredRecord = {
    ...rest,
    ...bookkeeping,
    access: JSON.stringify(access),
    channel: JSON.stringify(channel),
    unsettled: isOpen(stream) || channel !== null,
    channelKey: channel ? channelKeyOf(stream.adapterId, channel.id) : null,
  }
  // Firestore takes no undefined.
  return Object.fromEntries(Object.entries(stored).filter(([, value]) => value !== undefined))
}

/** Null for a document that is not there. */
export function fromRecord(snapshot: FirestoreSnapshot | undefined): StreamRecord | null {
  const data = snapshot?.data()
  if (!data) return null
  const { access, channel, eventCount, writeId, publicViewersAt, unsettled, channelKey, ...rest } =
    data as FirestoreData & StoredRecord
  const stream = { ...rest, access: JSON.parse(access), channel: JSON.parse(channel) }
  return { stream, eventCount, writeId, publicViewersAt }
}

/** One field to find a stream by its channel. */
export function channelKeyOf(adapterId: string, channelId: string): string {
  return JSON.stringify([adapterId, channelId])
}
