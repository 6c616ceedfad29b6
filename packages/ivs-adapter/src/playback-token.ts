import { createHash, type KeyObject } from 'node:crypto'
import { StreamingError } from '@stagedoor/streaming-core'
import { SignJWT } from 'jose'

/** IVS service quotas, "Playback token size". */
const maxTokenBytes = 2048

/** What a token allows. */
export interface PlaybackGrant {
  readonly channelArn: string
  /** Names a viewer who has signed in; needed to revoke. */
  readonly viewerId: string | null
  /** When access was asked for: a revocation ends the tokens that were asked for until then. */
  readonly askedAt: Date
  readonly expiresAt: Date
}

/**
 * Signs a playback token: ES384 without a key id, `exp` in whole seconds (IVS user guide, "Generate and sign playback
 * tokens"; the sample there counts milliseconds, which IVS refuses).
 */
export async function signPlaybackToken(key: KeyObject, grant: PlaybackGrant): Promise<string> {
  const token = await new SignJWT({
    'aws:channel-arn': grant.channelArn,
    ...(grant.viewerId === null
      ? {}
      : {
          'aws:viewer-id': grant.viewerId,
          'aws:viewer-session-version': Math.floor(grant.askedAt.getTime() / 1000),
        }),
    exp: Math.floor(grant.expiresAt.getTime() / 1000),
  })
    .setProtectedHeader({ alg: 'ES384', typ: 'JWT' })
    .sign(key)
  if (token.length <= maxTokenBytes) return token
  throw new StreamingError({
    code: 'internal',
    provider: 'ivs',
    message: `The playback token has ${token.length} bytes; IVS takes ${maxTokenBytes}. Is the channel ARN right?`,
  })
}

/**
 * The `aws:viewer-id` of a user: the same for the same user, 40 characters at most, and no personal data, as IVS's logs
 * keep it.
 */
export function viewerIdOf(namespace: string, userId: string): string {
  return createHash('sha256')
    .update(JSON.stringify([namespace, userId]))
    .digest('hex')
    .slice(0, 40)
}
