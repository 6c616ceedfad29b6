import { signatureHeader } from '../webhook-signature.ts'

/** What {@link signTestWebhook} signs. */
export interface TestWebhook {
  /** The raw body, or an object to be written as JSON; bigints as strings of digits. */
  readonly payload: string | object
  /** The fake's {@link FakeOptions.webhookSecret}. */
  readonly secret: string
  /** Seconds since 1970. Default now. */
  readonly timestamp?: number
  /** Default `http://localhost/webhooks/fake`. */
  readonly url?: string
}

/** The header of the fake's signature. */
export const fakeSignatureHeader = 'fake-signature'

/** A webhook as the fake sends it, for tests of a platform's handler. */
export async function signTestWebhook(webhook: TestWebhook): Promise<Request> {
  const { payload, secret, url = 'http://localhost/webhooks/fake' } = webhook
  const text =
    typeof payload === 'string'
      ? payload
      : JSON.stringify(payload, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))
  const body = new TextEncoder().encode(text)
  const timestamp = webhook.timestamp ?? Math.floor(Date.now() / 1000)
  return new Request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      [fakeSignatureHeader]: await signatureHeader(secret, body, timestamp),
    },
    body,
  })
}
