/** What a gateway can do. Callers decide by it; a call that asks for more throws `unsupported`. */
export interface GatewayCapabilities {
  /**
   * `intent`: the payer stays, the page confirms with a client secret if need be. `redirect`: the payer is sent to the
   * gateway's page and comes back from it.
   */
  readonly flow: 'intent' | 'redirect'
  /**
   * `partial`: any part, several times. `cancels_subscription`: in part too, but the subscription of the charge ends
   * with it. `none`: by hand at the gateway, its events tell us.
   */
  readonly refund: 'partial' | 'cancels_subscription' | 'none'
  /** Whether the gateway itself charges the periods of a subscription. */
  readonly recurring: boolean
  /**
   * Where the creator's part is parted: `at_charge` by the gateway with the charge, `transfer` by later transfers,
   * `ledger` in our books alone.
   */
  readonly split: 'at_charge' | 'transfer' | 'ledger'
  /**
   * `native`: the same key charges once, for 24 hours at least. `none`: an `unknown` outcome must be looked up before
   * anything is repeated.
   */
  readonly idempotency: 'native' | 'none'
  /** How far a webhook can be believed; each event says it again. */
  readonly webhookAuthenticity: WebhookAuthenticity
  /** Whether money is real. */
  readonly mode: 'test' | 'live'
  /** Currency code to the gateway's rules for it. A currency that is missing is refused. */
  readonly currencies: Readonly<Record<string, CurrencyRule>>
}

/**
 * `signed`: a keyed signature over the whole body. `digest`: a secret digest over an id only, so compare amount and
 * currency with the order. `network`: the sender's address alone.
 */
export type WebhookAuthenticity = 'signed' | 'digest' | 'network'

/** How a gateway counts a currency. All amounts but `exponent` are in minor units of ISO 4217, as in `Money`. */
export interface CurrencyRule {
  /** Digits of the gateway's own minor unit, which may differ from ISO 4217. */
  readonly exponent: number
  readonly minimum?: bigint
  readonly maximum?: bigint
  /** Amounts must be a multiple of it. */
  readonly step?: bigint
}
