import type { StreamEvent, StreamEventBody, StreamStore } from '@stagedoor/streaming-core'
import { isDocumentId, logId } from './document-id.ts'
import type { FirestoreBatch } from './firestore-client.ts'
import type { StoreContext } from './store-context.ts'

/** The events after the one numbered `after`. */
export function numberEvents(
  streamId: string,
  after: number,
  bodies: readonly StreamEventBody[],
  at: string,
): readonly StreamEvent[] {
  return bodies.map((body, index) => ({ streamId, seq: after + index + 1, at, ...body }))
}

/** A number that is taken refuses the whole commit. */
export function addToLog(context: StoreContext, batch: FirestoreBatch, events: readonly StreamEvent[]): void {
  for (const event of events) batch.create(context.log(event.streamId).doc(logId(event.seq)), { ...event })
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
