import { createHash, timingSafeEqual } from 'node:crypto'
import {
  type ProviderEvent,
  type Redacted,
  type StreamingAdapter,
  StreamingError,
} from '@stagedoor/streaming-core'
import { abortedError } from './errors.ts'
import { breachMessage, channelArnOf, envelopeSchema, type IvsEventEnvelope, mapEvent } from './map-event.ts'
import { readBody } from './read-body.ts'
import type { IvsConfig } from './resolve-options.ts'

const defaultHeader = 'x-webhook-secret'

/**
 * Takes events from an EventBridge API destination. EventBridge signs nothing, so the sender is proved by a secret
 * header of its connection, compared in constant time before the body is read.
 */
export function webhookVerb(config: IvsConfig): StreamingAdapter['receiveWebhook'] {
  return async (request, { signal } = {}) => {
    verifySender(request, config)
    const event = parse(await body(request, signal))
    verifyOrigin(event, config)
    if (event['detail-type'] === 'IVS Limit Breach' && channelArnOf(event) === null) {
      config.logger.error(`ivs: a quota of the account is reached: ${breachMessage(event)}`)
    }
    const mapped: ProviderEvent | null = mapEvent(event)
    return mapped ? [mapped] : []
  }
}

/** What {@link signTestWebhook} makes a request of. */
export interface TestWebhook {
  /** An event in EventBridge's envelope. */
  readonly event: object
  readonly secret: string | Redacted
  /** Default `http://localhost/webhooks/ivs`. */
  readonly url?: string
  /** Default `x-webhook-secret`. */
  readonly header?: string
}

/** The request that an EventBridge API destination would send, for tests of your webhook. */
export function signTestWebhook({ event, secret, url, header }: TestWebhook): Request {
  return new Request(url ?? 'http://localhost/webhooks/ivs', {
    method: 'POST',
    body: JSON.stringify(event),
    headers: {
      'content-type': 'application/json; charset=utf-8',
      [header ?? defaultHeader]: typeof secret === 'string' ? secret : secret.reveal(),
    },
  })
}

function verifySender(request: Request, { webhookSecrets, webhookHeader }: IvsConfig): void {
  if (webhookSecrets.length === 0) {
    throw refused('No webhookSecret is configured: pass to ivs() what the EventBridge connection sends.')
  }
  const given = digest(request.headers.get(webhookHeader) ?? '')
  let isKnown = false
  // Every secret is compared, so that time tells nothing.
  for (const secret of webhookSecrets) isKnown = timingSafeEqual(given, digest(secret.reveal())) || isKnown
  if (!isKnown) throw refused(`The header ${webhookHeader} does not carry the webhook secret.`)
}

function verifyOrigin(event: IvsEventEnvelope, { region, webhookAccount }: IvsConfig): void {
  if (event.source !== 'aws.ivs') {
    throw refused(
      `The event comes from "${event.source}": let the EventBridge rule match the source aws.ivs only.`,
    )
  }
  if (event.region !== region) {
    throw refused(`The event comes from the region "${event.region}", and channels are in ${region}.`)
  }
  if (webhookAccount !== undefined && event.account !== webhookAccount) {
    throw refused(`The event comes from the account "${event.account}", not from ${webhookAccount}.`)
  }
}

async function body(request: Request, signal: AbortSignal | undefined): Promise<string> {
  if (signal?.aborted) throw abortedError('receiveWebhook', signal)
  return readBody(request)
}

function parse(text: string): IvsEventEnvelope {
  const parsed = envelopeSchema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const field = parsed.error.issues[0]?.path.map(String).join('.') ?? ''
  throw refused(`The body is no EventBridge event${field ? `: ${field} is missing or malformed` : ''}.`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own error would quote the body.
    throw refused('The body is not JSON.')
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function refused(message: string): StreamingError {
  return new StreamingError({ code: 'webhook_invalid', provider: 'ivs', message })
}
