import { type Account, accountName, heldAccounts } from './account.ts'
import type { BooksFault } from './books-fault.ts'
import type { Transfer } from './transfer.ts'

/** A part of a held account that has not been moved. */
export interface AuditedHold extends Account {
  readonly amount: bigint
  /** ISO 8601, UTC. */
  readonly availableAt: string
}

/** Each hold is one that an entry made: same account, time and amount, and no more often. */
export function faultOfHolds(
  transfers: readonly Transfer[],
  holds: Iterable<AuditedHold>,
): BooksFault | null {
  const made = new Map<string, number>()
  const name = (hold: AuditedHold) =>
    JSON.stringify([accountName(hold), new Date(hold.availableAt).toISOString(), `${hold.amount}`])
  for (const { entries } of transfers) {
    for (const { availableAt, ...entry } of entries) {
      if (availableAt === undefined) continue
      const one = name({ ...entry, availableAt })
      made.set(one, (made.get(one) ?? 0) + 1)
    }
  }
  const found = new Map<string, number>()
  for (const hold of holds) found.set(name(hold), (found.get(name(hold)) ?? 0) + 1)
  for (const one of [...found.keys()].sort()) {
    const [should, is] = [made.get(one) ?? 0, found.get(one) ?? 0]
    if (is <= should) continue
    const [account, time, amount] = JSON.parse(one) as [string, string, string]
    const text = (count: number) => `${count} of ${amount}`
    return { check: 'hold', row: `${account} ${time}`, expected: `at most ${text(should)}`, actual: text(is) }
  }
  return null
}

interface HoldEvent {
  readonly at: number
  /** What fell due, or what a maturity did to the held account. */
  readonly amount: bigint
  /** The key of the maturity. */
  readonly key?: string
}

/**
 * Up to any time, maturities moved no more than had fallen due by it and does not wait any more. Holds of refunds are left
 * out of what is due: they make it less, and when one was moved is not written down.
 */
export function faultOfMaturities(
  transfers: readonly Transfer[],
  holds: readonly AuditedHold[],
): BooksFault | null {
  const events = new Map<string, HoldEvent[]>()
  const note = (account: Account, event: HoldEvent) => {
    const own = events.get(accountName(account)) ?? []
    events.set(accountName(account), own)
    own.push(event)
  }
  for (const { key, kind, recordedAt, entries } of transfers) {
    for (const entry of entries) {
      const { account, amount, availableAt } = entry
      if (!heldAccounts.includes(account)) continue
      if (kind === 'maturity') note(entry, { at: Date.parse(recordedAt), amount, key })
      else if (availableAt !== undefined && amount > 0n) note(entry, { at: Date.parse(availableAt), amount })
    }
  }
  for (const hold of holds) {
    if (hold.amount > 0n) note(hold, { at: Date.parse(hold.availableAt), amount: -hold.amount })
  }
  for (const account of [...events.keys()].sort()) {
    const own = events.get(account) ?? []
    // What falls due at the time of a maturity is before it.
    own.sort((left, right) => left.at - right.at || Number('key' in left) - Number('key' in right))
    let due = 0n
    for (const { amount, key } of own) {
      if (key !== undefined && due + amount < 0n) {
        return { check: 'early_maturity', row: key, expected: `at most ${due}`, actual: `${-amount}` }
      }
      due += amount
    }
  }
  return null
}
