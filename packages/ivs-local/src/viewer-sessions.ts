import { randomText } from './local-state.ts'

interface ViewerSession {
  readonly channelArn: string
  readonly origins: readonly string[] | null
  readonly beganAt: number
  /** 0 until the first media playlist: a player that only asked for the master playlist does not watch yet. */
  lastSeen: number
  /** What it plays has ended: it may play on to the end, and counts no more. */
  isOver: boolean
}

/** Who plays what: begun by a master playlist, kept alive by asking for media playlists. */
export interface ViewerSessions {
  begin(channelArn: string, origins: readonly string[] | null): string
  /** Marks the session as watching; null when it is not one of this channel's. */
  touch(id: string, channelArn: string): { readonly origins: readonly string[] | null } | null
  count(channelArn: string): number
  /** Takes a single-use id; false when it was used before. */
  useOnce(id: string): boolean
  /** The channel's stream has ended: whoever watches the next one begins anew, and must not count twice. */
  retire(channelArn: string): void
  forgetChannel(channelArn: string): void
}

/** A session that has been silent for this long cannot go on: its player is long gone. */
const maxSilenceMs = 10 * 60 * 1000

/** @param leaveAfterSeconds - How long after its last request a viewer still counts. IVS: within about a minute. */
export function createViewerSessions(now: () => Date, leaveAfterSeconds: number): ViewerSessions {
  const sessions = new Map<string, ViewerSession>()
  const used = new Set<string>()
  const prune = () => {
    const oldest = now().getTime() - maxSilenceMs
    for (const [id, session] of sessions) {
      if (Math.max(session.beganAt, session.lastSeen) < oldest) sessions.delete(id)
    }
  }
  return {
    begin: (channelArn, origins) => {
      prune()
      const id = randomText(32)
      sessions.set(id, { channelArn, origins, beganAt: now().getTime(), lastSeen: 0, isOver: false })
      return id
    },
    touch: (id, channelArn) => {
      const session = sessions.get(id)
      if (session?.channelArn !== channelArn) return null
      session.lastSeen = now().getTime()
      return session
    },
    count: (channelArn) => {
      const oldest = now().getTime() - leaveAfterSeconds * 1000
      let viewers = 0
      for (const session of sessions.values()) {
        if (session.channelArn === channelArn && !session.isOver && session.lastSeen >= oldest) viewers++
      }
      return viewers
    },
    useOnce: (id) => {
      if (used.has(id)) return false
      used.add(id)
      return true
    },
    retire: (channelArn) => {
      for (const session of sessions.values()) if (session.channelArn === channelArn) session.isOver = true
    },
    forgetChannel: (channelArn) => {
      for (const [id, session] of sessions) if (session.channelArn === channelArn) sessions.delete(id)
    },
  }
}
