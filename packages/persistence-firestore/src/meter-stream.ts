import { isOpen, type Stream, type StreamStore, settleUsage } from '@stagedoor/streaming-core'
import { isDocumentId } from './document-id.ts'
import { unchanged } from './guarded-commit.ts'
import { publicDocument } from './public-document.ts'
import { documentsOf, type StoreContext } from './store-context.ts'
import { fromRecord, toRecord } from './stream-record.ts'

type Meter = StreamStore['meter']
type Reading = Parameters<Meter>[0]

interface Waiting {
  readonly reading: Reading
  resolve(stream: Stream | null): void
  reject(error: unknown): void
}

type Flushed =
  | { readonly waitMs: number }
  /** What each reading is answered with, in their order; null when the stream is not open. */
  | { readonly answers: readonly Stream[] | null }

/** After as many turns in which others wrote first, a reading is written though the document is busy. */
const patience = 5

/**
 * Readings of one stream come as often as viewers join, but a Firestore document takes about one write a second. So
 * those that come while one is being stored are stored together, in the order they came and in one commit, at most once
 * a second over all servers; each caller is answered once its own reading is stored.
 */
export function meterVerb(context: StoreContext): Meter {
  const queues = new Map<string, Waiting[]>()

  const drain = async (streamId: string, queue: Waiting[]) => {
    let turn = 0
    while (queue.length > 0) {
      const batch = [...queue]
      try {
        const readings = batch.map(({ reading }) => reading)
        const flushed = await flush(context, streamId, readings, turn >= patience)
        if ('waitMs' in flushed) {
          turn++
          // Servers that wait for the same second must not all wake at once.
          await delay(flushed.waitMs + (Math.random() * context.writeIntervalMs) / 4)
          continue
        }
        for (const [index, { resolve }] of batch.entries()) resolve(flushed.answers?.[index] ?? null)
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
      queue.splice(0, batch.length)
      turn = 0
    }
    queues.delete(streamId)
  }

  return (reading) => {
    const { streamId } = reading
    if (!isDocumentId(streamId)) return Promise.resolve(null)
    const { promise, resolve, reject } = Promise.withResolvers<Stream | null>()
    const waiting = { reading, resolve, reject }
    const queue = queues.get(streamId)
    if (queue) {
      queue.push(waiting)
    } else {
      const started = [waiting]
      queues.set(streamId, started)
      void drain(streamId, started)
    }
    return promise
  }
}

/** Stores readings in one commit, or tells how long the document needs a rest. */
async function flush(
  context: StoreContext,
  streamId: string,
  readings: readonly Reading[],
  isUrgent: boolean,
): Promise<Flushed> {
  const { record, shown } = documentsOf(context, streamId)
  return context.commit<Flushed>('meter', async () => {
    const snapshot = await record.get()
    const current = fromRecord(snapshot)
    if (!current || !isOpen(current.stream)) return { answer: { answers: null } }
    const answers = applyInOrder(current.stream, readings)
    const newest = answers.at(-1) ?? current.stream
    if (isForeseeable(current.stream, newest, context.writeIntervalMs)) return { answer: { answers } }

    // Both times are the server's, so that the clocks of many servers need not agree.
    const now = snapshot.readTime.toMillis()
    const waitMs = (snapshot.updateTime?.toMillis() ?? 0) + context.writeIntervalMs - now
    if (waitMs > 0 && !isUrgent) return { answer: { waitMs } }
    const isDue = now - current.publicViewersAt >= context.publicViewersMs
    const publicViewersAt = isDue ? now : current.publicViewersAt
    const { eventCount, writeId } = current
    return {
      answer: { answers },
      write: (batch) => {
        batch.update(record, toRecord(newest, { eventCount, writeId, publicViewersAt }), unchanged(snapshot))
        if (isDue) batch.set(shown, publicDocument(newest, context.planFields), { merge: true })
      },
    }
  })
}

function applyInOrder(stream: Stream, readings: readonly Reading[]): readonly Stream[] {
  let present = stream
  return readings.map(({ viewers, at }) => {
    const current = viewers ?? present.viewers.current
    const peak = Math.max(present.viewers.peak, current)
    present = { ...present, usage: settleUsage(present, at), viewers: { current, peak } }
    return present
  })
}

/** True when only a moment passed: the next reading computes the same from what is stored, so nothing need be written. */
function isForeseeable(stored: Stream, next: Stream, withinMs: number): boolean {
  const { viewers, usage } = stored
  if (next.viewers.current !== viewers.current || next.viewers.peak !== viewers.peak) return false
  const { until } = next.usage
  if (usage.until === null || until === null) return until === usage.until
  // A count that changed and came back in the meantime was watched for a while.
  if (settleUsage(stored, until).viewerMs !== next.usage.viewerMs) return false
  return Date.parse(until) - Date.parse(usage.until) < withinMs
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
