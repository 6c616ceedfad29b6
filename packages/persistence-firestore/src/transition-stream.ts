import { isOpen, type Stream, type StreamStore, settleUsage } from '@stagedoor/streaming-core'
import { hashedId, isDocumentId } from './document-id.ts'
import { expiryOf } from './inbox.ts'
import { appendToLog } from './log.ts'
import { publicDocument } from './public-document.ts'
import { documentsOf, type StoreContext } from './store-context.ts'
import { fromRecord, toRecord } from './stream-record.ts'

/** One transaction: the inbox, the version, then record, public document, log and inbox together. */
export function transitionVerb(context: StoreContext): StreamStore['transition'] {
  return async ({ streamId, expectedVersion, next, events, inbox: key, at }) => {
    if (!isDocumentId(streamId)) return { outcome: 'lost', stream: null }
    const { record, shown } = documentsOf(context, streamId)
    const entry = key ? context.inbox.doc(hashedId(key.adapterId, key.eventId)) : null
    const writeId = crypto.randomUUID()
    return context.transact('transition', async (transaction) => {
      const [snapshot, seen] = await transaction.getAll(record, ...(entry ? [entry] : []))
      const current = fromRecord(snapshot)
      if (current?.writeId === writeId) {
        // Ours, committed by an attempt whose answer was lost.
        const written = events.map((body, index) => ({
          ...{ streamId, seq: current.eventCount - events.length + index + 1, at },
          ...body,
        }))
        return { outcome: 'applied', stream: current.stream, events: written }
      }
      if (seen?.exists) return { outcome: 'duplicate' }
      if (!snapshot || current?.stream.version !== expectedVersion) {
        return { outcome: 'lost', stream: current?.stream ?? null }
      }
      const stream = {
        ...next,
        viewers: mergeViewers(current.stream, next),
        usage: settleUsage(current.stream, at),
        version: expectedVersion + 1,
      }
      const eventCount = current.eventCount + events.length
      const publicViewersAt = snapshot.readTime.toMillis()
      transaction.set(record, toRecord(stream, { eventCount, writeId, publicViewersAt }), { merge: false })
      transaction.set(shown, publicDocument(stream, context.planFields), { merge: true })
      if (entry) transaction.create(entry, { ...key, at, expireAt: expiryOf(at) })
      const written = appendToLog(context, transaction, { streamId, after: current.eventCount, events, at })
      return { outcome: 'applied', stream, events: written }
    })
  }
}

/** Viewer counts have no version, so a transition computed before the newest count must not take it back. */
function mergeViewers(current: Stream, next: Stream): Stream['viewers'] {
  const peak = Math.max(current.viewers.peak, next.viewers.peak)
  return { current: isOpen(next) ? current.viewers.current : 0, peak }
}
