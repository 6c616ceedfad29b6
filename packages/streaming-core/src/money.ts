/**
 * An amount in minor units as a decimal string: `{ amount: "29140", currency: "USD" }` is $291.40.
 * Totals are whole minor units; a unit price may have a fraction (`"7.2"` is 7.2 cents).
 */
export interface MoneyJson {
  readonly amount: string
  /** ISO 4217, upper case. */
  readonly currency: string
}
