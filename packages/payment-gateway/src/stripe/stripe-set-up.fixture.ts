import Stripe from 'stripe'
import type { StripeOptions } from './options.ts'
import { stripe } from './stripe.ts'
import { startStripeServer } from './stripe-server.fixture.ts'

export const webhookSecret = 'whsec_for_tests'
const testKey = 'sk_test_123'

/** The adapter with the real client, in front of the server that remembers. */
export async function setUpStripe(options: Partial<StripeOptions> = {}) {
  const { apiKey = testKey } = options
  const server = await startStripeServer()
  const client = new Stripe(apiKey, {
    host: '127.0.0.1',
    port: server.port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  })
  const gateway = stripe({ client, apiKey, mode: 'test', webhookSecrets: [webhookSecret], ...options })

  /** A webhook, signed by Stripe's own code. */
  const webhook = (event: object, secret = webhookSecret, timestamp = Math.floor(Date.now() / 1000)) => {
    const payload = JSON.stringify(event)
    const signature = client.webhooks.generateTestHeaderString({ payload, secret, timestamp })
    return new Request('http://localhost/webhooks/stripe', {
      method: 'POST',
      headers: { 'stripe-signature': signature },
      body: payload,
    })
  }

  return {
    server,
    client,
    gateway,
    webhook,
    takeWebhooks: () => server.state.events.splice(0).map((event) => webhook(event)),
  }
}
