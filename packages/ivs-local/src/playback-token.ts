import { type JWTPayload, jwtVerify } from 'jose'
import type { LocalState } from './local-state.ts'

/** Why a playback token was refused. */
export class PlaybackRefused extends Error {}

/** What a valid token says. */
export interface PlaybackClaims {
  readonly viewerId: string | null
  /** `aws:viewer-session-version`, for revocation; 0 where the token has none. */
  readonly viewerVersion: number
  readonly singleUseId: string | null
  /** Origins that may play, as patterns such as `https://*.example.com`. Null: any. */
  readonly origins: readonly string[] | null
  readonly isStrict: boolean
}

/** Service quotas: a token of at most 2 KB; viewer-id and single-use tokens live at most ten minutes. */
const maxTokenBytes = 2048
const maxShortLifeSeconds = 600

/**
 * Checks a playback token as the service does when playback starts: ES384 by one of the imported keys, for this
 * channel, not expired (IVS user guide, "Generate playback tokens").
 */
export async function verifyPlaybackToken(
  state: LocalState,
  channelArn: string,
  token: string,
  now: Date,
): Promise<PlaybackClaims> {
  if (token === '') throw new PlaybackRefused('The channel is private: a token is required.')
  if (token.length > maxTokenBytes) throw new PlaybackRefused('The token is larger than 2 KB.')
  const payload = await verifyByAnyKey(state, token, now)
  if (payload['aws:channel-arn'] !== channelArn)
    throw new PlaybackRefused('The token is for another channel.')
  if (!Number.isInteger(payload.exp)) throw new PlaybackRefused('The token has no exp in whole seconds.')
  const viewerId = text(payload, 'aws:viewer-id')
  const singleUseId = text(payload, 'aws:single-use-uuid')
  if (viewerId !== null && viewerId.length > 40)
    throw new PlaybackRefused('aws:viewer-id takes at most 40 characters.')
  const lifeSeconds = (payload.exp ?? 0) - now.getTime() / 1000
  if ((viewerId !== null || singleUseId !== null) && lifeSeconds > maxShortLifeSeconds) {
    throw new PlaybackRefused('A token with a viewer id or for single use may live for ten minutes at most.')
  }
  const origins = text(payload, 'aws:access-control-allow-origin')
  return {
    viewerId,
    viewerVersion: wholeNumber(payload, 'aws:viewer-session-version'),
    singleUseId,
    origins: origins === null || origins === '*' ? null : origins.split(',').map((origin) => origin.trim()),
    isStrict: flag(payload, 'aws:strict-origin-enforcement'),
  }
}

async function verifyByAnyKey(state: LocalState, token: string, now: Date): Promise<JWTPayload> {
  for (const { publicKey } of state.playbackKeys.values()) {
    try {
      const options = { algorithms: ['ES384'], requiredClaims: ['exp'], currentDate: now }
      return (await jwtVerify(token, publicKey, options)).payload
    } catch {
      // Signed by another key, or not valid under this one: the next may fit.
    }
  }
  throw new PlaybackRefused('The token is expired, malformed or not signed by an imported key.')
}

function text(payload: JWTPayload, claim: string): string | null {
  const value = payload[claim]
  if (value === undefined) return null
  if (typeof value === 'string') return value
  // Taken for absent it would widen what the token allows.
  throw new PlaybackRefused(`${claim} takes a string.`)
}

function wholeNumber(payload: JWTPayload, claim: string): number {
  const value = payload[claim] ?? 0
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new PlaybackRefused(`${claim} takes a whole number.`)
}

function flag(payload: JWTPayload, claim: string): boolean {
  const value = payload[claim]
  if (value === undefined || typeof value === 'boolean') return value === true
  throw new PlaybackRefused(`${claim} takes true or false.`)
}
