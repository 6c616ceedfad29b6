import { redacted } from '../redacted.ts'
import { approvalDigest } from './digests.ts'

/** What {@link signTestWebhook} makes a webhook of. */
export interface CcbillTestWebhook {
  /** Such as `NewSaleSuccess`. */
  readonly eventType: string
  /** The fields as CCBill sends them; account and digest are added where they are missing. */
  readonly payload: Readonly<Record<string, string>>
  readonly clientAccnum: string
  readonly clientSubacc: string
  readonly salt: string
  /** Default `http://localhost/webhooks/ccbill`. */
  readonly url?: string
}

/**
 * A webhook as CCBill sends it, for tests of a platform's handler. CCBill signs nothing: give `receiveWebhook` an address
 * of its ranges as `remoteAddress`, such as `64.38.212.1`.
 */
export async function signTestWebhook(webhook: CcbillTestWebhook): Promise<Request> {
  const { eventType, payload, clientAccnum, clientSubacc, salt } = webhook
  const url = new URL(webhook.url ?? 'http://localhost/webhooks/ccbill')
  url.searchParams.set('eventType', eventType)
  const digest = approvalDigest(payload.subscriptionId ?? '', redacted(salt))
  const fields = {
    clientAccnum,
    clientSubacc,
    timestamp: '2026-11-22 10:30:00',
    ...(eventType === 'NewSaleSuccess' && { dynamicPricingValidationDigest: digest }),
    ...payload,
  }
  return new Request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  })
}
