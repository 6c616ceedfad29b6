import { checkWrite, throwIfAborted } from '../check-charge.ts'
import { PaymentError } from '../errors.ts'
import { fromGatewayAmount } from '../gateway-amount.ts'
import type { Money } from '../money.ts'
import type { UnknownReason } from '../outcome.ts'
import type { WriteOptions } from '../payment-gateway.ts'
import type { Answer, Call } from './call.ts'
import { amountParams } from './charge-params.ts'
import { stripeCurrencies } from './currencies.ts'
import { metadataKeys, paymentIntentSchema, transferSchema } from './objects.ts'
import { read } from './retrieve.ts'

/** Money passed on to a creator's account, after a charge that the platform kept (`split: 'transfer'`). */
export interface StripeTransfers {
  /** Passes money on. With a charge it waits until that charge's money is there. */
  create(request: TransferRequest, options: WriteOptions): Promise<TransferOutcome>
  /** Takes it back, as far as the account's balance goes. */
  reverse(request: ReversalRequest, options: WriteOptions): Promise<TransferOutcome>
}

/** Money to pass on. */
export interface TransferRequest {
  /** Ours. */
  readonly transferId: string
  /** `acct_...` */
  readonly account: string
  readonly amount: Money
  /** The charge it comes from, `pi_...`. */
  readonly chargeRef?: string
  /** The tip, as the charge's group has it. */
  readonly tipId?: string
}

/** Money to take back. */
export interface ReversalRequest {
  readonly transferRef: string
  /** All that is left when absent. */
  readonly amount?: Money
}

/** How a transfer came out. */
export type TransferOutcome =
  | { readonly kind: 'succeeded'; readonly ref: string; readonly amount: Money }
  | {
      readonly kind: 'declined'
      readonly code: 'balance_insufficient' | 'processing_error'
      readonly rawCode?: string
    }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason }

/** The verbs of {@link StripeTransfers}. */
export function transferVerbs(call: Call): StripeTransfers {
  return {
    async create({ transferId, account, amount, chargeRef, tipId }, options) {
      checkWrite(options)
      throwIfAborted(options.signal)
      const source = chargeRef === undefined ? undefined : await chargeOf(call, chargeRef)
      const params = {
        ...amountParams(amount),
        destination: account,
        ...(source !== undefined && { source_transaction: source }),
        ...(tipId !== undefined && { transfer_group: tipId }),
        metadata: { [metadataKeys.transfer]: transferId },
      }
      return toOutcome(
        await call(transferSchema, options, (client, request) => client.transfers.create(params, request)),
      )
    },

    async reverse({ transferRef, amount }, options) {
      checkWrite(options)
      const params = amount ? { amount: amountParams(amount).amount } : {}
      return toOutcome(
        await call(transferSchema, options, (client, request) =>
          client.transfers.createReversal(transferRef, params, request),
        ),
      )
    },
  }
}

/** Transfers are tied to the charge inside a PaymentIntent. */
async function chargeOf(call: Call, ref: string): Promise<string> {
  if (ref.startsWith('ch_')) return ref
  const intent = read(
    await call(paymentIntentSchema, {}, (client, request) =>
      client.paymentIntents.retrieve(ref, {}, request),
    ),
  )
  if (intent?.latest_charge) return intent.latest_charge.id
  throw new PaymentError({
    code: 'not_found',
    gateway: 'stripe',
    field: 'chargeRef',
    message: `There is no paid charge '${ref}'.`,
  })
}

function toOutcome(answer: Answer<{ id: string; amount: number; currency: string }>): TransferOutcome {
  if (answer.kind === 'unknown') return answer
  if (answer.kind === 'declined') {
    const { rawCode } = answer.decline
    return { kind: 'declined', code: 'processing_error', ...(rawCode !== undefined && { rawCode }) }
  }
  if (answer.kind === 'refused') {
    if (answer.rawCode !== 'balance_insufficient' && answer.rawCode !== 'insufficient_funds') {
      throw answer.error
    }
    return { kind: 'declined', code: 'balance_insufficient', rawCode: answer.rawCode }
  }
  const { id: ref, amount, currency } = answer.value
  return { kind: 'succeeded', ref, amount: fromGatewayAmount(amount, currency, stripeCurrencies) }
}
