import { isOpen, type StreamStore } from '@stagedoor/streaming-core'
import { hashedId, requireDocumentId } from './document-id.ts'
import { appendToLog } from './log.ts'
import { publicDocument } from './public-document.ts'
import { documentsOf, type StoreContext } from './store-context.ts'
import { fromRecord, toRecord } from './stream-record.ts'

/**
 * One transaction over the record and the creator's document, which names the newest stream and holds the creator while
 * that one is open. So ending a stream writes nothing here, and a crash leaves no lock behind.
 */
export function insertVerb(context: StoreContext): StreamStore['insert'] {
  return async (stream, events, at) => {
    requireDocumentId(stream.id)
    const { record, shown } = documentsOf(context, stream.id)
    const creator = context.creators.doc(hashedId(stream.creatorId))
    const writeId = crypto.randomUUID()
    const stored = { ...stream, version: 1 }
    return context.transact('insert', async (transaction) => {
      const [existing, holding] = await transaction.getAll(record, creator)
      const taken = fromRecord(existing)
      if (taken) {
        const outcome = taken.writeId === writeId ? 'inserted' : 'exists'
        return { outcome, stream: taken.stream }
      }
      const newest: unknown = holding?.data()?.streamId
      if (typeof newest === 'string') {
        const other = fromRecord(await transaction.get(context.records.doc(newest)))
        if (other && isOpen(other.stream)) return { outcome: 'creator_busy', stream: other.stream }
      }
      const eventCount = events.length
      transaction.create(record, toRecord(stored, { eventCount, writeId, publicViewersAt: 0 }))
      const fields = { recordingS3Key: null, ...publicDocument(stored, context.planFields) }
      transaction.set(shown, fields, { merge: true })
      const { creatorId } = stream
      if (isOpen(stream)) transaction.set(creator, { creatorId, streamId: stream.id }, { merge: false })
      appendToLog(context, transaction, { streamId: stream.id, after: 0, events, at })
      return { outcome: 'inserted', stream: stored }
    })
  }
}
