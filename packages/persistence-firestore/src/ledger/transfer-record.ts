import type { AccountKind, Entry, NewTransfer, Transfer, TransferKind } from '@stagedoor/ledger'
import type { FirestoreSnapshot } from '../firestore-client.ts'
import { writtenFields } from '../written-fields.ts'

/** What an entry says of its transfer, as a document has it. */
export interface StoredFields {
  readonly key: string
  readonly kind: TransferKind
  readonly seq: number
  readonly occurredAt: string
  readonly recordedAt: string
  readonly reference: string | null
  readonly gateway: { readonly id: string; readonly ref: string } | null
  readonly reverses: string | null
}

/** An entry as a document has it. Amounts are text, as clients give numbers back that are rounded above 2^53. */
export interface StoredEntry {
  readonly account: AccountKind
  readonly owner: string
  readonly currency: string
  readonly amount: string
  readonly availableAt: string | null
}

interface StoredTransfer extends StoredFields {
  readonly entries: readonly StoredEntry[]
  /** Names the call that wrote it: a commit whose answer was lost is known again when it is repeated. */
  readonly writeId: string
}

/** A transfer as it comes back from every store: times in milliseconds. */
export function asStored(transfer: NewTransfer, seq: number, recordedAt: string): Transfer {
  return {
    ...transfer,
    entries: transfer.entries.map((entry) =>
      entry.availableAt === undefined ? { ...entry } : { ...entry, availableAt: toIso(entry.availableAt) },
    ),
    occurredAt: toIso(transfer.occurredAt),
    seq,
    recordedAt: toIso(recordedAt),
  }
}

/** Milliseconds, so that times sort as text. */
export function toIso(time: string): string {
  return new Date(time).toISOString()
}

export function toFields(transfer: Transfer): StoredFields {
  const {
    key,
    kind,
    seq,
    occurredAt,
    recordedAt,
    reference = null,
    gateway = null,
    reverses = null,
  } = transfer
  return { key, kind, seq, occurredAt, recordedAt, reference, gateway, reverses }
}

export function fromFields(stored: StoredFields): Omit<Transfer, 'entries'> {
  const { key, kind, seq, occurredAt, recordedAt, reference, gateway, reverses } = stored
  return {
    ...{ key, kind, seq, occurredAt, recordedAt },
    ...(reference === null ? {} : { reference }),
    ...(gateway === null ? {} : { gateway }),
    ...(reverses === null ? {} : { reverses }),
  }
}

export function toStoredEntry({ account, owner, currency, amount, availableAt }: Entry): StoredEntry {
  return { account, owner, currency, amount: `${amount}`, availableAt: availableAt ?? null }
}

export function fromStoredEntry({ account, owner, currency, amount, availableAt }: StoredEntry): Entry {
  return {
    ...{ account, owner, currency, amount: BigInt(amount) },
    ...(availableAt === null ? {} : { availableAt }),
  }
}

/** A transfer's document. */
export function toTransferRecord(transfer: Transfer, writeId: string): StoredTransfer {
  return { ...toFields(transfer), entries: transfer.entries.map(toStoredEntry), writeId }
}

/** Null for a document that is not there. */
export function fromTransferRecord(
  snapshot: FirestoreSnapshot | undefined,
): { readonly transfer: Transfer; readonly writeId: string } | null {
  const stored = writtenFields<StoredTransfer>(snapshot)
  if (!stored) return null
  const transfer = { ...fromFields(stored), entries: stored.entries.map(fromStoredEntry) }
  return { transfer, writeId: stored.writeId }
}
