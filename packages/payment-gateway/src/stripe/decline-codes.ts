import { type Decline, type DeclineCode, declineRetries } from '../outcome.ts'

/** Stripe's decline codes and error codes (https://docs.stripe.com/declines/codes) in the words of all gateways. */
const codes: Readonly<Record<string, DeclineCode>> = {
  amount_too_large: 'amount_out_of_range',
  amount_too_small: 'amount_out_of_range',
  approve_with_id: 'processing_error',
  authentication_required: 'authentication_required',
  payment_intent_authentication_failure: 'authentication_required',
  card_not_supported: 'card_declined',
  card_velocity_exceeded: 'limit_exceeded',
  charge_exceeds_source_limit: 'limit_exceeded',
  currency_not_supported: 'currency_not_supported',
  duplicate_transaction: 'duplicate',
  expired_card: 'expired_card',
  fraudulent: 'fraud_suspected',
  highest_risk_level: 'fraud_suspected',
  lost_card: 'fraud_suspected',
  merchant_blacklist: 'fraud_suspected',
  pickup_card: 'fraud_suspected',
  stolen_card: 'fraud_suspected',
  incorrect_address: 'incorrect_details',
  incorrect_cvc: 'incorrect_details',
  incorrect_number: 'incorrect_details',
  incorrect_pin: 'incorrect_details',
  incorrect_zip: 'incorrect_details',
  invalid_cvc: 'incorrect_details',
  invalid_expiry_month: 'incorrect_details',
  invalid_expiry_year: 'incorrect_details',
  invalid_number: 'incorrect_details',
  insufficient_funds: 'insufficient_funds',
  issuer_not_available: 'processing_error',
  lock_timeout: 'gateway_busy',
  pin_try_exceeded: 'limit_exceeded',
  processing_error: 'processing_error',
  rate_limit: 'gateway_busy',
  reenter_transaction: 'processing_error',
  try_again_later: 'processing_error',
  withdrawal_count_limit_exceeded: 'limit_exceeded',
}

/** The decline of a bank, of which `decline_code` says more than `code`. */
export function toDecline(error: {
  readonly code?: string | null | undefined
  readonly decline_code?: string | null | undefined
}): Decline {
  const rawCode = error.decline_code ?? error.code ?? undefined
  const named = codes[error.decline_code ?? ''] ?? codes[error.code ?? '']
  const code = named ?? 'card_declined'
  return { code, retry: declineRetries[code], ...(rawCode !== undefined && { rawCode }) }
}
