import type { Logger } from '@stagedoor/streaming-core'

/** Keeps viewers out of a room who come back on tokens that LiveKit goes on taking. */
export interface Doorman {
  /** These viewers are unwanted from now on; `present` of them were in the room just now. */
  note(room: string, userIds: readonly string[], present: readonly string[]): void
}

interface Door {
  /** User id to when they were last named as unwanted. */
  readonly unwanted: Map<string, number>
  /** Who was thrown out before: being there again means that they come back. */
  readonly thrownOut: Set<string>
  lastReturnAt: number
  isWatched: boolean
}

/** Faster than a browser that comes back shows its first picture. */
const busyMs = 300
const quietMs = 1000
const busyForMs = 30_000
/** A token that LiveKit renewed lives ten minutes, and a minute of leeway: who was away for longer holds none. */
const tokensLiveMs = 660_000
/** Core names the removed with each run of its reconciler; who is not named any more was let in again. */
const namedForMs = 60_000

/**
 * A server of one's own renews the token of whoever comes in (livekit-server 1.13, `roommanager.go`), so a removed viewer
 * can come back for ever, and without webhooks would stay until the reconciler's next run. So once somebody has come back,
 * their room is looked at several times a second, until every token that they may hold has ended.
 *
 * @param throwOut - Removes those of them who are in the room, and answers who was.
 */
export function createDoorman(
  throwOut: (room: string, userIds: readonly string[]) => Promise<readonly string[]>,
  logger: Logger,
): Doorman {
  const doors = new Map<string, Door>()

  const look = async (room: string, door: Door): Promise<void> => {
    const now = performance.now()
    for (const [userId, namedAt] of door.unwanted)
      if (now - namedAt > namedForMs) door.unwanted.delete(userId)
    if (door.unwanted.size === 0 || now - door.lastReturnAt > tokensLiveMs) {
      doors.delete(room)
      return
    }
    try {
      const present = await throwOut(room, [...door.unwanted.keys()])
      if (present.length > 0) door.lastReturnAt = performance.now()
    } catch (cause) {
      logger.warn('a room could not be guarded for a moment', { room, cause })
    }
    const isBusy = performance.now() - door.lastReturnAt < busyForMs
    // A process that has nothing else to do may end.
    setTimeout(() => void look(room, door), isBusy ? busyMs : quietMs).unref()
  }

  return {
    note: (room, userIds, present) => {
      const now = performance.now()
      const known = doors.get(room)
      if (!known && present.length === 0) return
      const door = known ?? { unwanted: new Map(), thrownOut: new Set(), lastReturnAt: now, isWatched: false }
      doors.set(room, door)
      for (const userId of userIds) door.unwanted.set(userId, now)
      const isReturn = present.some((userId) => door.thrownOut.has(userId))
      for (const userId of present) door.thrownOut.add(userId)
      if (!isReturn) return
      door.lastReturnAt = now
      if (door.isWatched) return
      door.isWatched = true
      setTimeout(() => void look(room, door), busyMs).unref()
    },
  }
}
