import type { Tally } from '@stagedoor/tips'
import { hashedId } from '../document-id.ts'
import type { FirestoreData, FirestoreSnapshot } from '../firestore-client.ts'
import { foundFields } from '../written-fields.ts'
import { type Stored, toStored } from './stored-value.ts'

/** The id of the sum of a tally and of all that differ from it in nothing but what is added up. */
export function sumId({ creatorId, day, streamId, goalId, payerId, currency }: Tally): string {
  return hashedId(
    creatorId,
    day,
    streamId ?? '',
    goalId ?? '',
    payerId ?? '',
    currency,
    `${payerId === null}`,
  )
}

export function toTallyRecord(record: Tally): FirestoreData {
  return { ...toStored(record) }
}

export function fromTallyRecord(snapshot: FirestoreSnapshot): Tally {
  const { creatorId, day, streamId, goalId, payerId, payerName, currency, amount, tips, namedAt } =
    foundFields<Stored<Tally>>(snapshot)
  return {
    ...{ creatorId, day, streamId, goalId, payerId, payerName, currency, tips, namedAt },
    amount: BigInt(amount),
  }
}

/** One for all of them, with the newest name. */
export function sumTallies(tallies: readonly Tally[]): Tally | null {
  const [first] = tallies
  if (!first) return null
  const newest = tallies.reduce((left, right) =>
    (right.namedAt ?? '') > (left.namedAt ?? '') ? right : left,
  )
  return {
    ...first,
    payerName: newest.payerName,
    namedAt: newest.namedAt,
    amount: tallies.reduce((sum, { amount }) => sum + amount, 0n),
    tips: tallies.reduce((sum, { tips }) => sum + tips, 0),
  }
}
