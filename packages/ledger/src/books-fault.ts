/** The first thing that is wrong in the books. */
export interface BooksFault {
  /**
   * What was looked at.
   *
   * | check | what it names |
   * | --- | --- |
   * | `transfer_sum` | a transfer that does not sum to zero, or has no entries |
   * | `reversal_mirror` | a reversal of something else, or of nothing |
   * | `payout_settlement` | a payout that ended and is not there, or is another one |
   * | `account_total` | a balance that is not the sum of its entries |
   * | `held_account` | a held account that is not the sum of its holds and of what has matured |
   * | `hold` | a hold that no entry made: of another time or amount, or once too often |
   * | `early_maturity` | a maturity that moved more than was past its hold |
   * | `payment_return` | a payment of which more was given back than was paid |
   * | `sealed_transfers` | a period whose transfers are not those that were sealed |
   * | `gateway_movement` | a movement that the gateway's books and these do not both have |
   */
  readonly check:
    | 'transfer_sum'
    | 'reversal_mirror'
    | 'payout_settlement'
    | 'account_total'
    | 'held_account'
    | 'hold'
    | 'early_maturity'
    | 'payment_return'
    | 'sealed_transfers'
    | 'gateway_movement'
  /**
   * The transfer's key, the account as `creator_available:ava:USD` (of a hold with its time), the payment's reference, the
   * end of a sealed period, or the gateway's id of a movement.
   */
  readonly row: string
  /** What should be there, in minor units and with the currency. */
  readonly expected: string
  readonly actual: string
}
