/** The first thing that is wrong in the books. */
export interface BooksFault {
  readonly check: 'transfer_sum' | 'reversal_mirror' | 'account_total' | 'held_account' | 'gateway_movement'
  /** The transfer's key, the account as `creator_available:ava:USD`, or the gateway's id of a movement. */
  readonly row: string
  /** What should be there, in minor units and with the currency. */
  readonly expected: string
  readonly actual: string
}
