import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LocalState } from './local-state.ts'
import type { LiveMedia } from './media/live-media.ts'
import { PlaybackRefused, verifyPlaybackToken } from './playback-token.ts'
import type { Viewer, ViewerSessions } from './viewer-sessions.ts'

export interface PlaybackContext {
  readonly state: LocalState
  readonly media: LiveMedia
  readonly viewers: ViewerSessions
  readonly now: () => Date
}

const masterPattern = /^\/api\/video\/v1\/([a-z0-9-]+)\.(\d+)\.channel\.([A-Za-z0-9]+)\.m3u8$/
const mediaPattern = /^\/v1\/playlist\/([A-Za-z0-9]+)\/(\w+)\/(\w+)\.m3u8$/
const segmentPattern = /^\/v1\/segment\/([A-Za-z0-9]+)\/(\w+)\/(\w+)\/(\d+\.ts)$/

/** Serves HLS. True when the path was one of its own. */
export async function servePlayback(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  context: PlaybackContext,
): Promise<boolean> {
  const master = masterPattern.exec(url.pathname)
  const media = mediaPattern.exec(url.pathname)
  const segment = segmentPattern.exec(url.pathname)
  if (!master && !media && !segment) return false
  if (request.method === 'OPTIONS') {
    response.writeHead(204, cors(request, null))
    response.end()
    return true
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    problem(response, 405, 'method_not_allowed', 'Playback takes GET.')
    return true
  }
  try {
    if (master) await serveMaster(request, response, url, context, master)
    else if (media) serveMedia(request, response, context, media)
    else if (segment) serveSegment(request, response, context, segment)
  } catch (error) {
    if (!(error instanceof PlaybackProblem)) throw error
    problem(response, error.status, error.code, error.message, cors(request, error.origins))
  }
  return true
}

/** Why playback does not go on, as the player is told. */
class PlaybackProblem extends Error {
  readonly status: number
  readonly code: string
  readonly origins: readonly string[] | null

  constructor(status: number, code: string, message: string, origins: readonly string[] | null = null) {
    super(message)
    this.status = status
    this.code = code
    this.origins = origins
  }
}

async function serveMaster(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { state, media, viewers, now }: PlaybackContext,
  [, region, accountId, channelId]: RegExpExecArray,
): Promise<void> {
  const channelArn = `arn:aws:ivs:${region}:${accountId}:channel/${channelId}`
  const channel = state.channels.get(channelArn)
  if (!channel) throw new PlaybackProblem(404, 'not_found', 'There is no such channel.')
  let origins: readonly string[] | null = null
  let viewer: Viewer | null = null
  if (channel.authorized) {
    try {
      const claims = await verifyPlaybackToken(state, channelArn, url.searchParams.get('token') ?? '', now())
      origins = claims.origins
      if (claims.viewerId !== null) viewer = { id: claims.viewerId, version: claims.viewerVersion }
      if (viewer && viewers.isRevoked(channelArn, viewer)) {
        throw new PlaybackRefused('The viewer session was revoked.')
      }
      if (claims.isStrict && !isAllowedOrigin(request.headers.origin, origins)) {
        throw new PlaybackRefused('The token is for another origin.')
      }
      if (claims.singleUseId !== null && !viewers.useOnce(claims.singleUseId)) {
        throw new PlaybackRefused('The token was used before.')
      }
    } catch (error) {
      if (!(error instanceof PlaybackRefused)) throw error
      throw new PlaybackProblem(403, 'invalid_playback_auth_token', error.message)
    }
  }
  const session = viewers.begin(channelArn, origins, viewer)
  const playlist = media.masterPlaylist(
    channelArn,
    (rendition) => `/v1/playlist/${channelId}/${session}/${rendition}.m3u8`,
  )
  if (!playlist || !state.live(channelArn)) {
    throw new PlaybackProblem(404, 'channel_not_broadcasting', 'The channel is not live.', origins)
  }
  sendPlaylist(request, response, playlist, cors(request, origins))
}

function serveMedia(
  request: IncomingMessage,
  response: ServerResponse,
  { state, media, viewers }: PlaybackContext,
  [, channelId = '', session = '', rendition = '']: RegExpExecArray,
): void {
  const channelArn = arnOf(state, channelId)
  const viewer = viewers.touch(session, channelArn)
  if (!viewer) throw new PlaybackProblem(403, 'invalid_session', 'Start with the playback URL.')
  const playlist = media.mediaPlaylist(
    channelArn,
    rendition,
    (name) => `/v1/segment/${channelId}/${session}/${rendition}/${name}`,
  )
  if (!playlist)
    throw new PlaybackProblem(404, 'channel_not_broadcasting', 'The stream is over.', viewer.origins)
  sendPlaylist(request, response, playlist, cors(request, viewer.origins))
}

function serveSegment(
  request: IncomingMessage,
  response: ServerResponse,
  { state, media, viewers }: PlaybackContext,
  [, channelId = '', session = '', rendition = '', name = '']: RegExpExecArray,
): void {
  const channelArn = arnOf(state, channelId)
  const viewer = viewers.touch(session, channelArn)
  if (!viewer) throw new PlaybackProblem(403, 'invalid_session', 'Start with the playback URL.')
  const data = media.segment(channelArn, rendition, name)
  if (!data)
    throw new PlaybackProblem(404, 'not_found', 'The segment has left the live window.', viewer.origins)
  response.writeHead(200, {
    ...cors(request, viewer.origins),
    'content-type': 'video/mp2t',
    'content-length': data.byteLength,
    'cache-control': 'private, max-age=60',
  })
  response.end(request.method === 'HEAD' ? undefined : data)
}

function sendPlaylist(
  request: IncomingMessage,
  response: ServerResponse,
  playlist: string,
  headers: Record<string, string>,
): void {
  response.writeHead(200, {
    ...headers,
    'content-type': 'application/vnd.apple.mpegurl',
    'cache-control': 'no-store',
  })
  response.end(request.method === 'HEAD' ? undefined : playlist)
}

function problem(
  response: ServerResponse,
  status: number,
  errorCode: string,
  error: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { ...headers, 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify([{ url: '', error, error_code: errorCode, type: 'error' }]))
}

function arnOf(state: LocalState, channelId: string): string {
  return `arn:aws:ivs:${state.region}:${state.accountId}:channel/${channelId}`
}

/** Origins of the token bind browsers: others are not allowed to read the answer. */
function cors(request: IncomingMessage, origins: readonly string[] | null): Record<string, string> {
  const { origin } = request.headers
  const allowed = origins === null ? '*' : isAllowedOrigin(origin, origins) ? (origin ?? 'null') : 'null'
  return { 'access-control-allow-origin': allowed, 'access-control-allow-headers': '*', vary: 'origin' }
}

function isAllowedOrigin(origin: string | undefined, origins: readonly string[] | null): boolean {
  if (origins === null) return true
  if (origin === undefined || !URL.canParse(origin)) return false
  const { host, protocol } = new URL(origin)
  return origins.some((allowed) => {
    const [, scheme, pattern = allowed] = /^(https?:)\/\/(.*)$/.exec(allowed) ?? []
    if (scheme !== undefined && scheme !== protocol) return false
    return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern
  })
}
