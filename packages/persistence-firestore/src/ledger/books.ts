import { movementName, type NewTransfer } from '@stagedoor/ledger'
import { hashedId } from '../document-id.ts'
import type { FirestoreClient, FirestoreCollection, FirestoreDocument } from '../firestore-client.ts'

/** Where the books are. All of it is closed to clients. */
export interface Books {
  /** By key, each with its entries. */
  readonly transfers: FirestoreCollection
  /** Gateways' movements, each with the key of the transfer that has it. */
  readonly movements: FirestoreCollection
  /** What a transfer says of one owner, for lists. */
  readonly entries: FirestoreCollection
  /** What was added to balances, or the sum of such additions. An owner's balances are the sum of all of them. */
  readonly balances: FirestoreCollection
  /** Parts of held accounts that have not moved yet. */
  readonly holds: FirestoreCollection
  /** One for each creator and currency: payouts happen one after the other. */
  readonly payouts: FirestoreCollection
}

/** The collections of the books under a prefix. */
export function booksOf(firestore: FirestoreClient, prefix: string): Books {
  const collection = (name: string) => firestore.collection(`${prefix}${name}`)
  return {
    transfers: collection('transfers'),
    movements: collection('movements'),
    entries: collection('entries'),
    balances: collection('balances'),
    holds: collection('holds'),
    payouts: collection('payouts'),
  }
}

/** The document of a transfer. That it must not be there yet is what books a transfer once. */
export function transferDocument({ transfers }: Books, key: string): FirestoreDocument {
  return transfers.doc(hashedId(key))
}

/** The document of a transfer's movement, null when it has none for itself. */
export function movementDocument({ movements }: Books, transfer: NewTransfer): FirestoreDocument | null {
  const name = movementName(transfer)
  return name === null ? null : movements.doc(hashedId(name))
}
