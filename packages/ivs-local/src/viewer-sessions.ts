import { randomText } from './local-state.ts'

/** Whom a token names, and with which version of their session. */
export interface Viewer {
  readonly id: string
  readonly version: number
}

interface ViewerSession {
  readonly channelArn: string
  readonly origins: readonly string[] | null
  readonly viewer: Viewer | null
  readonly beganAt: number
  /** 0 until the first media playlist: a player that only asked for the master playlist does not watch yet. */
  lastSeen: number
  /** What it plays has ended: it may play on to the end, and counts no more. */
  isOver: boolean
}

/** Who plays what: begun by a master playlist, kept alive by asking for media playlists. */
export interface ViewerSessions {
  /** @param viewer - Null for a token that names nobody, and on a public channel: nobody can revoke it. */
  begin(channelArn: string, origins: readonly string[] | null, viewer: Viewer | null): string
  /** Marks the session as watching; null when it is not one of this channel's. */
  touch(id: string, channelArn: string): { readonly origins: readonly string[] | null } | null
  count(channelArn: string): number
  /** Ends what this viewer plays by tokens up to this version; none of them begins anything any more. */
  revoke(channelArn: string, viewerId: string, version: number): void
  isRevoked(channelArn: string, viewer: Viewer): boolean
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
  /** By channel and viewer: the highest version that was revoked. */
  const revoked = new Map<string, Map<string, number>>()
  const isRevoked = (channelArn: string, { id, version }: Viewer) =>
    version <= (revoked.get(channelArn)?.get(id) ?? -1)
  const prune = () => {
    const oldest = now().getTime() - maxSilenceMs
    for (const [id, session] of sessions) {
      if (Math.max(session.beganAt, session.lastSeen) < oldest) sessions.delete(id)
    }
  }
  return {
    begin: (channelArn, origins, viewer) => {
      prune()
      const id = randomText(32)
      sessions.set(id, { channelArn, origins, viewer, beganAt: now().getTime(), lastSeen: 0, isOver: false })
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
    revoke: (channelArn, viewerId, version) => {
      const viewers = revoked.get(channelArn) ?? new Map<string, number>()
      revoked.set(channelArn, viewers.set(viewerId, Math.max(version, viewers.get(viewerId) ?? 0)))
      for (const [id, { channelArn: arn, viewer }] of sessions) {
        if (arn === channelArn && viewer && isRevoked(arn, viewer)) sessions.delete(id)
      }
    },
    isRevoked,
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
