import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { LiveMedia, LiveMediaEvent, PublishAttempt, PublishDecision } from './live-media.ts'
import { createLiveSession, type LiveSession, type LiveSessionOptions } from './live-session.ts'
import type { LiveWindow } from './live-window.ts'
import { type EncoderConnection, handleRtmpConnection, type PublishAnswer } from './rtmp-connection.ts'

export interface LiveMediaOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Default 1935; 0 takes a free port. */
  readonly rtmpPort?: number
  /** May this encoder publish, and to which channel? Must not keep the key. */
  authorize(attempt: PublishAttempt): PublishDecision
  onEvent(event: LiveMediaEvent): void
  /** How long a session waits for its lost encoder. Default 30, as IVS does. */
  readonly reconnectHoldSeconds?: number
  /** An encoder that sends nothing for this long counts as lost. Default 5. */
  readonly silenceSeconds?: number
  /** Length of a segment, if key frames allow. Default 2. */
  readonly segmentSeconds?: number
  /** What playlists announce at least as target duration. Default 6, the shape of IVS's playlists. */
  readonly targetDurationSeconds?: number
  /** Segments listed in a playlist. Default 6. */
  readonly windowSegments?: number
  /** How long a playlist stays after the end. Default 60. */
  readonly keepEndedSeconds?: number
  /** How long a connection may take to publish. Default 10. */
  readonly handshakeTimeoutSeconds?: number
  readonly clock?: () => Date
  readonly createPackager?: LiveSessionOptions['createPackager']
}

/** Connections that have not published yet; for one more the oldest goes, which an encoder is not: it takes milliseconds. */
const maxPendingConnections = 200

/** The media plane: RTMP in, HLS out, sessions in between. */
export function createLiveMedia(options: LiveMediaOptions): LiveMedia {
  const host = options.host ?? '127.0.0.1'
  const clock = options.clock ?? (() => new Date())
  const sockets = new Set<Socket>()
  const pending = new Set<Socket>()
  const sessions = new Map<string, LiveSession>()
  const windows = new Map<string, LiveWindow>()
  const forgetTimers = new Map<string, NodeJS.Timeout>()
  let rtmpPort = 0

  const refused = (message: string) =>
    options.onEvent({ type: 'publish.refused', reason: 'bad_request', message })

  const newSession = (channelArn: string): LiveSession => {
    clearTimeout(forgetTimers.get(channelArn))
    const session = createLiveSession({
      channelArn,
      clock,
      segmentSeconds: options.segmentSeconds ?? 2,
      targetDurationSeconds: options.targetDurationSeconds ?? 6,
      windowSegments: options.windowSegments ?? 6,
      reconnectHoldSeconds: options.reconnectHoldSeconds ?? 30,
      silenceSeconds: options.silenceSeconds ?? 5,
      onEvent: options.onEvent,
      ...(options.createPackager ? { createPackager: options.createPackager } : {}),
      onEnd: () => {
        if (sessions.get(channelArn) === session) sessions.delete(channelArn)
        const forget = setTimeout(
          () => {
            if (windows.get(channelArn) === session.window) windows.delete(channelArn)
            forgetTimers.delete(channelArn)
          },
          (options.keepEndedSeconds ?? 60) * 1000,
        )
        forget.unref()
        forgetTimers.set(channelArn, forget)
      },
    })
    sessions.set(channelArn, session)
    windows.set(channelArn, session.window)
    return session
  }

  const publish = (attempt: PublishAttempt, connection: EncoderConnection, socket: Socket): PublishAnswer => {
    const decision = options.authorize(attempt)
    if (!decision.accepted) {
      options.onEvent({ type: 'publish.refused', reason: decision.reason, message: decision.message })
      return decision
    }
    const existing = sessions.get(decision.channelArn)
    if (existing?.isEnding) {
      const message = 'The last session of this key is just ending. Connect again in a moment.'
      options.onEvent({ type: 'publish.refused', reason: 'already_live', message })
      return { accepted: false, message }
    }
    if (existing?.isOccupied) {
      const message = 'Another encoder is live with this stream key. Stop it first.'
      options.onEvent({ type: 'publish.refused', reason: 'already_live', message })
      return { accepted: false, message }
    }
    pending.delete(socket)
    return { accepted: true, sink: (existing ?? newSession(decision.channelArn)).attach(connection) }
  }

  const server = createServer((socket) => {
    if (pending.size >= maxPendingConnections) {
      const [oldest] = pending
      refused('Too many connections are waiting to publish: the oldest was closed.')
      if (oldest) pending.delete(oldest)
      oldest?.destroy()
    }
    sockets.add(socket)
    pending.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      pending.delete(socket)
    })
    handleRtmpConnection(socket, {
      handshakeTimeoutMs: (options.handshakeTimeoutSeconds ?? 10) * 1000,
      onRefused: refused,
      onPublish: (attempt, connection) => publish(attempt, connection, socket),
    })
  })

  return {
    get rtmpPort() {
      return rtmpPort
    },
    start: async () => {
      server.listen(options.rtmpPort ?? 1935, host)
      await once(server, 'listening')
      const address = server.address()
      if (address && typeof address === 'object') rtmpPort = address.port
    },
    close: async () => {
      await Promise.all([...sessions.values()].map((session) => session.end('stopped')))
      for (const timer of forgetTimers.values()) clearTimeout(timer)
      for (const socket of sockets) socket.destroy()
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
    stop: async (channelArn) => {
      const session = sessions.get(channelArn)
      await session?.end('stopped')
      return session !== undefined
    },
    rate: (channelArn) => sessions.get(channelArn)?.rate() ?? null,
    masterPlaylist: (channelArn, playlistUrl) => windows.get(channelArn)?.master(playlistUrl) ?? null,
    mediaPlaylist: (channelArn, _rendition, segmentUrl) => windows.get(channelArn)?.media(segmentUrl) ?? null,
    segment: (channelArn, _rendition, name) => windows.get(channelArn)?.segment(name) ?? null,
  }
}
