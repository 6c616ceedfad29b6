import { throwIfAborted } from '../check-charge.ts'
import { isPaymentError, PaymentError } from '../errors.ts'
import type { GatewayFact } from '../gateway-event.ts'
import type { PaymentGateway } from '../payment-gateway.ts'
import { readRawBody } from '../raw-body.ts'
import { rejected, signatureVerifier } from '../webhook-signature.ts'
import type { Call } from './call.ts'
import { ignored } from './fact.ts'
import { eventSchema, mapEvent, type StripeEvent } from './map-event.ts'
import { invoicePaymentsSchema } from './objects.ts'
import type { StripeConfig } from './options.ts'
import { read } from './retrieve.ts'
import { isoSeconds } from './time.ts'

/** Takes Stripe's webhooks: verifies the raw bytes, then reads them. */
export function webhookVerb(call: Call, config: StripeConfig): PaymentGateway['receiveWebhook'] {
  const verify = signatureVerifier(config.webhookSecrets, config.toleranceSeconds)
  const { mode } = config.capabilities

  async function findPayment(invoice: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const payments = read(
      await call(invoicePaymentsSchema, signal ? { signal } : {}, (client, request) =>
        client.invoicePayments.list({ invoice, limit: 10 }, request),
      ),
    )
    return payments?.data.find(({ payment }) => payment?.payment_intent)?.payment?.payment_intent ?? undefined
  }

  return async (request, { signal } = {}) => {
    throwIfAborted(signal)
    const body = await readRawBody(request)
    await verify(request.headers.get('stripe-signature'), body, config.clock())
    const event = parse(new TextDecoder().decode(body))
    // An endpoint for connected accounts gets events of both modes.
    const fact =
      event.livemode === (mode === 'live')
        ? await mapEvent(event, (invoice) => findPayment(invoice, signal)).catch(explain(event))
        : ignored(`It is not of the mode ${mode}.`)
    const header = {
      id: event.id,
      gateway: config.id,
      occurredAt: isoSeconds(event.created),
      authenticity: 'signed',
      providerType: event.type,
    } as const
    return [{ ...header, ...fact }]
  }
}

function parse(text: string): StripeEvent {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw rejected('its body is no JSON')
  }
  const event = eventSchema.safeParse(value)
  if (event.success) return event.data
  throw rejected('its body is no event of API v1')
}

/** Says which event could not be read, without anything of what is in it. */
function explain({ id, type }: StripeEvent) {
  return (error: unknown): GatewayFact => {
    // Nothing is charged here in such a currency, so it is another program's money.
    if (isPaymentError(error, 'unsupported')) return ignored('It is in a currency that is not charged here.')
    if (isPaymentError(error)) throw error
    throw new PaymentError({
      code: 'internal',
      gateway: 'stripe',
      message: `The event ${id} (${type}) is not shaped as expected.`,
      fix: 'Compare the API version of the webhook endpoint with 2026-10-28.',
    })
  }
}
