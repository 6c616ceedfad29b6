import type { RefundRequest } from '../charge.ts'
import { checkRefund, throwIfAborted } from '../check-charge.ts'
import { PaymentError } from '../errors.ts'
import { fromGatewayAmount } from '../gateway-amount.ts'
import type { RefundDeclineCode, RefundOutcome } from '../outcome.ts'
import type { CallOptions, PaymentGateway } from '../payment-gateway.ts'
import type { Call } from './call.ts'
import { amountParams } from './charge-params.ts'
import { stripeCurrencies } from './currencies.ts'
import type { Failure } from './errors.ts'
import {
  listSchema,
  metadataKeys,
  paymentIntentSchema,
  type Refund,
  refundSchema,
  sessionSchema,
} from './objects.ts'
import type { StripeConfig } from './options.ts'
import { read } from './retrieve.ts'

/** Gives money back; of a destination charge the creator's part and the fee too, in proportion. */
export function refundVerb(call: Call, config: StripeConfig): PaymentGateway['refund'] {
  return async (request, options) => {
    checkRefund(request, config.capabilities, options)
    const { signal } = options
    const found = await findIntent(call, request, signal ? { signal } : {})
    if (typeof found !== 'string') return found
    const params = {
      payment_intent: found,
      ...(request.amount && { amount: amountParams(request.amount).amount }),
      ...(request.reason !== undefined && { reason: request.reason }),
      ...(config.split === 'destination' &&
        request.reverseSplit !== false && { reverse_transfer: true, refund_application_fee: true }),
      metadata: { [metadataKeys.refund]: request.refundId },
    }
    const answer = await call(refundSchema, options, (client, stripeOptions) =>
      client.refunds.create(params, stripeOptions),
    )
    if (answer.kind !== 'answer') return failureOutcome(answer)
    return outcomeOf(answer.value)
  }
}

/** Looks a refund up: by Stripe's reference, or by ours among those of the payment. */
export function retrieveRefundVerb(call: Call): NonNullable<PaymentGateway['retrieveRefund']> {
  return async ({ chargeRef, refundId, ref }, options = {}) => {
    throwIfAborted(options.signal)
    if (ref !== undefined) {
      const found = read(
        await call(refundSchema, options, (client, request) => client.refunds.retrieve(ref, {}, request)),
      )
      return found && outcomeOf(found)
    }
    const of = await paymentOf(call, chargeRef, options)
    for (let after: string | undefined; of; ) {
      const params = { ...of, limit: 100, ...(after !== undefined && { starting_after: after }) }
      const page = read(
        await call(listSchema, options, (client, request) => client.refunds.list(params, request)),
      )
      const refunds = (page?.data ?? []).flatMap((one) => refundSchema.safeParse(one).data ?? [])
      const own = refunds.find(({ metadata }) => metadata?.[metadataKeys.refund] === refundId)
      if (own) return outcomeOf(own)
      after = refunds.at(-1)?.id
      if (!page?.has_more || after === undefined) return null
    }
    return null
  }
}

/** What refunds are listed by; undefined for a session that nobody has paid. */
async function paymentOf(call: Call, chargeRef: string, options: CallOptions) {
  if (chargeRef.startsWith('ch_')) return { charge: chargeRef }
  if (!chargeRef.startsWith('cs_')) return { payment_intent: chargeRef }
  const session = read(
    await call(sessionSchema, options, (client, request) =>
      client.checkout.sessions.retrieve(chargeRef, {}, request),
    ),
  )
  return session?.payment_intent ? { payment_intent: session.payment_intent } : undefined
}

function outcomeOf(refund: Refund): RefundOutcome {
  const { id: ref, status, amount, currency, failure_reason: rawCode } = refund
  if (status === 'failed' || status === 'canceled') {
    return { kind: 'declined', code: 'processing_error', ...(rawCode && { rawCode }) }
  }
  return {
    kind: status === 'succeeded' ? 'succeeded' : 'pending',
    ...{ ref, amount: fromGatewayAmount(amount, currency, stripeCurrencies) },
    ...(refund.transfer_reversal && { isSplitReversed: true }),
  }
}

/** The PaymentIntent to refund. Stripe takes amounts without a currency, so it is compared here. */
async function findIntent(
  call: Call,
  { chargeRef, amount }: RefundRequest,
  options: CallOptions,
): Promise<string | RefundOutcome> {
  let intent = chargeRef
  if (chargeRef.startsWith('cs_')) {
    const session = await call(sessionSchema, options, (client, request) =>
      client.checkout.sessions.retrieve(chargeRef, {}, request),
    )
    if (session.kind !== 'answer') return failureOutcome(session)
    if (!session.value.payment_intent) return { kind: 'declined', code: 'charge_not_paid' }
    intent = session.value.payment_intent
  }
  if (!amount) return intent
  const answer = await call(paymentIntentSchema, options, (client, request) =>
    client.paymentIntents.retrieve(intent, {}, request),
  )
  if (answer.kind !== 'answer') return failureOutcome(answer)
  const currency = answer.value.currency.toUpperCase()
  if (currency === amount.currency) return intent
  throw new PaymentError({
    code: 'invalid_input',
    gateway: 'stripe',
    field: 'amount.currency',
    message: `The charge was paid in ${currency}, not in ${amount.currency}.`,
  })
}

const refusals: Readonly<Record<string, RefundDeclineCode>> = {
  charge_already_refunded: 'already_refunded',
  charge_disputed: 'charge_disputed',
  refund_disputed_payment: 'charge_disputed',
  balance_insufficient: 'balance_insufficient',
  insufficient_funds: 'balance_insufficient',
  payment_intent_unexpected_state: 'charge_not_paid',
  resource_missing: 'charge_not_found',
}

function failureOutcome(failure: Failure): RefundOutcome {
  if (failure.kind === 'unknown') return failure
  if (failure.kind === 'declined') {
    const { rawCode } = failure.decline
    return { kind: 'declined', code: 'processing_error', ...(rawCode !== undefined && { rawCode }) }
  }
  // "Greater than the unrefunded amount" comes without a code.
  const code = refusals[failure.rawCode] ?? (failure.param === 'amount' ? 'amount_too_large' : undefined)
  if (code === undefined) throw failure.error
  return { kind: 'declined', code, ...(failure.rawCode !== '' && { rawCode: failure.rawCode }) }
}
