import {
  type ChargeOutcome,
  isPaymentError,
  type PaymentErrorCode,
  type RefundOutcome,
} from '@stagedoor/payment-gateway'
import { TipError, type TipErrorCode } from './errors.ts'
import type { Tip, TipRefund } from './tip.ts'
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

/**
 * What the gateway knows of a tip's payment; null when it knows of none, or cannot be asked.
 *
 * @param ref - Another payment of the tip than its own.
 */
export async function retrieveCharge(
  context: TipsContext,
  tip: Tip,
  signal: AbortSignal | undefined,
  ref = tip.chargeRef,
): Promise<ChargeOutcome | null> {
  const { id, retrieve } = context.gateway(tip.gateway)
  if (!retrieve) return null
  const query = ref === undefined ? { merchantRef: tip.id } : { ref }
  return lookUp(context, id, signal, (options) => retrieve(query, options))
}

/** What became of a refund; null when the gateway knows of none, undefined when it cannot be asked. */
export async function retrieveRefund(
  context: TipsContext,
  tip: Tip,
  { id: refundId, chargeRef, ref }: TipRefund,
  signal: AbortSignal | undefined,
): Promise<RefundOutcome | null | undefined> {
  const gateway = context.gateway(tip.gateway)
  const query = { chargeRef, refundId, ...(ref === undefined ? {} : { ref }) }
  if (!gateway.retrieveRefund) return undefined
  return lookUp(
    context,
    gateway.id,
    signal,
    async (options) => gateway.retrieveRefund?.(query, options) ?? null,
  )
}

/** A look-up that is not answered in time says nothing: it fails. */
async function lookUp<Outcome extends object>(
  context: TipsContext,
  gateway: string,
  signal: AbortSignal | undefined,
  ask: (options: { readonly signal: AbortSignal }) => Promise<Outcome | null>,
): Promise<Outcome | null> {
  const unanswered = Symbol('unanswered')
  try {
    const answer = await callGateway<Outcome | null | symbol>(context, unanswered, signal, ask)
    if (typeof answer !== 'symbol') return answer
  } catch (error) {
    throw toTipError(error, gateway)
  }
  const message = `${gateway} did not answer in time. Nothing is known; ask again later.`
  throw new TipError({ code: 'provider_unavailable', provider: gateway, message })
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
