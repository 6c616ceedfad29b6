import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { PaymentGateway } from '@stagedoor/payment-gateway'
import { type FakePersistence, fakeGateway } from '@stagedoor/payment-gateway/fake'
import { stripe } from '@stagedoor/payment-gateway/stripe'
import type { Logger } from '@stagedoor/streaming-core'
import { ConfigError } from '../config.ts'

/** Who charges: Stripe, or a gateway within this process that moves no money. */
export interface GatewayService {
  readonly isReal: boolean
  /** For the banner. No keys. */
  readonly label: string
  readonly gateway: PaymentGateway
  /** The fake's own payment page; null where the gateway has one. */
  readonly page: ((request: Request) => Promise<Response>) | null
  /** Does what is due at the fake: settles, disputes, sends webhooks. */
  tick(): Promise<void>
  close(): Promise<void>
}

interface GatewaySettings {
  readonly url: string
  readonly dataFolder: string
  readonly logger: Logger
}

type Env = Readonly<Record<string, string | undefined>>

/** @throws {@link ConfigError} */
export async function openGateway(env: Env, settings: GatewaySettings): Promise<GatewayService> {
  return env.STRIPE_SECRET_KEY ? realStripe(env) : fake(settings)
}

async function realStripe(env: Env): Promise<GatewayService> {
  const { STRIPE_SECRET_KEY: apiKey = '', STRIPE_WEBHOOK_SECRET: webhookSecret } = env
  if (!webhookSecret) {
    throw new ConfigError(
      'STRIPE_SECRET_KEY is set and STRIPE_WEBHOOK_SECRET is not: a webhook would prove nothing.',
    )
  }
  const mode = env.STRIPE_MODE === 'live' ? 'live' : 'test'
  const { default: Stripe } = await import('stripe')
  const client = new Stripe(apiKey)
  const gateway = stripe({ client, apiKey, mode, webhookSecrets: webhookSecret.split(','), page: 'checkout' })
  return {
    isReal: true,
    label: `Stripe, ${mode} mode`,
    gateway,
    page: null,
    tick: async () => {},
    close: async () => {},
  }
}

function fake({ url, dataFolder, logger }: GatewaySettings): GatewayService {
  const gateway = fakeGateway({
    pageUrl: `${url}/pay`,
    webhookUrl: `${url}/api/tips/webhooks/fake`,
    sendWebhook: (request) => fetch(request),
    persistence: fileAt(join(resolve(dataFolder), 'fake-gateway.json')),
  })
  return {
    isReal: false,
    label: 'fake, no money moves',
    gateway,
    page: (request) => gateway.page(request),
    tick: async () => {
      await gateway.control.tick()
    },
    close: async () => {
      await gateway.control
        .flush()
        .catch((cause: unknown) => logger.warn('the fake gateway was not saved', { cause }))
    },
  }
}

/** Written beside and moved into its place, so that a crash leaves the one or the other. */
function fileAt(path: string): FakePersistence {
  return {
    load: () =>
      readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw error
      }),
    save: async (state) => {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(`${path}.new`, state)
      await rename(`${path}.new`, path)
    },
  }
}
