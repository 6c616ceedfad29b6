import type { Money } from '@stagedoor/payment-gateway'

/** Something that a creator does for a tip. */
export interface TipMenuItem {
  readonly id: string
  readonly title: string
  readonly price: Money
}
