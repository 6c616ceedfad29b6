import { redacted, StreamingError } from '@stagedoor/streaming-core'
import type { IvsCredentials } from './ivs-client.ts'
import type { IvsOptions } from './ivs-options.ts'

/** Environment variables, such as `process.env`. Nothing is read that is not passed. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads {@link IvsOptions} from environment variables; empty ones count as not set.
 *
 * | variable | option |
 * | --- | --- |
 * | `AWS_REGION` | `region`, default `us-east-1` |
 * | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` | `credentials`; without them the AWS SDK's default chain |
 * | `AWS_ENDPOINT_URL_IVS` | `endpoint` |
 * | `IVS_NAMESPACE` | `namespace` |
 * | `IVS_PLAYBACK_PRIVATE_KEY` | `playbackKey.privateKey`: PEM, line breaks may be written as `\n` |
 * | `IVS_PUBLIC_PLAYBACK` | `publicPlayback`: `true` or `false` |
 * | `IVS_WEBHOOK_SECRET` | `webhookSecret`; several with commas between them |
 * | `IVS_WEBHOOK_ACCOUNT` | `webhookAccount` |
 *
 * @throws `StreamingError` `invalid_input` naming the variable, never its value.
 */
export function ivsOptionsFromEnv(env: Environment): IvsOptions {
  const read = (name: string) => env[name]?.trim() || undefined
  const credentials = credentialsOf(read)
  const endpoint = read('AWS_ENDPOINT_URL_IVS')
  const namespace = read('IVS_NAMESPACE')
  const webhookAccount = read('IVS_WEBHOOK_ACCOUNT')
  const secrets = read('IVS_WEBHOOK_SECRET')
    ?.split(',')
    .map((secret) => redacted(secret.trim()))
  return {
    region: read('AWS_REGION') ?? 'us-east-1',
    ...(credentials === undefined ? {} : { credentials }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(secrets === undefined ? {} : { webhookSecret: secrets }),
    ...(webhookAccount === undefined ? {} : { webhookAccount }),
    ...playbackOf(read),
  }
}

type Read = (name: string) => string | undefined

function credentialsOf(read: Read): IvsCredentials | undefined {
  const accessKeyId = read('AWS_ACCESS_KEY_ID')
  const secretAccessKey = read('AWS_SECRET_ACCESS_KEY')
  const sessionToken = read('AWS_SESSION_TOKEN')
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined
  if (accessKeyId === undefined)
    throw badVariable('AWS_ACCESS_KEY_ID', 'is missing beside AWS_SECRET_ACCESS_KEY')
  if (secretAccessKey === undefined)
    throw badVariable('AWS_SECRET_ACCESS_KEY', 'is missing beside AWS_ACCESS_KEY_ID')
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
}

function playbackOf(read: Read): Pick<IvsOptions, 'playbackKey' | 'publicPlayback'> {
  const privateKey = read('IVS_PLAYBACK_PRIVATE_KEY')
  const publicPlayback = read('IVS_PUBLIC_PLAYBACK') ?? 'false'
  if (publicPlayback !== 'true' && publicPlayback !== 'false') {
    throw badVariable('IVS_PUBLIC_PLAYBACK', 'takes true or false')
  }
  const isPublic = publicPlayback === 'true'
  if (isPublic && privateKey !== undefined) {
    throw badVariable(
      'IVS_PUBLIC_PLAYBACK',
      'leaves nothing for IVS_PLAYBACK_PRIVATE_KEY to sign: unset one of them',
    )
  }
  if (isPublic) return { publicPlayback: true }
  if (privateKey === undefined) {
    throw badVariable(
      'IVS_PLAYBACK_PRIVATE_KEY',
      'is missing: set a P-384 private key in PEM (generatePlaybackKeyPair() makes one; see docs/AWS_IVS_SETUP.md), ' +
        'or IVS_PUBLIC_PLAYBACK=true to let anybody watch who has the URL',
    )
  }
  return { playbackKey: { privateKey: redacted(privateKey.replaceAll('\\n', '\n')) } }
}

function badVariable(field: string, message: string): StreamingError {
  return new StreamingError({
    code: 'invalid_input',
    provider: 'ivs',
    field,
    message: `${field} ${message}.`,
  })
}
