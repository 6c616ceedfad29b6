import {
  auditBooks,
  type BookedEntry,
  type Entry,
  type LedgerStore,
  type StoreAudit,
} from '@stagedoor/ledger'
import type { FirestoreCollection, FirestoreSnapshot } from '../firestore-client.ts'
import { readPages } from '../read-pages.ts'
import { fromBalanceRecord } from './balance-record.ts'
import { fromHoldRecord } from './hold-record.ts'
import type { LedgerContext, Read } from './ledger-context.ts'
import { bookedEntries } from './list-entries.ts'
import { fromTransferRecord } from './transfer-record.ts'

const pageSize = 1000

/** Reads every document of the books, as of one moment, whatever is booked meanwhile. */
export function auditVerb(context: LedgerContext): LedgerStore['audit'] {
  const { transfers, entries, balances, holds } = context.books
  return (query) =>
    context.auditCall('audit', () =>
      context.atOneMoment(async (read) => {
        const stored = (await readAll(read, transfers)).flatMap(
          (one) => fromTransferRecord(one)?.transfer ?? [],
        )
        const listed = (await readAll(read, entries)).flatMap(bookedEntries)
        const books = {
          transfers: stored.sort((left, right) => left.seq - right.seq),
          totals: (await readAll(read, balances)).flatMap(fromBalanceRecord),
          holds: (await readAll(read, holds)).map(fromHoldRecord),
        }
        const audit = await auditBooks(books, query)
        return audit.fault ? audit : { ...audit, fault: listFault(stored, listed) }
      }),
    )
}

async function readAll(read: Read, collection: FirestoreCollection): Promise<readonly FirestoreSnapshot[]> {
  const all: FirestoreSnapshot[] = []
  const pages = readPages({
    query: collection.orderBy('__name__'),
    size: pageSize,
    read: async (page) => ({ docs: await read(page) }),
    placeOf: (last) => [last.ref],
  })
  for await (const page of pages) all.push(...page)
  return all
}

/** Statements are made of the lists of entries, so these must say what the transfers say. */
function listFault(
  transfers: readonly { readonly key: string; readonly entries: readonly Entry[] }[],
  listed: readonly BookedEntry[],
): StoreAudit['fault'] {
  const lists = new Map<string, BookedEntry[]>()
  for (const entry of listed) {
    const own = lists.get(entry.key) ?? []
    lists.set(entry.key, own)
    own[entry.position] = entry
  }
  for (const { key, entries } of transfers) {
    const [expected, actual] = [linesText(entries), linesText(lists.get(key) ?? [])]
    if (expected !== actual) return { check: 'transfer_sum', row: key, expected, actual }
    lists.delete(key)
  }
  for (const [row, entries] of lists) {
    return { check: 'transfer_sum', row, expected: 'a transfer', actual: linesText(entries) }
  }
  return null
}

function linesText(entries: readonly Entry[]): string {
  return Array.from(entries, (entry) =>
    entry ? `${entry.account}:${entry.owner}:${entry.currency} ${entry.amount}` : 'nothing',
  ).join(', ')
}
