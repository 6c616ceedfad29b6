import {
  isOpen,
  type Stream,
  type StreamStore,
  settleUsage,
  type TransitionResult,
} from '@stagedoor/streaming-core'
import { hashedId, isDocumentId } from './document-id.ts'
import { unchanged } from './guarded-commit.ts'
import { expiryOf } from './inbox.ts'
import { addToLog, numberEvents } from './log.ts'
import { publicDocument } from './public-document.ts'
import { documentsOf, type StoreContext } from './store-context.ts'
import { fromRecord, toRecord } from './stream-record.ts'

/** Record, public document, log and inbox in one commit, after the inbox and the version were looked at. */
export function transitionVerb(context: StoreContext): StreamStore['transition'] {
  return async ({ streamId, expectedVersion, next, events: bodies, inbox: key, at }) => {
    if (!isDocumentId(streamId)) return { outcome: 'lost', stream: null }
    const { record, shown } = documentsOf(context, streamId)
    const entry = key ? context.inbox.doc(hashedId(key.adapterId, key.eventId)) : null
    const writeId = crypto.randomUUID()
    return context.commit<TransitionResult>('transition', async () => {
      const [snapshot, seen] = await context.getAll(record, ...(entry ? [entry] : []))
      const current = fromRecord(snapshot)
      if (current?.writeId === writeId) {
        // Ours, by a commit whose answer was lost.
        const { stream, eventCount } = current
        const events = numberEvents(streamId, eventCount - bodies.length, bodies, at)
        return { answer: { outcome: 'applied', stream, events } }
      }
      if (seen?.exists) return { answer: { outcome: 'duplicate' } }
      if (!snapshot || !current || current.stream.version !== expectedVersion) {
        return { answer: { outcome: 'lost', stream: current?.stream ?? null } }
      }
      const stream = {
        ...next,
        viewers: mergeViewers(current.stream, next),
        usage: settleUsage(current.stream, at),
        version: expectedVersion + 1,
      }
      const events = numberEvents(streamId, current.eventCount, bodies, at)
      return {
        answer: { outcome: 'applied', stream, events },
        write: (batch) => {
          const eventCount = current.eventCount + events.length
          const publicViewersAt = snapshot.readTime.toMillis()
          batch.update(
            record,
            toRecord(stream, { eventCount, writeId, publicViewersAt }),
            unchanged(snapshot),
          )
          batch.set(shown, publicDocument(stream, context.planFields), { merge: true })
          if (entry) batch.create(entry, { ...key, at, expireAt: expiryOf(at) })
          addToLog(context, batch, events)
        },
      }
    })
  }
}

/** Viewer counts have no version, so a transition computed before the newest count must not take it back. */
function mergeViewers(current: Stream, next: Stream): Stream['viewers'] {
  const peak = Math.max(current.viewers.peak, next.viewers.peak)
  return { current: isOpen(next) ? current.viewers.current : 0, peak }
}
