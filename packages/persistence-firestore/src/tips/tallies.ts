import type { LeaderboardLine, Tally, TipStore } from '@stagedoor/tips'
import type { FirestoreBatch } from '../firestore-client.ts'
import { fromTallyRecord, sumId, sumTallies, toTallyRecord } from './tally-record.ts'
import type { TipContext } from './tip-context.ts'

/** Adds to the sums in a commit. It waits for `compactTallies` under the name of its sum, so that equals come together. */
export function addTally(context: TipContext, batch: FirestoreBatch, tally: Tally): void {
  const record = toTallyRecord(tally)
  batch.create(context.tallies.doc(crypto.randomUUID()), { ...record, tail: sumId(tally) })
}

/** Sums are read from all that was added, in one query, and so of one moment. */
export function tallyVerbs(context: TipContext): Pick<TipStore, 'goalTotal' | 'leaderboard'> {
  return {
    goalTotal: ({ id, creatorId }) =>
      context.call('goalTotal', async () => {
        const query = context.tallies.where('creatorId', '==', creatorId).where('goalId', '==', id)
        const { docs } = await query.get()
        return docs.map(fromTallyRecord).reduce((sum, { amount }) => sum + amount, 0n)
      }),

    leaderboard: ({ creatorId, currency, days, streamId, limit }) =>
      context.call('leaderboard', async () => {
        let query = context.tallies.where('creatorId', '==', creatorId).where('currency', '==', currency)
        // A stream has few days, so they need no index of their own.
        if (streamId !== undefined) query = query.where('streamId', '==', streamId)
        else if (days) query = query.where('day', '>=', days.from).where('day', '<=', days.to).orderBy('day')
        const { docs } = await query.get()
        const records = docs.map(fromTallyRecord)
        return ranked(records.filter(({ day }) => !days || (days.from <= day && day <= days.to))).slice(
          0,
          limit,
        )
      }),
  }
}

function ranked(records: readonly Tally[]): readonly LeaderboardLine[] {
  const byPayer = new Map<string, Tally[]>()
  for (const record of records) {
    if (record.payerId === null) continue
    const own = byPayer.get(record.payerId) ?? []
    byPayer.set(record.payerId, own)
    own.push(record)
  }
  return [...byPayer]
    .flatMap(([payerId, own]) => {
      const sum = sumTallies(own)
      if (!sum || sum.amount <= 0n) return []
      return [{ payerId, payerName: sum.payerName, amount: sum.amount, tips: sum.tips }]
    })
    .sort((left, right) => {
      if (left.amount !== right.amount) return left.amount < right.amount ? 1 : -1
      return left.payerId < right.payerId ? -1 : 1
    })
}
