import { movementName, type NewTransfer, type Transfer } from '@stagedoor/ledger'
import type { FirestoreDocument } from '../firestore-client.ts'
import { movementDocument, transferDocument } from './books.ts'
import type { LedgerContext } from './ledger-context.ts'
import { fromTransferRecord } from './transfer-record.ts'

/** What the books have of some transfers. */
export interface Present {
  readonly byKey: ReadonlyMap<string, { readonly transfer: Transfer; readonly writeId: string }>
  readonly byMovement: ReadonlyMap<string, Transfer>
  /** Notes one that is about to be booked. */
  add(transfer: Transfer): void
  /** True for the first who asks for a key. */
  claim(key: string): boolean
}

/** Looks up transfers by their keys and by their movements. */
export async function findPresent(
  context: Pick<LedgerContext, 'books' | 'getAll'>,
  given: readonly NewTransfer[],
): Promise<Present> {
  const { books, getAll } = context
  const keys = [...new Set(given.map(({ key }) => key))]
  const movements = new Map<string, FirestoreDocument>()
  for (const transfer of given) {
    const [name, document] = [movementName(transfer), movementDocument(books, transfer)]
    if (name !== null && document) movements.set(name, document)
  }
  const byKey = new Map<string, { readonly transfer: Transfer; readonly writeId: string }>()
  const byMovement = new Map<string, Transfer>()
  const found = await getAll([...keys.map((key) => transferDocument(books, key)), ...movements.values()])
  for (const snapshot of found.slice(0, keys.length)) {
    const record = fromTransferRecord(snapshot)
    if (record) byKey.set(record.transfer.key, record)
  }
  const owners = [...movements.keys()].flatMap((name, index) => {
    const key: unknown = found[keys.length + index]?.data()?.key
    return typeof key === 'string' ? [{ name, key }] : []
  })
  // Under a key that was not asked for, mostly none.
  const unknown = [...new Set(owners.map(({ key }) => key))].filter((key) => !byKey.has(key))
  const others = (await getAll(unknown.map((key) => transferDocument(books, key)))).flatMap(
    (snapshot) => fromTransferRecord(snapshot)?.transfer ?? [],
  )
  for (const { name, key } of owners) {
    const transfer = byKey.get(key)?.transfer ?? others.find((other) => other.key === key)
    if (transfer) byMovement.set(name, transfer)
  }
  const claimed = new Set<string>()
  return {
    byKey,
    byMovement,
    add: (transfer) => {
      byKey.set(transfer.key, { transfer, writeId: '' })
      const name = movementName(transfer)
      if (name !== null) byMovement.set(name, transfer)
    },
    claim: (key) => {
      if (claimed.has(key)) return false
      claimed.add(key)
      return true
    },
  }
}
