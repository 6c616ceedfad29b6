import type { AccountTotal } from '@stagedoor/ledger'
import type { FirestoreBatch, FirestoreSnapshot } from '../firestore-client.ts'
import { foundFields } from '../written-fields.ts'
import type { Books } from './books.ts'

interface StoredBalance {
  readonly owner: string
  readonly lines: readonly (Omit<AccountTotal, 'amount' | 'owner'> & { readonly amount: string })[]
  /** A random place among those that wait for a snapshot; snapshots have none. */
  readonly spot?: number
}

/** Adds to the balances of an owner. */
export function addBalance(
  books: Books,
  batch: FirestoreBatch,
  owner: string,
  totals: readonly AccountTotal[],
): void {
  create(books, batch, owner, totals, { spot: randomSpot() })
}

/** A place for one that waits for a snapshot: a whole number from 0 on. */
export function randomSpot(): number {
  return Math.floor(Math.random() * 2 ** 31)
}

/** Puts a sum in the place of what it was added up from. */
export function addSnapshot(
  books: Books,
  batch: FirestoreBatch,
  owner: string,
  totals: readonly AccountTotal[],
): void {
  create(books, batch, owner, totals, {})
}

function create(
  { balances }: Books,
  batch: FirestoreBatch,
  owner: string,
  totals: readonly AccountTotal[],
  extra: Pick<StoredBalance, 'spot'>,
): void {
  const lines = sumTotals(totals).map(({ account, currency, kind, amount }) => ({
    ...{ account, currency, kind, amount: `${amount}` },
  }))
  if (lines.length === 0) return
  const stored: StoredBalance = { owner, lines, ...extra }
  batch.create(balances.doc(crypto.randomUUID()), { ...stored })
}

/** What a document adds. */
export function fromBalanceRecord(snapshot: FirestoreSnapshot): readonly AccountTotal[] {
  const { owner, lines } = foundFields<StoredBalance>(snapshot)
  return lines.map(({ account, currency, kind, amount }) => ({
    ...{ account, owner, currency, kind, amount: BigInt(amount) },
  }))
}

/** One line for each account and kind, without those that are zero. */
export function sumTotals(totals: readonly AccountTotal[]): readonly AccountTotal[] {
  const sums = new Map<string, AccountTotal>()
  for (const total of totals) {
    const { account, owner, currency, kind, amount } = total
    const name = JSON.stringify([account, owner, currency, kind])
    sums.set(name, { ...total, amount: (sums.get(name)?.amount ?? 0n) + amount })
  }
  return [...sums.values()].filter(({ amount }) => amount !== 0n)
}
