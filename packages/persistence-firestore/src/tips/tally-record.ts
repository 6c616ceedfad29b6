import type { Tally } from '@stagedoor/tips'
import { hashedId } from '../document-id.ts'
import type { FirestoreData, FirestoreSnapshot } from '../firestore-client.ts'
import { foundFields } from '../written-fields.ts'
import { type Stored, toStored } from './stored-value.ts'

/** A tally, or the sum of some that differ in nothing else. */
export interface TallyRecord extends Tally {
  /** Grows: the name that was given last counts. */
  readonly seq: number
}

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

export function toTallyRecord(record: TallyRecord): FirestoreData {
  return { ...toStored(record) }
}

export function fromTallyRecord(snapshot: FirestoreSnapshot): TallyRecord {
  const { creatorId, day, streamId, goalId, payerId, payerName, currency, amount, tips, seq } =
    foundFields<Stored<TallyRecord>>(snapshot)
  return {
    ...{ creatorId, day, streamId, goalId, payerId, payerName, currency, tips, seq },
    amount: BigInt(amount),
  }
}

/** One for all of them, with the newest name. */
export function sumTallies(records: readonly TallyRecord[]): TallyRecord | null {
  const inOrder = [...records].sort((left, right) => left.seq - right.seq)
  return inOrder.reduce<TallyRecord | null>(
    (sum, record) =>
      sum
        ? {
            ...record,
            payerName: record.payerName ?? sum.payerName,
            amount: sum.amount + record.amount,
            tips: sum.tips + record.tips,
          }
        : record,
    null,
  )
}
