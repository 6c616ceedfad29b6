import type { NewTransfer } from '@stagedoor/ledger'
import type { Tip, TipRefund } from './tip.ts'

/**
 * The creator's part of a tip that the gateway split at the charge, as the payout that it was: what the creator has got is
 * never paid out again.
 */
export function bookPassedOn(tip: Tip, earning: NewTransfer): readonly NewTransfer[] {
  return moved(tip, earning, { key: `passed_on:${tip.id}`, kind: 'payout_paid' })
}

/** Tells whether the gateway took the creator's part of a refund back from the creator's account, failed or not. */
export function isPassedBack({ terms }: Tip, { isSplitReversed = false, status }: TipRefund): boolean {
  return (
    (terms.isSplitAtCharge ?? false) && isSplitReversed && (status === 'succeeded' || status === 'failed')
  )
}

/**
 * The creator's part of a refund, which the gateway took back from the creator's account. Where it did not, the creator
 * owes it. When the refund fails later it is owed to the creator, as the gateway does not pass it on again.
 */
export function bookPassedBack(tip: Tip, { id }: TipRefund, refund: NewTransfer): readonly NewTransfer[] {
  return moved(tip, refund, { key: `passed_back:${tip.gateway}:${id}`, kind: 'payout_returned' })
}

/** Mirrors what a transfer did to the creator, against what the gateway holds. */
function moved(
  { gateway: owner, amount: { currency } }: Tip,
  { entries, occurredAt, reference, gateway }: NewTransfer,
  named: Pick<NewTransfer, 'key' | 'kind'>,
): readonly NewTransfer[] {
  const creators = entries.filter(({ account }) => account === 'creator_pending')
  const amount = creators.reduce((sum, entry) => sum + entry.amount, 0n)
  if (amount === 0n) return []
  return [
    {
      ...named,
      entries: [
        { account: 'gateway_clearing', owner, currency, amount },
        ...creators.map((entry) => ({ ...entry, amount: -entry.amount })),
      ],
      occurredAt,
      ...(reference === undefined ? {} : { reference }),
      ...(gateway ? { gateway } : {}),
    },
  ]
}
