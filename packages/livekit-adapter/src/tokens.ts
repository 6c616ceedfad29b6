import { type Redacted, redacted } from '@stagedoor/streaming-core'
import { AccessToken, TrackSource, type VideoGrant } from 'livekit-server-sdk'
import type { LivekitConfig } from './resolve-options.ts'

/** A token that lets one identity into one room, and what it may do there. */
export interface Token {
  readonly token: Redacted
  /** ISO 8601, UTC: no connection can begin after it. */
  readonly expiresAt: string
}

/** May publish camera, microphone and screen. */
export const hostGrant: VideoGrant = {
  canPublish: true,
  canPublishSources: [
    TrackSource.CAMERA,
    TrackSource.MICROPHONE,
    TrackSource.SCREEN_SHARE,
    TrackSource.SCREEN_SHARE_AUDIO,
  ],
  canPublishData: true,
  canSubscribe: true,
}

/** May look and listen. All is said, as LiveKit takes what is missing for allowed. */
export const viewerGrant: VideoGrant = {
  canPublish: false,
  canPublishData: false,
  canSubscribe: true,
  canUpdateOwnMetadata: false,
}

/** Signs a token. A new `AccessToken` each time: a second `toJwt` of the same one throws (livekit-server-sdk 2.19). */
export async function signToken(
  config: LivekitConfig,
  input: {
    readonly identity: string
    readonly name: string | undefined
    readonly room: string
    readonly grant: VideoGrant
    readonly ttlSeconds: number
    readonly until?: string | undefined
  },
): Promise<Token> {
  const now = config.now().getTime()
  const latest = now + input.ttlSeconds * 1000
  const end = input.until === undefined ? latest : Math.min(latest, Date.parse(input.until))
  // The SDK reads a life of 0 as six hours.
  const ttl = Math.max(1, Math.floor((end - now) / 1000))
  const token = new AccessToken(config.keys.apiKey, config.keys.apiSecret.reveal(), {
    identity: input.identity,
    ttl,
    ...(input.name === undefined ? {} : { name: input.name }),
  })
  token.addGrant({ roomJoin: true, room: input.room, ...input.grant })
  return { token: redacted(await token.toJwt()), expiresAt: new Date(end).toISOString() }
}
