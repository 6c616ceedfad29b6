import { ImportPlaybackKeyPairCommand, IvsClient } from '@aws-sdk/client-ivs'
import { createIvsLocal, type IvsEvent, type IvsLocal, type IvsLocalOptions } from '@stagedoor/ivs-local'
import type { Logger } from '@stagedoor/streaming-core'
import type { IvsOptions } from './ivs-options.ts'
import { generatePlaybackKeyPair } from './playback-key.ts'

/** A local IVS with a playback key, and what an adapter needs to talk to it. */
export interface LocalIvs {
  readonly local: IvsLocal
  readonly client: IvsClient
  readonly options: IvsOptions
  readonly events: IvsEvent[]
  /** Everything that was logged, as text. */
  readonly logged: string[]
  close(): Promise<void>
}

export const webhookSecret = 'a-webhook-secret-of-some-length'

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }

/** Starts a local IVS on free ports. */
export async function startLocalIvs(settings: IvsLocalOptions = {}): Promise<LocalIvs> {
  const events: IvsEvent[] = []
  const logged: string[] = []
  const local = createIvsLocal({
    port: 0,
    rtmpPort: 0,
    enforceRateLimits: false,
    onEvent: (event) => events.push(event),
    onWarning: (message) => logged.push(message),
    ...settings,
  })
  await local.start()
  const region = 'us-east-1'
  const client = new IvsClient({ region, endpoint: local.url, credentials })
  const { publicKey, privateKey } = generatePlaybackKeyPair()
  await client.send(new ImportPlaybackKeyPairCommand({ publicKeyMaterial: publicKey }))
  return {
    local,
    client,
    events,
    logged,
    options: {
      region,
      endpoint: local.url,
      credentials,
      playbackKey: { privateKey },
      webhookSecret,
      callsPerSecond: 500,
      logger: logInto(logged),
    },
    close: async () => {
      client.destroy()
      await local.close()
    },
  }
}

function logInto(lines: string[]): Logger {
  const log = (message: string, fields?: object) => void lines.push(`${message} ${JSON.stringify(fields)}`)
  return { info: log, warn: log, error: log }
}

/** Waits until a condition holds. */
export async function until<Value>(
  read: () => Promise<Value | null | undefined | false> | Value | null | undefined | false,
  what: string,
  timeoutMs = 15_000,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const value = await read()
    if (value) return value
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${timeoutMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
