/** One price and where it comes from. Price books are made of these, so that no figure goes without its source. */
export interface Price {
  /** Minor units per unit as a decimal string; may have a fraction: `"7.2"` is 7.2 cents. */
  readonly amount: string
  /** False when the price stands on one weak source, or on an assumption. Quotes then say so. */
  readonly verified: boolean
  readonly source: string
}

/** A price that holds up to a volume. Tiers are listed from the first; the last one has no end. */
export interface PriceTier {
  /** Units in a billing month up to which the price holds, all tiers before included; null for the rest. */
  readonly upTo: number | null
  readonly price: Price
}

/** What every price book says of itself. */
export interface PriceBookHeader {
  /** The day the prices were checked, `YYYY-MM-DD`. */
  readonly asOf: string
  /** ISO 4217; its minor unit is a hundredth. */
  readonly currency: string
  /** Where the figures come from, in a sentence. */
  readonly source: string
}
