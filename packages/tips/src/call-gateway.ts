import { type ChargeOutcome, isPaymentError, type PaymentErrorCode } from '@stagedoor/payment-gateway'
import { TipError, type TipErrorCode } from './errors.ts'
import type { Tip } from './tip.ts'
import type { TipsContext } from './tips-context.ts'

/** A gateway that does not heed its signal is left alone after this. */
const graceMs = 2000

/**
 * Calls a gateway, no longer than is allowed.
 *
 * @param unanswered - What it means when there is no answer in time.
 */
export async function callGateway<Outcome>(
  { settings }: TipsContext,
  unanswered: Outcome,
  signal: AbortSignal | undefined,
  call: (options: { readonly signal: AbortSignal }) => Promise<Outcome>,
): Promise<Outcome> {
  const limitMs = settings.gatewayTimeoutSeconds * 1000
  const timeout = AbortSignal.timeout(limitMs)
  let timer: ReturnType<typeof setTimeout> | undefined
  const givenUp = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve(unanswered), limitMs + graceMs)
  })
  try {
    const answered = call({ signal: signal ? AbortSignal.any([signal, timeout]) : timeout })
    return await Promise.race([answered, givenUp])
  } finally {
    clearTimeout(timer)
  }
}

/** An hour less than a gateway has to remember a key. */
const keySeconds = 23 * 3600

/** Tells whether a call of that time may be repeated, as its gateway still knows the key and does nothing twice. */
export function isRepeatable(context: TipsContext, gatewayId: string, since: string): boolean {
  const ageSeconds = (Date.parse(context.now()) - Date.parse(since)) / 1000
  return context.gateway(gatewayId).capabilities.idempotency === 'native' && ageSeconds < keySeconds
}

/** What the gateway knows of a tip's payment; null when it knows of none, or cannot be asked. */
export async function retrieveCharge(
  context: TipsContext,
  tip: Tip,
  signal: AbortSignal | undefined,
): Promise<ChargeOutcome | null> {
  const gateway = context.gateway(tip.gateway)
  const { retrieve } = gateway
  if (!retrieve) return null
  const query = tip.chargeRef === undefined ? { merchantRef: tip.id } : { ref: tip.chargeRef }
  try {
    return await callGateway<ChargeOutcome | null>(context, null, signal, (options) =>
      retrieve(query, options),
    )
  } catch (error) {
    throw toTipError(error, gateway.id)
  }
}

const codes: Readonly<Record<PaymentErrorCode, TipErrorCode>> = {
  invalid_input: 'invalid_input',
  misconfigured: 'misconfigured',
  not_found: 'not_found',
  conflict: 'conflict',
  payload_too_large: 'invalid_input',
  unsupported: 'unsupported',
  provider_unavailable: 'provider_unavailable',
  webhook_invalid: 'webhook_invalid',
  aborted: 'aborted',
  internal: 'internal',
}

/** A gateway's error in the words of tips; anything else as it is. */
export function toTipError(error: unknown, gateway: string): unknown {
  if (!isPaymentError(error)) return error
  const { code, message, field } = error
  return new TipError({
    ...{ code: codes[code], message, provider: gateway, cause: error },
    ...(field === undefined ? {} : { field }),
  })
}
