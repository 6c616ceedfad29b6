import type { Account } from './account.ts'
import type { PayoutOrder } from './ledger-store.ts'
import type { GatewayReference, NewTransfer, Transfer } from './transfer.ts'

/** What {@link LedgerStore.payout} books: from `creator_available` to `creator_in_transit`. */
export function payoutTransfer(
  { key, creatorId, currency, occurredAt, reference }: PayoutOrder,
  amount: bigint,
): NewTransfer {
  return {
    key,
    kind: 'payout',
    entries: [
      { account: 'creator_available', owner: creatorId, currency, amount: -amount },
      { account: 'creator_in_transit', owner: creatorId, currency, amount },
    ],
    occurredAt,
    ...(reference === undefined ? {} : { reference }),
  }
}

/** What {@link LedgerStore.mature} books: holds of an account that are over, summed. */
export function maturityTransfer(id: string, account: Account, amount: bigint, at: string): NewTransfer {
  const { owner, currency } = account
  return {
    key: `maturity:${id}`,
    kind: 'maturity',
    entries: [
      { ...account, amount: -amount },
      { account: 'creator_available', owner, currency, amount },
    ],
    occurredAt: at,
  }
}

/**
 * How a payout ended, as one transfer: paid and failed share a key, so only one of them can ever be booked.
 *
 * @param gateway - Who paid it, and its own id of that; null when it failed and the money is available again.
 */
export function settledPayout(payout: Transfer, gateway: GatewayReference | null, at: string): NewTransfer {
  const { owner, currency, amount } = inTransit(payout)
  return {
    key: `${payout.key}:settled`,
    kind: gateway ? 'payout_paid' : 'payout_failed',
    entries: [
      { account: 'creator_in_transit', owner, currency, amount: -amount },
      gateway
        ? { account: 'gateway_clearing', owner: gateway.id, currency, amount }
        : { account: 'creator_available', owner, currency, amount },
    ],
    occurredAt: at,
    ...(gateway ? { gateway } : {}),
    ...(payout.reference === undefined ? {} : { reference: payout.reference }),
  }
}

/** A payout that the creator's bank sent back after it was paid: the money is available again. */
export function returnedPayout(payout: Transfer, gateway: GatewayReference, at: string): NewTransfer {
  const { owner, currency, amount } = inTransit(payout)
  return {
    key: `${payout.key}:returned`,
    kind: 'payout_returned',
    entries: [
      { account: 'gateway_clearing', owner: gateway.id, currency, amount: -amount },
      { account: 'creator_available', owner, currency, amount },
    ],
    occurredAt: at,
    gateway,
    ...(payout.reference === undefined ? {} : { reference: payout.reference }),
  }
}

function inTransit(payout: Transfer) {
  const [, entry] = payout.entries
  if (payout.kind !== 'payout' || !entry) throw new TypeError(`${payout.key} is no payout`)
  return entry
}
