import type { Account } from '@stagedoor/ledger'
import type { FirestoreData, FirestoreSnapshot } from '../firestore-client.ts'
import { foundFields } from '../written-fields.ts'

/** A part of a held account. Negative ones of refunds end with what they take from. */
export interface Hold extends Account {
  readonly amount: bigint
  readonly availableAt: string
  readonly snapshot: FirestoreSnapshot
}

export function toHoldRecord(
  { account, owner, currency, amount }: Account & { readonly amount: bigint },
  availableAt: string,
): FirestoreData {
  return { account, owner, currency, amount: `${amount}`, availableAt }
}

export function fromHoldRecord(snapshot: FirestoreSnapshot): Hold {
  const stored = foundFields<Account & { amount: string; availableAt: string }>(snapshot)
  const { account, owner, currency, amount, availableAt } = stored
  return { account, owner, currency, amount: BigInt(amount), availableAt, snapshot }
}

/** One sum for each account, without those that are zero. */
export function sumHolds(holds: readonly Hold[]): readonly (Account & { readonly amount: bigint })[] {
  const sums = new Map<string, Account & { readonly amount: bigint }>()
  for (const { account, owner, currency, amount } of holds) {
    const name = JSON.stringify([account, owner, currency])
    sums.set(name, { account, owner, currency, amount: (sums.get(name)?.amount ?? 0n) + amount })
  }
  return [...sums.values()].filter(({ amount }) => amount !== 0n)
}
