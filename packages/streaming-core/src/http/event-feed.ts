import { encodeText, formatMessage } from '@stagedoor/web-handler'
import { jitter } from '../backoff.ts'
import type { EventBusMessage } from '../event-bus.ts'
import type { Stream } from '../stream.ts'
import type { AnnouncedSignal, StreamEvent, ViewerAccessSignal, ViewersSignal } from '../stream-event.ts'
import type { Streaming } from '../streaming.ts'

/** One viewer's connection, as its feed sees it. */
export interface FeedFollower {
  /** The last event that it was sent: the next one is this plus 1. */
  lastSeq: number
  /** True for the stream's creator, who alone is told of its cost. */
  readonly isOwner: boolean
  /** Who it is, for what is told to nobody else. Null for somebody who has not signed in. */
  readonly userId: string | null
  send(chunk: Uint8Array): void
  /** Ends the connection; the client comes back with the last id it has. */
  stop(): void
}

/** What happens to one stream, told to all of its viewers on this server. */
export interface EventFeed {
  /** Sends the log after `lastSeq`, then what happens. The returned function ends it. */
  follow(follower: FeedFollower): () => void
}

interface Reader {
  readonly follower: FeedFollower
  isReading: boolean
  /** Something came while it read: it reads once more. */
  isWanted: boolean
  isFailing: boolean
  /** Heartbeats since the store began to fail. */
  failingBeats: number
}

interface Entry {
  readonly seq: number
  readonly chunk: Uint8Array
  readonly isForOwner: boolean
}

interface LogPage {
  readonly entries: readonly Entry[]
  readonly isLast: boolean
}

const pageSize = 100

/** A store that failed is asked again so soon, while the viewers stay. */
const retryMs = 1000

const heartbeatChunk = encodeText(': still here\n\n')

/**
 * One subscription, one heartbeat, one reading of the log and one text per message for all viewers of a stream.
 *
 * The bus may lose, double and reorder: a viewer is sent an event from the bus only when it is the next one, and otherwise
 * reads the log from where it is. After a gap and with each heartbeat it reads as well.
 *
 * @param onEmpty - The last viewer has gone, and the feed with it.
 */
export function openEventFeed(
  streaming: Streaming,
  stream: Stream,
  heartbeatSeconds: number,
  onEmpty: () => void,
): EventFeed {
  const readers = new Set<Reader>()
  const pages = new Map<number, Promise<LogPage>>()
  let shown: Pick<ViewersSignal, 'current' | 'peak'> = stream.viewers
  let retry: ReturnType<typeof setTimeout> | undefined

  const loadPage = async (afterSeq: number): Promise<LogPage> => {
    const events = await streaming.listEvents(stream.id, afterSeq, pageSize)
    return {
      entries: events.map(toEntry),
      isLast: events.length < pageSize,
    }
  }
  /** Viewers who are at the same place at the same time share what is read. */
  const readPage = (afterSeq: number): Promise<LogPage> => {
    const shared = pages.get(afterSeq)
    if (shared) return shared
    const page = loadPage(afterSeq)
    pages.set(afterSeq, page)
    const forget = () => {
      if (pages.get(afterSeq) === page) pages.delete(afterSeq)
    }
    page.then(forget, forget)
    return page
  }
  const readOn = async ({ follower }: Reader) => {
    for (;;) {
      const { entries, isLast } = await readPage(follower.lastSeq)
      for (const entry of entries) send(follower, entry)
      if (isLast) return
    }
  }
  const send = (follower: FeedFollower, { seq, chunk, isForOwner }: Entry) => {
    if (seq <= follower.lastSeq) return
    follower.lastSeq = seq
    if (!isForOwner || follower.isOwner) follower.send(chunk)
  }
  const catchUp = async (reader: Reader) => {
    reader.isWanted = true
    if (reader.isReading) return
    reader.isReading = true
    try {
      while (reader.isWanted && readers.has(reader)) {
        reader.isWanted = false
        await readOn(reader)
      }
      reader.isFailing = false
      reader.failingBeats = 0
    } catch {
      reader.isFailing = true
      retry ??= setTimeout(retryFailing, jitter(retryMs))
    } finally {
      reader.isReading = false
    }
  }
  const catchUpAll = (chosen: Iterable<Reader>) => {
    // A reading that began before now may lack what there is now.
    pages.clear()
    for (const reader of chosen) void catchUp(reader)
  }
  const retryFailing = () => {
    retry = undefined
    catchUpAll([...readers].filter(({ isFailing }) => isFailing))
  }
  const tellEvent = (entry: Entry) => {
    const behind: Reader[] = []
    for (const reader of readers) {
      if (entry.seq <= reader.follower.lastSeq + 1) send(reader.follower, entry)
      else behind.push(reader)
    }
    if (behind.length > 0) catchUpAll(behind)
  }
  /** One text for all who are at the same place: a passing word has no number of its own. */
  const tellAll = (name: string, data: object) => {
    const chunks = new Map<number, Uint8Array>()
    for (const { follower } of readers) {
      const seq = follower.lastSeq
      const chunk = chunks.get(seq) ?? encodeText(formatMessage(name, seq, data))
      chunks.set(seq, chunk)
      follower.send(chunk)
    }
  }
  const tellViewers = ({ type, current, peak, status }: ViewersSignal) => {
    shown = { current, peak }
    tellAll(type, { type, current, peak, status })
  }
  const tellAnnounced = ({ name, data }: AnnouncedSignal) => tellAll(name, { ...data, type: name })
  /** Whose access it is, is nobody else's business: not that it changed, nor the name. */
  const tellAccess = ({ type, userId, allowed }: ViewerAccessSignal) => {
    for (const { follower } of readers) {
      if (follower.userId === userId)
        follower.send(encodeText(formatMessage(type, follower.lastSeq, { type, allowed })))
    }
  }
  const hear = (message: EventBusMessage) => {
    if ('seq' in message) tellEvent(toEntry(message))
    else if (message.type === 'viewers.changed') tellViewers(message)
    else if (message.type === 'viewer.access_changed') tellAccess(message)
    else if (message.type === 'stream.announced') tellAnnounced(message)
  }
  /** Signals are in no log: the figure that the last one brought is looked up. */
  const refreshViewers = async () => {
    const before = shown
    const { id, viewers, status } = await streaming.getStream(stream.id)
    const isNews = viewers.current !== shown.current || viewers.peak !== shown.peak
    if (isNews && shown === before) tellViewers({ streamId: id, type: 'viewers.changed', ...viewers, status })
  }
  const beat = () => {
    for (const { follower } of [...readers]) follower.send(heartbeatChunk)
    for (const reader of [...readers]) {
      if (!reader.isFailing) continue
      reader.failingBeats++
      // Another server may reach the store.
      if (reader.failingBeats > 1) reader.follower.stop()
    }
    catchUpAll(readers)
  }

  const unsubscribe = streaming.bus.subscribe(stream.id, hear, {
    onGap: () => {
      catchUpAll(readers)
      // Without the store there is no figure; the next change brings one.
      refreshViewers().catch(() => {})
    },
  })
  const heartbeat = setInterval(beat, heartbeatSeconds * 1000)
  return {
    follow: (follower) => {
      const reader = { follower, isReading: false, isWanted: false, isFailing: false, failingBeats: 0 }
      readers.add(reader)
      void catchUp(reader)
      return () => {
        if (!readers.delete(reader) || readers.size > 0) return
        clearInterval(heartbeat)
        clearTimeout(retry)
        unsubscribe()
        onEmpty()
      }
    },
  }
}

function toEntry(event: StreamEvent): Entry {
  const { type, seq } = event
  return { seq, chunk: encodeText(formatMessage(type, seq, event)), isForOwner: type === 'budget.reached' }
}
