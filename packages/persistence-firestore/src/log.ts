import type { StreamEvent, StreamEventBody, StreamStore } from '@stagedoor/streaming-core'
import { isDocumentId, logId } from './document-id.ts'
import type { FirestoreTransaction } from './firestore-client.ts'
import type { StoreContext } from './store-context.ts'

/** Adds entries to a stream's log after the one numbered `after`. */
export function appendToLog(
  context: StoreContext,
  transaction: FirestoreTransaction,
  entry: {
    readonly streamId: string
    readonly after: number
    readonly events: readonly StreamEventBody[]
    readonly at: string
  },
): readonly StreamEvent[] {
  const { streamId, after, at } = entry
  const log = context.log(streamId)
  return entry.events.map((body, index) => {
    const event: StreamEvent = { streamId, seq: after + index + 1, at, ...body }
    // An entry that is there already would mean that two changes got the same version: then neither may be stored.
    transaction.create(log.doc(logId(event.seq)), { ...event })
    return event
  })
}

/** The log, by its numbers. */
export function listEventsVerb(context: StoreContext): StreamStore['listEvents'] {
  return async ({ streamId, afterSeq, limit }) => {
    if (!isDocumentId(streamId)) return []
    const query = context.log(streamId).where('seq', '>', afterSeq).orderBy('seq').limit(limit)
    const { docs } = await context.call('listEvents', () => query.get())
    return docs.map((snapshot) => snapshot.data() as StreamEvent)
  }
}
