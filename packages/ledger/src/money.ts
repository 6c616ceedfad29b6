/** An amount of minor units: `{ amount: 29140n, currency: 'USD' }` is $291.40. */
export interface Money {
  readonly amount: bigint
  /** ISO 4217, upper case. */
  readonly currency: string
}
