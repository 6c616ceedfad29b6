import { checkRefund, checkWrite } from '../check-charge.ts'
import { PaymentError } from '../errors.ts'
import type { CancelOutcome, RefundOutcome, UnknownReason } from '../outcome.ts'
import type { CallOptions, PaymentGateway } from '../payment-gateway.ts'
import { decimal } from './form-url.ts'
import type { CcbillConfig } from './options.ts'

type Result =
  | { readonly kind: 'result'; readonly code: number }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason }

/** DataLink's subscription management. Its password is in the URL: the URL is in no error and no log. */
export function createDataLink(config: CcbillConfig) {
  async function ask(
    action: string,
    parameters: Readonly<Record<string, string>>,
    { signal }: CallOptions,
  ): Promise<Result> {
    const { dataLink } = config
    if (!dataLink) throw misconfigured('There is no user of DataLink: set the option dataLink.')
    const url = new URL('/utils/subscriptionManagement.cgi', config.origins.dataLink)
    const all = {
      clientAccnum: config.clientAccnum,
      usingSubacc: config.clientSubacc,
      username: dataLink.username,
      password: dataLink.password.reveal(),
      action,
      returnXML: '1',
      ...parameters,
    }
    for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value)
    try {
      const response = await config.fetch(url, {}, signal)
      const text = await response.text()
      const [, code] = /<results>\s*(-?\d+)\s*<\/results>/.exec(text) ?? []
      if (code !== undefined) return { kind: 'result', code: Number(code) }
      return { kind: 'unknown', reason: response.ok ? 'ambiguous_answer' : 'gateway_error' }
    } catch {
      return { kind: 'unknown', reason: signal?.aborted ? 'aborted' : 'no_answer' }
    }
  }

  return {
    /** CCBill lets the paid time run out, whatever `when` says. */
    cancel: (async ({ ref }, options) => {
      checkWrite(options)
      checkId(ref, 'ref')
      const result = await ask('cancelSubscription', { subscriptionId: ref }, options)
      if (result.kind === 'unknown') return result
      return cancelOutcome(result.code)
    }) satisfies PaymentGateway['cancelSubscription'],

    refund: (async (request, options) => {
      checkRefund(request, config.capabilities, options)
      checkId(request.chargeRef, 'chargeRef')
      const { amount } = request
      if (!amount) {
        throw new PaymentError({
          code: 'invalid_input',
          gateway: 'ccbill',
          field: 'amount',
          message: 'CCBill does not tell how much is left to refund.',
          fix: 'Say the amount.',
        })
      }
      const parameters = { subscriptionId: request.chargeRef, amount: decimal(amount) }
      const result = await ask('refundTransaction', parameters, options)
      if (result.kind === 'unknown') return result
      // The answer has no id. One made up here would not be the id that the webhook tells of the same refund.
      return refundOutcome(result.code, () => ({ kind: 'succeeded', amount }))
    }) satisfies PaymentGateway['refund'],
  }
}

function cancelOutcome(code: number): CancelOutcome {
  if (code === 1) return { kind: 'canceled' }
  if (code === -7) return { kind: 'unknown', reason: 'ambiguous_answer' }
  if (code === -2 || code === -3) return { kind: 'declined', code: 'not_found', rawCode: String(code) }
  if (code === 0) return { kind: 'declined', code: 'processing_error', rawCode: '0' }
  throw misconfigured(`DataLink refuses the request (${code}).`)
}

function refundOutcome(code: number, succeeded: () => RefundOutcome): RefundOutcome {
  const rawCode = String(code)
  if (code === 1) return succeeded()
  // "Internal error" does not prove that nothing happened.
  if (code === -7) return { kind: 'unknown', reason: 'ambiguous_answer' }
  if (code === -2 || code === -3) return { kind: 'declined', code: 'charge_not_found', rawCode }
  if (code === -15 || code === -16) return { kind: 'declined', code: 'amount_too_large', rawCode }
  if (code === 0) return { kind: 'declined', code: 'processing_error', rawCode }
  throw misconfigured(`DataLink refuses the request (${code}).`)
}

function checkId(value: string, field: string): void {
  if (/^\d{1,24}$/.test(value)) return
  throw new PaymentError({
    code: 'invalid_input',
    gateway: 'ccbill',
    field,
    message: 'It is no id of CCBill, which are digits in a string.',
  })
}

function misconfigured(message: string): PaymentError {
  return new PaymentError({
    code: 'misconfigured',
    gateway: 'ccbill',
    field: 'dataLink',
    message,
    fix: 'Check the user, its rights and the addresses it may come from.',
  })
}
