import type { SubscriptionCharge, TipCharge } from '../charge.ts'
import { PaymentError } from '../errors.ts'
import { toGatewayAmount } from '../gateway-amount.ts'
import type { Money } from '../money.ts'
import { stripeCurrencies } from './currencies.ts'
import { metadataKeys } from './objects.ts'
import type { StripeConfig } from './options.ts'

type Split = StripeConfig['split']

/** A PaymentIntent for a tip: confirmed at once when there is a saved instrument, else by the page. */
export function paymentIntentParams(charge: TipCharge, split: Split) {
  const { instrument, payer, description, returnUrls } = charge
  return {
    ...amountParams(charge.amount),
    ...(payer.customer !== undefined && { customer: payer.customer }),
    ...(description !== undefined && { description }),
    automatic_payment_methods:
      instrument !== undefined && !returnUrls
        ? ({ enabled: true, allow_redirects: 'never' } as const)
        : { enabled: true },
    ...(instrument !== undefined && { payment_method: instrument, confirm: true }),
    ...(instrument !== undefined && returnUrls && { return_url: returnUrls.success }),
    ...splitParams(charge, split),
    metadata: metadataOf(charge, charge.tipId),
    expand: ['latest_charge.balance_transaction'],
  }
}

/** A Checkout session for a tip. */
export function tipSessionParams(charge: TipCharge, split: Split) {
  const metadata = metadataOf(charge, charge.tipId)
  return {
    mode: 'payment' as const,
    ...sessionBase(charge, charge.tipId),
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: charge.amount.currency.toLowerCase(),
          unit_amount: amountParams(charge.amount).amount,
          product_data: { name: charge.description ?? 'Tip' },
        },
      },
    ],
    metadata,
    // Events of the payment do not repeat the session's metadata.
    payment_intent_data: {
      metadata,
      ...(charge.description !== undefined && { description: charge.description }),
      ...splitParams(charge, split),
    },
  }
}

/** A Checkout session for a subscription. */
export function subscriptionSessionParams(charge: SubscriptionCharge, split: Split) {
  const metadata = metadataOf(charge, charge.subscriptionId)
  return {
    mode: 'subscription' as const,
    ...sessionBase(charge, charge.subscriptionId),
    line_items: [
      {
        quantity: 1,
        price_data: { ...priceParams(charge), product_data: { name: charge.productName } },
      },
    ],
    metadata,
    subscription_data: {
      metadata,
      ...(charge.description !== undefined && { description: charge.description }),
      ...recurringSplitParams(charge, split),
    },
  }
}

/** A subscription paid by a saved instrument. */
export function subscriptionParams(charge: SubscriptionCharge, split: Split, product: string) {
  return {
    customer: charge.payer.customer ?? '',
    ...(charge.instrument !== undefined && { default_payment_method: charge.instrument }),
    items: [{ price_data: { ...priceParams(charge), product } }],
    payment_behavior: 'allow_incomplete' as const,
    ...(charge.description !== undefined && { description: charge.description }),
    ...recurringSplitParams(charge, split),
    metadata: metadataOf(charge, charge.subscriptionId),
    expand: ['latest_invoice.payments', 'latest_invoice.confirmation_secret'],
  }
}

/** The amount in Stripe's minor units; a number is exact for its eight digits. */
export function amountParams(amount: Money, field = 'amount') {
  return {
    amount: Number(toGatewayAmount(amount, stripeCurrencies, field)),
    currency: amount.currency.toLowerCase(),
  }
}

function priceParams(charge: SubscriptionCharge) {
  const { amount, currency } = amountParams(charge.price, 'price')
  const { unit, count } = charge.interval
  return { currency, unit_amount: amount, recurring: { interval: unit, interval_count: count } }
}

function sessionBase(charge: TipCharge | SubscriptionCharge, reference: string) {
  const { returnUrls, payer } = charge
  if (!returnUrls) {
    throw invalid('returnUrls', 'Checkout has to know where the payer comes back.', 'Set returnUrls.')
  }
  return {
    success_url: returnUrls.success,
    cancel_url: returnUrls.cancel,
    client_reference_id: reference,
    ...(payer.customer !== undefined && { customer: payer.customer }),
  }
}

function splitParams(charge: TipCharge, split: Split) {
  if (split === 'transfer') return { transfer_group: charge.tipId }
  if (split === 'ledger') return {}
  const { platformFee } = charge
  return {
    transfer_data: { destination: accountOf(charge) },
    ...(platformFee && {
      application_fee_amount: amountParams(platformFee, 'platformFee').amount,
    }),
  }
}

function recurringSplitParams(charge: SubscriptionCharge, split: Split) {
  if (split !== 'destination') return {}
  const { platformFeeBps } = charge
  return {
    transfer_data: { destination: accountOf(charge) },
    // Stripe takes percents with two digits, which is exactly what basis points are.
    ...(platformFeeBps !== undefined && { application_fee_percent: platformFeeBps / 100 }),
  }
}

function accountOf(charge: TipCharge | SubscriptionCharge): string {
  const { account } = charge.payee
  if (account !== undefined) return account
  throw invalid(
    'payee.account',
    'Stripe parts the charge, and the creator has no account.',
    'Set payee.account to acct_..., or split by ledger.',
  )
}

function metadataOf(charge: TipCharge | SubscriptionCharge, reference: string): Record<string, string> {
  return {
    ...charge.metadata,
    [metadataKeys.merchantRef]: reference,
    [metadataKeys.payer]: charge.payer.id,
    [metadataKeys.payee]: charge.payee.id,
  }
}

function invalid(field: string, message: string, fix: string): PaymentError {
  return new PaymentError({ code: 'invalid_input', gateway: 'stripe', field, message, fix })
}
