import type { TipStore } from '@stagedoor/tips'
import { unchanged } from '../guarded-commit.ts'
import type { TipContext } from './tip-context.ts'
import { fromTipRecord } from './tip-record.ts'

/** Tips that are to be looked up. A claim is refused when one of its tips has been claimed or changed meanwhile. */
export function dueVerbs(context: TipContext): Pick<TipStore, 'claimDue' | 'postpone'> {
  return {
    claimDue: ({ at, until, limit }) =>
      context.commit('claimDue', async () => {
        const query = context.tips.where('checkAt', '<=', at).orderBy('checkAt').limit(limit)
        const { docs } = await query.get()
        const answer = docs.flatMap((snapshot) => fromTipRecord(snapshot)?.tip ?? [])
        if (docs.length === 0) return { answer }
        return {
          answer,
          write: (batch) => {
            for (const snapshot of docs) batch.update(snapshot.ref, { checkAt: until }, unchanged(snapshot))
          },
        }
      }),

    postpone: async (tipId, version, checkAt) => {
      const document = context.tipDocument(tipId)
      await context.commit('postpone', async () => {
        const snapshot = await document.get()
        if (fromTipRecord(snapshot)?.tip.version !== version) return { answer: null }
        return { answer: null, write: (batch) => batch.update(document, { checkAt }, unchanged(snapshot)) }
      })
    },
  }
}
