import type { BookedEntry, EntryPosition, LedgerStore } from '@stagedoor/ledger'
import type { FirestoreQuery, FirestoreSnapshot } from '../firestore-client.ts'
import { readPages } from '../read-pages.ts'
import { foundFields } from '../written-fields.ts'
import type { LedgerContext } from './ledger-context.ts'
import { fromFields, fromStoredEntry, type StoredEntry, type StoredFields, toIso } from './transfer-record.ts'

/** An owner's entries of a transfer are in one document, so a page may begin and end within one. */
export function listEntriesVerb(context: LedgerContext): LedgerStore['listEntries'] {
  return async ({ owner, accounts, currency, from, to, order, after, limit }) => {
    if (accounts?.length === 0) return []
    const direction = order === 'oldest' ? 1 : -1
    let query: FirestoreQuery = context.books.entries.where('owner', '==', owner)
    if (from !== undefined) query = query.where('recordedAt', '>=', toIso(from))
    if (to !== undefined) query = query.where('recordedAt', '<', toIso(to))
    const sort = direction === 1 ? 'asc' : 'desc'
    query = query.orderBy('recordedAt', sort).orderBy('seq', sort)

    const isWanted = (entry: BookedEntry) =>
      (accounts === undefined || accounts.includes(entry.account)) &&
      (currency === undefined || entry.currency === currency) &&
      (after === undefined || direction * inOrder(after, entry) < 0)
    const found: BookedEntry[] = []
    const pages = readPages({
      query,
      ...(after ? { from: query.startAt(toIso(after.recordedAt), after.seq) } : {}),
      size: limit,
      read: (page) => context.call('listEntries', () => page.get()),
      placeOf: (last) => [last.data()?.recordedAt, last.data()?.seq],
    })
    for await (const page of pages) {
      const entries = page.flatMap(bookedEntries).filter(isWanted)
      found.push(...entries.sort((left, right) => direction * inOrder(left, right)))
      if (found.length >= limit) break
    }
    return found.slice(0, limit)
  }
}

interface StoredDocument extends StoredFields {
  readonly lines: readonly (StoredEntry & { readonly position: number })[]
}

/** The entries of a document. */
export function bookedEntries(snapshot: FirestoreSnapshot): readonly BookedEntry[] {
  const stored = foundFields<StoredDocument>(snapshot)
  const transfer = fromFields(stored)
  return stored.lines.map((line) => ({ ...transfer, ...fromStoredEntry(line), position: line.position }))
}

function inOrder(left: EntryPosition, right: EntryPosition): number {
  const time = Date.parse(left.recordedAt) - Date.parse(right.recordedAt)
  return time || left.seq - right.seq || left.position - right.position
}
