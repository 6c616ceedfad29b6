import type { Stream } from '../stream.ts'
import type { Streaming } from '../streaming.ts'
import { type EventFeed, openEventFeed } from './event-feed.ts'

/** The feed of each stream that has viewers on this server. */
export type EventFeeds = (stream: Stream) => EventFeed

/** A feed is open for as long as somebody follows it. */
export function createEventFeeds(streaming: Streaming, heartbeatSeconds: number): EventFeeds {
  const feeds = new Map<string, EventFeed>()
  return (stream) => {
    const present = feeds.get(stream.id)
    if (present) return present
    const feed = openEventFeed(streaming, stream, heartbeatSeconds, () => feeds.delete(stream.id))
    feeds.set(stream.id, feed)
    return feed
  }
}
