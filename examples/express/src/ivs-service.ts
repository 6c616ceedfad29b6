import { generateKeyPairSync } from 'node:crypto'
import { ImportPlaybackKeyPairCommand, IvsClient } from '@aws-sdk/client-ivs'
import { type IvsOptions, ivsOptionsFromEnv } from '@stagedoor/ivs-adapter'
import { createIvsLocal } from '@stagedoor/ivs-local'
import { type Logger, StreamingError } from '@stagedoor/streaming-core'
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

/** Amazon IVS in the account and region of the environment. */
export function useRealIvs(
  env: Readonly<Record<string, string | undefined>>,
  webhookSecret: string,
): IvsService {
  const options = ivsOptionsFromEnv(env)
  return {
    isReal: true,
    region: env.AWS_REGION ?? '',
    url: '',
    rtmpUrl: '',
    options: { ...options, webhookSecret },
    testSource: null,
    mediaOrigins: ['https://*.live-video.net', 'https://*.ttvnw.net'],
    close: async () => {},
  }
}

/** Starts the local IVS and gives it a fresh playback key, as one would in the AWS console. */
export async function startLocalIvs(settings: {
  readonly ivsLocalPort: number
  readonly rtmpPort: number
  readonly platformUrl: string
  readonly webhookSecret: string
  readonly logger: Logger
}): Promise<IvsService> {
  const local = createIvsLocal({
    port: settings.ivsLocalPort,
    rtmpPort: settings.rtmpPort,
    eventTarget: {
      url: `${settings.platformUrl}/api/streaming/webhooks/ivs`,
      headers: { 'x-webhook-secret': settings.webhookSecret },
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
      options: { ...connection, playbackKey: { privateKey }, webhookSecret: settings.webhookSecret },
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
async function importPlaybackKey(client: IvsClient): Promise<string> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-384',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  await client.send(
    new ImportPlaybackKeyPairCommand({ name: 'stagedoor-demo', publicKeyMaterial: publicKey }),
  )
  client.destroy()
  return privateKey
}
