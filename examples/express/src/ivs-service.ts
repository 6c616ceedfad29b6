import { randomBytes } from 'node:crypto'
import { ImportPlaybackKeyPairCommand, IvsClient } from '@aws-sdk/client-ivs'
import { generatePlaybackKeyPair, type IvsOptions, ivsOptionsFromEnv } from '@stagedoor/ivs-adapter'
import { createIvsLocal } from '@stagedoor/ivs-local'
import { type Logger, type Redacted, StreamingError } from '@stagedoor/streaming-core'
import type { TestSource } from './demo-router.ts'

/** The IVS that the platform runs on: Amazon's, or the local one. */
export interface IvsService {
  readonly isReal: boolean
  readonly region: string
  readonly url: string
  /** Where encoders push; empty for the real one, where each channel has its own. */
  readonly rtmpUrl: string
  readonly options: IvsOptions
  readonly testSource: TestSource | null
  /** Where players load from, for the content security policy. */
  readonly mediaOrigins: readonly string[]
  close(): Promise<void>
}

/** Amazon IVS in the account and region of the environment. @throws `invalid_input` naming a variable that is missing. */
export function useRealIvs(env: Readonly<Record<string, string | undefined>>, logger: Logger): IvsService {
  const options = ivsOptionsFromEnv(env)
  return {
    isReal: true,
    region: options.region,
    url: options.endpoint ?? '',
    rtmpUrl: '',
    options: { ...options, logger },
    testSource: null,
    mediaOrigins: options.endpoint ? [new URL(options.endpoint).origin] : ['https://*.live-video.net'],
    close: async () => {},
  }
}

/** Starts the local IVS and gives it a fresh playback key, as one would in the AWS console. */
export async function startLocalIvs(settings: {
  readonly ivsLocalPort: number
  readonly rtmpPort: number
  readonly platformUrl: string
  readonly logger: Logger
}): Promise<IvsService> {
  const webhookSecret = randomBytes(32).toString('base64url')
  const local = createIvsLocal({
    port: settings.ivsLocalPort,
    rtmpPort: settings.rtmpPort,
    eventTarget: {
      url: `${settings.platformUrl}/api/streaming/webhooks/ivs`,
      headers: { 'x-webhook-secret': webhookSecret },
    },
    onWarning: (message) => settings.logger.warn(`ivs-local: ${message}`),
  })
  await local.start()
  const region = 'us-east-1'
  const connection = {
    region,
    endpoint: local.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  }
  try {
    const privateKey = await importPlaybackKey(new IvsClient(connection))
    return {
      isReal: false,
      region,
      url: local.url,
      rtmpUrl: local.rtmpUrl,
      options: { ...connection, playbackKey: { privateKey }, webhookSecret, logger: settings.logger },
      testSource: {
        start: async (stream) => {
          if (!stream.channel) throw new StreamingError({ code: 'conflict', message: 'The stream is over.' })
          await local.startTestSource(stream.channel.id).catch((cause: unknown) => {
            const message = 'The test source was refused: another encoder may be live on this key.'
            throw new StreamingError({ code: 'conflict', message, cause })
          })
        },
        stop: (stream) => {
          if (stream.channel) local.stopTestSource(stream.channel.id)
        },
      },
      mediaOrigins: [local.url],
      close: local.close,
    }
  } catch (error) {
    await local.close()
    throw error
  }
}

/** Makes a key pair and imports its public half; the private half signs playback tokens and stays here. */
async function importPlaybackKey(client: IvsClient): Promise<Redacted> {
  const { publicKey, privateKey } = generatePlaybackKeyPair()
  await client.send(
    new ImportPlaybackKeyPairCommand({ name: 'stagedoor-demo', publicKeyMaterial: publicKey }),
  )
  client.destroy()
  return privateKey
}
