import { type AccountTotal, heldAccounts, type Transfer } from '@stagedoor/ledger'
import { hashedId } from '../document-id.ts'
import type { FirestoreBatch } from '../firestore-client.ts'
import { addBalance } from './balance-record.ts'
import { type Books, movementDocument, transferDocument } from './books.ts'
import { toHoldRecord } from './hold-record.ts'
import { toFields, toStoredEntry, toTransferRecord } from './transfer-record.ts'

/**
 * Adds transfers to a commit, with all that belongs to them. Every document is a new one, and none is one that another
 * transfer needs, so a popular creator's credits wait for nothing.
 */
export function bookTransfers(
  books: Books,
  batch: FirestoreBatch,
  transfers: readonly Transfer[],
  writeId: string,
): void {
  for (const transfer of transfers) {
    batch.create(transferDocument(books, transfer.key), { ...toTransferRecord(transfer, writeId) })
    const movement = movementDocument(books, transfer)
    if (movement) batch.create(movement, { key: transfer.key })
    bookEntries(books, batch, transfer)
    for (const entry of transfer.entries) {
      if (entry.availableAt === undefined || !heldAccounts.includes(entry.account)) continue
      batch.create(books.holds.doc(crypto.randomUUID()), toHoldRecord(entry, entry.availableAt))
    }
  }
  const totals = transfers.flatMap(({ kind, entries }) =>
    entries.map(
      ({ account, owner, currency, amount }): AccountTotal => ({
        ...{ account, owner, currency, kind, amount },
      }),
    ),
  )
  for (const owner of new Set(totals.map((total) => total.owner))) {
    addBalance(
      books,
      batch,
      owner,
      totals.filter((total) => total.owner === owner),
    )
  }
}

/** One document for each owner. It is named by the number, so that no two transfers of an owner can have the same. */
function bookEntries(books: Books, batch: FirestoreBatch, transfer: Transfer): void {
  const lines = transfer.entries.map((entry, position) => ({ ...toStoredEntry(entry), position }))
  for (const owner of new Set(lines.map((line) => line.owner))) {
    batch.create(books.entries.doc(hashedId(owner, `${transfer.seq}`)), {
      ...toFields(transfer),
      owner,
      lines: lines.filter((line) => line.owner === owner),
    })
  }
}
