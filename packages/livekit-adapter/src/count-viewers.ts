/** Who came or went, as the webhook at hand tells. */
export interface Change {
  /** LiveKit's id of the connection. */
  readonly sid: string
  readonly isThere: boolean
}

/** Counts viewers for webhooks, with few calls of the API. */
export interface ViewerCounts {
  /** Viewers in a room once the change has been made. */
  count(room: string, change: Change): Promise<number>
  /** The room is over. */
  forget(room: string): void
}

/**
 * How long a list of viewers is good before LiveKit is asked again. It delivers the webhooks of a room one after the
 * other, waits for each answer, and drops what waits for more than 30 seconds or behind 200 others (livekit/protocol,
 * `webhook/resource_url_notifier.go`), and LiveKit Cloud takes a thousand calls a minute of a project. So in a storm of
 * viewers most webhooks must do without a list of their own.
 */
const freshMs = 1000

interface Known {
  readonly viewers: Set<string>
  readonly readAt: number
}

/**
 * Makes the counter. Between two lists the webhooks themselves say who came and went; what other processes were told
 * meanwhile comes with the next list, or with the reconciler.
 *
 * @param read - Lists the connections of viewers in a room.
 */
export function createViewerCounts(
  read: (room: string) => Promise<readonly string[]>,
  now: () => number = () => performance.now(),
): ViewerCounts {
  const known = new Map<string, Known>()
  const running = new Map<string, Promise<Known>>()
  const isFresh = ({ readAt }: Known) => now() - readAt < freshMs

  const refresh = (room: string): Promise<Known> => {
    const current = running.get(room)
    if (current) return current
    const reading = read(room)
      .then((viewers) => keep(room, { viewers: new Set(viewers), readAt: now() }))
      .finally(() => running.delete(room))
    running.set(room, reading)
    return reading
  }

  /** The oldest come first in a map, and those that are stale are of no more use. */
  const keep = (room: string, entry: Known): Known => {
    known.delete(room)
    known.set(room, entry)
    for (const [name, other] of known) {
      if (isFresh(other)) break
      known.delete(name)
    }
    return entry
  }

  return {
    count: async (room, { sid, isThere }) => {
      const last = known.get(room)
      const { viewers } = last && isFresh(last) ? last : await refresh(room)
      if (isThere) viewers.add(sid)
      else viewers.delete(sid)
      return viewers.size
    },
    forget: (room) => void known.delete(room),
  }
}
