import { throwIfAborted } from '../check-charge.ts'
import type { PaymentGateway } from '../payment-gateway.ts'
import { readRawBody } from '../raw-body.ts'
import { rejected } from '../webhook-signature.ts'
import { approvalDigest, hexOf, sameText } from './digests.ts'
import { parseLossless, toFields } from './lossless-json.ts'
import { mapEvent, movementOf } from './map-event.ts'
import type { CcbillConfig } from './options.ts'
import { readTimestamp } from './period.ts'

/** A webhook's fields. They hold name, address, e-mail, phone and password of the payer: nothing passes them on. */
export type Fields = Readonly<Record<string, string>>

/**
 * Takes CCBill's webhooks, which carry no signature: believed are the sender's address, the account, and for a sale a
 * digest with the salt. The amount is believed only if it is the one that our reference was bound to.
 */
export function webhookVerb(config: CcbillConfig): PaymentGateway['receiveWebhook'] {
  return async (request, { signal, remoteAddress } = {}) => {
    throwIfAborted(signal)
    const body = await readRawBody(request)
    if (remoteAddress === undefined) throw rejected('its sender’s address was not passed as remoteAddress')
    if (!config.ranges.some((matches) => matches(remoteAddress))) {
      throw rejected('it is not from an address of CCBill')
    }
    const fields = readFields(new TextDecoder().decode(body), request.headers.get('content-type') ?? '')
    const queryType = new URL(request.url).searchParams.get('eventType')
    const eventType = fields.eventType ?? queryType
    if (!eventType || (queryType && queryType !== eventType)) {
      throw rejected('its eventType is missing, or differs from the one of the URL')
    }
    if (fields.clientAccnum !== config.clientAccnum || subaccount(fields) !== config.clientSubacc) {
      throw rejected('it is of another account')
    }
    const hasDigest = eventType === 'NewSaleSuccess' && checkDigest(fields, config)
    const occurredAt = readTimestamp(fields.timestamp ?? '') ?? new Date(config.clock()).toISOString()
    const facts = await mapEvent(eventType, fields, occurredAt, config)
    const id = await idOf(eventType, fields)
    return facts.map((fact, index) => ({
      id: index === 0 ? id : `${id}:${fact.type}`,
      gateway: config.id,
      occurredAt,
      authenticity: hasDigest ? ('digest' as const) : ('network' as const),
      providerType: eventType,
      ...fact,
    }))
  }
}

function readFields(text: string, contentType: string): Fields {
  if (contentType.includes('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(text))
  }
  let fields: Fields | null
  try {
    fields = toFields(parseLossless(text))
  } catch {
    throw rejected('its body is neither a form nor JSON')
  }
  if (!fields) throw rejected('its body is neither a form nor JSON')
  return fields
}

/** The sub-account with the zeros that a JSON number has lost. */
function subaccount(fields: Fields): string {
  return (fields.clientSubacc ?? '').padStart(4, '0')
}

/** False for a sale by token, which has no digest. A wrong one, or none on a form's sale, is refused. */
function checkDigest(fields: Fields, config: CcbillConfig): boolean {
  const digest = fields.dynamicPricingValidationDigest
  if (digest === undefined && config.rest) return false
  const expected = approvalDigest(fields.subscriptionId ?? '', config.salt)
  if (fields.subscriptionId && sameText((digest ?? '').toLowerCase(), expected)) return true
  throw rejected('its digest is missing or wrong')
}

/** CCBill numbers no events. The same for each repetition of one. */
async function idOf(eventType: string, fields: Fields): Promise<string> {
  if (returns.has(eventType)) return movementOf(eventType, fields)
  return `${eventType}:${fields.transactionId ?? (await fingerprint(fields))}`
}

const returns: ReadonlySet<string> = new Set(['Refund', 'Void', 'Return', 'Chargeback'])

/** The same for the same fields in any order: an id for events that have none. */
async function fingerprint(fields: Fields): Promise<string> {
  const text = JSON.stringify(Object.entries(fields).sort(([left], [right]) => (left < right ? -1 : 1)))
  return hexOf(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}
