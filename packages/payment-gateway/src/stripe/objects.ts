import { z } from 'zod'

/**
 * The fields that are read of Stripe's objects, in API version 2026-10-28.endive. Loose on purpose: unions of Stripe are
 * open, and fields come with every version.
 */
const id = z.string()
/** An id, or the object when it was expanded. */
const reference = z.union([z.string(), z.object({ id }).transform((object) => object.id)]).nullish()
const metadata = z.record(z.string(), z.string()).nullish()

const paymentError = z.object({ code: z.string().nullish(), decline_code: z.string().nullish() }).nullish()

const latestCharge = z
  .union([
    z.string().transform((text) => ({ id: text, created: undefined, balance_transaction: undefined })),
    z.object({
      id,
      created: z.number().optional(),
      balance_transaction: z
        .union([z.string(), z.object({ fee: z.number(), currency: z.string() })])
        .nullish(),
    }),
  ])
  .nullish()

export const paymentIntentSchema = z.object({
  id,
  status: z.string(),
  amount: z.number().int(),
  amount_received: z.number().int().nullish(),
  currency: z.string(),
  created: z.number(),
  client_secret: z.string().nullish(),
  cancellation_reason: z.string().nullish(),
  last_payment_error: paymentError,
  latest_charge: latestCharge,
  metadata,
  next_action: z
    .object({ type: z.string(), redirect_to_url: z.object({ url: z.string().nullish() }).nullish() })
    .nullish(),
})
export type PaymentIntent = z.infer<typeof paymentIntentSchema>

export const sessionSchema = z.object({
  id,
  mode: z.string(),
  status: z.string().nullish(),
  payment_status: z.string(),
  amount_total: z.number().int().nullish(),
  currency: z.string().nullish(),
  created: z.number(),
  expires_at: z.number().nullish(),
  url: z.string().nullish(),
  payment_intent: reference,
  subscription: reference,
  metadata,
})
export type Session = z.infer<typeof sessionSchema>

export const refundSchema = z.object({
  id,
  status: z.string().nullish(),
  amount: z.number().int(),
  currency: z.string(),
  charge: reference,
  payment_intent: reference,
  failure_reason: z.string().nullish(),
  transfer_reversal: reference,
  metadata,
})
export type Refund = z.infer<typeof refundSchema>

export const disputeSchema = z.object({
  id,
  status: z.string(),
  amount: z.number().int(),
  currency: z.string(),
  reason: z.string().nullish(),
  charge: reference,
  payment_intent: reference,
  // Stripe's reference has it in every dispute; without it, what moved would be a guess.
  balance_transactions: z.array(
    z.object({
      ...{ id, amount: z.number(), fee: z.number(), currency: z.string() },
      exchange_rate: z.number().positive().nullish(),
    }),
  ),
})
export type Dispute = z.infer<typeof disputeSchema>

const invoicePayments = z.object({
  data: z.array(
    z.object({ payment: z.object({ type: z.string().nullish(), payment_intent: reference }).nullish() }),
  ),
})
export const invoicePaymentsSchema = invoicePayments

export const invoiceSchema = z.object({
  id,
  amount_paid: z.number().int(),
  amount_due: z.number().int().nullish(),
  currency: z.string(),
  billing_reason: z.string().nullish(),
  next_payment_attempt: z.number().nullish(),
  confirmation_secret: z.object({ client_secret: z.string() }).nullish(),
  payments: invoicePayments.nullish(),
  status_transitions: z.object({ paid_at: z.number().nullish() }).nullish(),
  parent: z
    .object({
      subscription_details: z.object({ subscription: reference, metadata }).nullish(),
    })
    .nullish(),
  lines: z
    .object({ data: z.array(z.object({ period: z.object({ start: z.number(), end: z.number() }) })) })
    .nullish(),
})
export type Invoice = z.infer<typeof invoiceSchema>

export const subscriptionSchema = z.object({
  id,
  status: z.string(),
  metadata,
  cancel_at_period_end: z.boolean().nullish(),
  cancel_at: z.number().nullish(),
  ended_at: z.number().nullish(),
  created: z.number(),
  items: z.object({ data: z.array(z.object({ current_period_end: z.number().nullish() })) }).nullish(),
  latest_invoice: z.union([z.string(), invoiceSchema]).nullish(),
})
export type Subscription = z.infer<typeof subscriptionSchema>

export const transferSchema = z.object({
  id,
  amount: z.number().int(),
  currency: z.string(),
  destination: reference,
})

export const payoutSchema = z.object({ id, amount: z.number().int(), currency: z.string() })
export const warningSchema = z.object({ id, charge: reference, payment_intent: reference })
export const accountSchema = z.object({ id, payouts_enabled: z.boolean().nullish() })
export const listSchema = z.object({ data: z.array(z.unknown()), has_more: z.boolean().nullish() })

/** Our words in Stripe's metadata. */
export const metadataKeys = {
  merchantRef: 'stagedoor_ref',
  payer: 'stagedoor_payer',
  payee: 'stagedoor_payee',
  refund: 'stagedoor_refund',
  transfer: 'stagedoor_transfer',
} as const

/** Our reference, or nothing for what another program made in the same account. */
export function merchantRefOf(object: { metadata?: Record<string, string> | null | undefined }) {
  const merchantRef = object.metadata?.[metadataKeys.merchantRef]
  return merchantRef === undefined ? {} : { merchantRef }
}
