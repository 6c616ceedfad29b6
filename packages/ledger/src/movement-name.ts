import type { NewTransfer, TransferKind } from './transfer.ts'

/** What tells which movement a transfer books. */
type Moved = { readonly [Key in 'gateway' | 'kind' | 'reverses']?: NewTransfer[Key] | undefined } & Pick<
  NewTransfer,
  'kind'
>

/** A bank sends a batch to many creators under one reference. Each of these is booked once by the key of its payout. */
const sharedKinds: readonly TransferKind[] = ['payout_paid', 'payout_returned']

/**
 * Names the movement of a gateway that a transfer alone may have, for stores: one transfer of a kind has it, and one
 * reversal. Null where no gateway moved it, and for payouts, of which several may go under one reference.
 */
export function movementName({ gateway, kind, reverses }: Moved): string | null {
  if (!gateway || sharedKinds.includes(kind)) return null
  return JSON.stringify([gateway.id, gateway.ref, kind, reverses === undefined])
}
