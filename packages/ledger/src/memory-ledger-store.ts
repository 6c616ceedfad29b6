import { type Account, accountName, heldAccounts } from './account.ts'
import { auditBooks } from './audit-books.ts'
import type {
  AccountTotal,
  BookedEntry,
  EntryPosition,
  LedgerStore,
  ListEntriesQuery,
  PayoutOrder,
  PayoutResult,
  PostResult,
} from './ledger-store.ts'
import { movementName } from './movement-name.ts'
import { maturityTransfer, payoutTransfer } from './payout-transfer.ts'
import { type Entry, isSameTransfer, type NewTransfer, type Transfer } from './transfer.ts'

interface Hold extends Account {
  readonly amount: bigint
  readonly availableAt: number
}

/**
 * Books within one process, for tests and demos: everything is forgotten when the process ends. Each method runs to its
 * end before another starts, which makes it atomic.
 */
export function memoryLedgerStore(): LedgerStore {
  const transfers: Transfer[] = []
  const byKey = new Map<string, Transfer>()
  const byMovement = new Map<string, Transfer>()
  const byOwner = new Map<string, BookedEntry[]>()
  const totals = new Map<string, Map<string, AccountTotal>>()
  let holds: Hold[] = []

  const book = (given: NewTransfer, recordedAt: string): Transfer => {
    const transfer = stored(given, transfers.length + 1, recordedAt)
    transfers.push(transfer)
    byKey.set(transfer.key, transfer)
    const movement = movementName(transfer)
    if (movement !== null) byMovement.set(movement, transfer)
    for (const entry of bookedEntries(transfer)) {
      const own = byOwner.get(entry.owner) ?? []
      byOwner.set(entry.owner, own)
      own.push(entry)
      addTotal(totals, entry)
    }
    return transfer
  }

  const post = (given: NewTransfer, recordedAt: string): PostResult => {
    const present = byKey.get(given.key)
    if (present) {
      return isSameTransfer(present, given)
        ? { outcome: 'exists', transfer: present }
        : { outcome: 'conflict', on: 'key', transfer: present }
    }
    const movement = movementName(given)
    const moved = movement === null ? undefined : byMovement.get(movement)
    if (moved) return { outcome: 'conflict', on: 'gateway', transfer: moved }
    const transfer = book(given, recordedAt)
    holds.push(...transfer.entries.flatMap(toHold))
    return { outcome: 'posted', transfer }
  }

  const mature = (at: string, limit: number, isMine: (hold: Hold) => boolean): number => {
    const due = holds
      .filter((hold) => hold.availableAt <= Date.parse(at) && isMine(hold))
      .sort((left, right) => left.availableAt - right.availableAt)
      .slice(0, limit)
    const gone = new Set(due)
    holds = holds.filter((hold) => !gone.has(hold))
    for (const { amount, ...account } of sumHolds(due)) {
      if (amount !== 0n) book(maturityTransfer(crypto.randomUUID(), account, amount, at), at)
    }
    return due.length
  }

  const payout = (order: PayoutOrder): PayoutResult => {
    const { key, creatorId, currency, amount, minimum, recordedAt } = order
    const present = byKey.get(key)
    if (present) {
      const paid = present.entries.find((entry) => entry.account === 'creator_in_transit')?.amount ?? 0n
      const same = payoutTransfer(order, amount === 'all' ? paid : amount)
      return { outcome: isSameTransfer(present, same) ? 'exists' : 'conflict', transfer: present }
    }
    mature(
      recordedAt,
      Number.POSITIVE_INFINITY,
      (hold) => hold.owner === creatorId && hold.currency === currency,
    )
    let available = 0n
    for (const total of totals.get(creatorId)?.values() ?? []) {
      if (total.account === 'creator_available' && total.currency === currency) available += total.amount
    }
    const wanted = amount === 'all' ? available : amount
    if (wanted < minimum || wanted > available) return { outcome: 'insufficient', available }
    return { outcome: 'posted', transfer: book(payoutTransfer(order, wanted), recordedAt) }
  }

  return {
    post: async (given, recordedAt) => given.map((transfer) => post(transfer, recordedAt)),
    payout: async (order) => payout(order),
    mature: async ({ at, limit }) => mature(at, limit, () => true),
    get: async (key) => byKey.get(key) ?? null,
    totals: async ({ owner, at, before }) => {
      const sums = before === undefined ? totals : new Map<string, Map<string, AccountTotal>>()
      if (before !== undefined) {
        const earlier = (byOwner.get(owner) ?? []).filter((entry) => entry.recordedAt < before)
        for (const entry of earlier) addTotal(sums, entry)
      }
      const due = holds.filter((hold) => hold.owner === owner && hold.availableAt <= Date.parse(at))
      return {
        totals: [...(sums.get(owner)?.values() ?? [])].filter(({ amount }) => amount !== 0n),
        due: sumHolds(due).filter(({ amount }) => amount !== 0n),
      }
    },
    listEntries: async (query) => listed(byOwner.get(query.owner) ?? [], query),
    // Its totals are kept up to date, so there is no tail.
    takeSnapshots: async () => 0,
    audit: (query) =>
      auditBooks(
        {
          transfers: [...transfers],
          totals: [...totals.values()].flatMap((own) => [...own.values()]),
          holds: holds.map((hold) => ({ ...hold, availableAt: new Date(hold.availableAt).toISOString() })),
        },
        query,
      ),
  }
}

/** As every store gives it back: times in milliseconds, and nothing shared with the caller. */
function stored(given: NewTransfer, seq: number, recordedAt: string): Transfer {
  const iso = (time: string) => new Date(time).toISOString()
  return {
    ...given,
    entries: given.entries.map((entry) =>
      entry.availableAt === undefined ? { ...entry } : { ...entry, availableAt: iso(entry.availableAt) },
    ),
    occurredAt: iso(given.occurredAt),
    seq,
    recordedAt: iso(recordedAt),
  }
}

function bookedEntries({ entries, ...transfer }: Transfer): readonly BookedEntry[] {
  return entries.map((entry, position) => ({ ...transfer, ...entry, position }))
}

function addTotal(totals: Map<string, Map<string, AccountTotal>>, entry: BookedEntry): void {
  const { account, owner, currency, kind, amount } = entry
  const own = totals.get(owner) ?? new Map<string, AccountTotal>()
  totals.set(owner, own)
  const name = `${accountName(entry)} ${kind}`
  own.set(name, { account, owner, currency, kind, amount: (own.get(name)?.amount ?? 0n) + amount })
}

function toHold({ account, owner, currency, amount, availableAt }: Entry): readonly Hold[] {
  if (availableAt === undefined || !heldAccounts.includes(account)) return []
  return [{ account, owner, currency, amount, availableAt: Date.parse(availableAt) }]
}

function sumHolds(holds: readonly Hold[]): readonly (Account & { readonly amount: bigint })[] {
  const sums = new Map<string, Account & { amount: bigint }>()
  for (const { account, owner, currency, amount } of holds) {
    const name = accountName({ account, owner, currency })
    const sum = sums.get(name) ?? { account, owner, currency, amount: 0n }
    sums.set(name, { ...sum, amount: sum.amount + amount })
  }
  return [...sums.values()]
}

function listed(entries: readonly BookedEntry[], query: ListEntriesQuery): readonly BookedEntry[] {
  const { accounts, currency, from, to, order, after, limit } = query
  const direction = order === 'oldest' ? 1 : -1
  const iso = (time: string) => new Date(time).toISOString()
  return entries
    .filter((entry) => accounts === undefined || accounts.includes(entry.account))
    .filter((entry) => currency === undefined || entry.currency === currency)
    .filter((entry) => from === undefined || entry.recordedAt >= iso(from))
    .filter((entry) => to === undefined || entry.recordedAt < iso(to))
    .filter((entry) => after === undefined || direction * inOrder(after, entry) < 0)
    .sort((left, right) => direction * inOrder(left, right))
    .slice(0, limit)
}

function inOrder(left: EntryPosition, right: EntryPosition): number {
  const time = Date.parse(left.recordedAt) - Date.parse(right.recordedAt)
  return time || left.seq - right.seq || left.position - right.position
}
