import { signatureHeader } from '../webhook-signature.ts'

/** What {@link signTestWebhook} signs. */
export interface StripeTestWebhook {
  /** The event as Stripe sends it: the raw body, or an object to be written as JSON. */
  readonly payload: string | object
  readonly secret: string
  /** Seconds since 1970. Default now. */
  readonly timestamp?: number
  /** Default `http://localhost/webhooks/stripe`. */
  readonly url?: string
}

/** A webhook as Stripe sends it, for tests of a platform's handler. */
export async function signTestWebhook(webhook: StripeTestWebhook): Promise<Request> {
  const { payload, secret, url = 'http://localhost/webhooks/stripe' } = webhook
  const body = new TextEncoder().encode(typeof payload === 'string' ? payload : JSON.stringify(payload))
  const timestamp = webhook.timestamp ?? Math.floor(Date.now() / 1000)
  return new Request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'stripe-signature': await signatureHeader(secret, body, timestamp),
    },
    body,
  })
}
