import type { GatewayCapabilities } from '../capabilities.ts'
import { PaymentError } from '../errors.ts'
import { type Redacted, redacted } from '../redacted.ts'
import { defaultToleranceSeconds } from '../webhook-signature.ts'
import { stripeCurrencies } from './currencies.ts'
import type { StripeClient } from './stripe-client.ts'

/** Options of {@link stripe}. */
export interface StripeOptions {
  /** `new Stripe(apiKey)` of the npm package `stripe`, version 23. */
  readonly client: StripeClient
  /** Secret or restricted key, `sk_...` or `rk_...`. Every call carries it, so that the key that was checked is used. */
  readonly apiKey: string
  /** What the key must be for. A live key in test mode is refused, and the reverse. */
  readonly mode: 'test' | 'live'
  /** Signing secrets of the webhook endpoint, `whsec_...`: two while one is changed. */
  readonly webhookSecrets: readonly string[]
  /**
   * `intent` (the default) confirms in the platform's page by Stripe's script, `checkout` sends the payer to Stripe's
   * page. A charge with a saved instrument never needs a page.
   */
  readonly page?: 'intent' | 'checkout'
  /**
   * How creators are paid. `ledger` (the default): the platform keeps all, its ledger knows whose it is. `destination`:
   * Stripe parts each charge at once. `transfer`: charged by the platform, passed on by {@link StripeTransfers} after the
   * hold.
   */
  readonly split?: 'ledger' | 'destination' | 'transfer'
  /** The product that saved instruments subscribe to, `prod_...`. Checkout needs none. */
  readonly subscriptionProduct?: string
  /** Default `stripe`. */
  readonly id?: string
  /** How far a webhook's time may be from ours, both ways. Default 300. */
  readonly toleranceSeconds?: number
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly clock?: () => number
}

/** {@link StripeOptions} after the checks. */
export interface StripeConfig {
  readonly id: string
  readonly client: StripeClient
  readonly apiKey: Redacted
  readonly webhookSecrets: readonly Redacted[]
  readonly page: 'intent' | 'checkout'
  readonly split: 'ledger' | 'destination' | 'transfer'
  readonly subscriptionProduct: string | undefined
  readonly toleranceSeconds: number
  readonly clock: () => number
  readonly capabilities: GatewayCapabilities
}

/** Checks the options once. @throws `PaymentError` with `misconfigured`, without any key in it. */
export function resolveOptions(options: StripeOptions): StripeConfig {
  const { mode, page = 'intent', split = 'ledger', id = 'stripe' } = options
  const [, keyMode] = /^[sr]k_(test|live)_\w+$/.exec(options.apiKey) ?? []
  if (keyMode === undefined) {
    throw misconfigured('apiKey', 'This is no secret key of Stripe.', 'It begins with sk_ or rk_.')
  }
  if (keyMode !== mode) {
    throw misconfigured('apiKey', `The key is for ${keyMode}, the mode is ${mode}.`, 'Use keys of one mode.')
  }
  if (options.webhookSecrets.length === 0) {
    throw misconfigured('webhookSecrets', 'There is no signing secret.', 'Copy it from the webhook endpoint.')
  }
  for (const secret of options.webhookSecrets) {
    if (/^whsec_\S+$/.test(secret)) continue
    throw misconfigured(
      'webhookSecrets',
      'This is no signing secret.',
      'It begins with whsec_ and has no spaces.',
    )
  }
  const toleranceSeconds = options.toleranceSeconds ?? defaultToleranceSeconds
  if (!(toleranceSeconds > 0 && toleranceSeconds <= 3600)) {
    throw misconfigured('toleranceSeconds', 'It is not between 0 and 3600.', 'Leave it out for 300.')
  }
  return {
    id,
    client: options.client,
    apiKey: redacted(options.apiKey),
    webhookSecrets: options.webhookSecrets.map((secret) => redacted(secret)),
    page,
    split,
    subscriptionProduct: options.subscriptionProduct,
    toleranceSeconds,
    clock: options.clock ?? Date.now,
    capabilities: {
      flow: page === 'checkout' ? 'redirect' : 'intent',
      refund: 'partial',
      recurring: true,
      split: split === 'destination' ? 'at_charge' : split,
      idempotency: 'native',
      webhookAuthenticity: 'signed',
      mode,
      currencies: stripeCurrencies,
    },
  }
}

function misconfigured(field: string, message: string, fix: string): PaymentError {
  return new PaymentError({ code: 'misconfigured', gateway: 'stripe', field, message, fix })
}
