import { type InsertResult, isOpen, type StreamStore } from '@stagedoor/streaming-core'
import { hashedId, requireDocumentId } from './document-id.ts'
import { unchanged } from './guarded-commit.ts'
import { addToLog, numberEvents } from './log.ts'
import { publicDocument } from './public-document.ts'
import { documentsOf, type StoreContext } from './store-context.ts'
import { fromRecord, toRecord } from './stream-record.ts'

/**
 * The record, and the creator's document, in one commit: that one names the creator's newest stream and holds the creator
 * while the stream is open. So the end of a stream writes nothing here, and a crash leaves no lock behind.
 */
export function insertVerb(context: StoreContext): StreamStore['insert'] {
  return async (stream, bodies, at) => {
    requireDocumentId(stream.id)
    const { record, shown } = documentsOf(context, stream.id)
    const creator = context.creators.doc(hashedId(stream.creatorId))
    const writeId = crypto.randomUUID()
    const stored = { ...stream, version: 1 }
    return context.commit<InsertResult>('insert', async () => {
      const [existing, holding] = await context.getAll(record, creator)
      const taken = fromRecord(existing)
      if (taken) {
        const outcome = taken.writeId === writeId ? 'inserted' : 'exists'
        return { answer: { outcome, stream: taken.stream } }
      }
      const newest: unknown = holding?.data()?.streamId
      if (typeof newest === 'string') {
        const other = fromRecord(await context.records.doc(newest).get())
        if (other && isOpen(other.stream))
          return { answer: { outcome: 'creator_busy', stream: other.stream } }
      }
      return {
        answer: { outcome: 'inserted', stream: stored },
        write: (batch) => {
          const eventCount = bodies.length
          batch.create(record, toRecord(stored, { eventCount, writeId, publicViewersAt: 0 }))
          const fields = { recordingS3Key: null, ...publicDocument(stored, context.planFields) }
          batch.set(shown, fields, { merge: true })
          addToLog(context, batch, numberEvents(stream.id, 0, bodies, at))
          if (!isOpen(stream)) return
          const owner = { creatorId: stream.creatorId, streamId: stream.id }
          if (holding?.exists) batch.update(creator, owner, unchanged(holding))
          else batch.create(creator, owner)
        },
      }
    })
  }
}
