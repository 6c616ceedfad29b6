import type { CreateTipResult, Tip, TipStore, VelocityLimit } from '@stagedoor/tips'
import { hashedId } from '../document-id.ts'
import { type Decided, unchanged } from '../guarded-commit.ts'
import { isBlocked } from './blocks.ts'
import type { TipContext } from './tip-context.ts'
import { fromTipRecord, toTipRecord } from './tip-record.ts'
import { firstExceeded } from './velocity.ts'

/**
 * Tips of one payer write the payer's document, so each is refused that was counted beside another one: limits of a payer
 * are exact. Tips to one creator have no document in common.
 */
export function createVerb(context: TipContext): TipStore['create'] {
  return async (tip, limits, checkAt) => {
    const writeId = crypto.randomUUID()
    return context.commit('create', () => decide(context, tip, limits, { checkAt, writeId }))
  }
}

async function decide(
  context: TipContext,
  tip: Tip,
  limits: readonly VelocityLimit[],
  bookkeeping: { readonly checkAt: string; readonly writeId: string },
): Promise<Decided<CreateTipResult>> {
  const document = context.tipDocument(tip.id)
  const payer = context.payers.doc(hashedId(tip.payerId))
  const isCounted = limits.some(({ scope }) => scope !== 'creator')
  const [[found, newest], isRefused] = await Promise.all([
    context.getAll([document, ...(isCounted ? [payer] : [])]),
    isBlocked(context, tip),
  ])
  const present = fromTipRecord(found)
  if (present) {
    const outcome = present.writeId === bookkeeping.writeId ? 'created' : 'exists'
    return { answer: { outcome, tip: present.tip } }
  }
  if (isRefused) return { answer: { outcome: 'blocked' } }
  const exceeded = await firstExceeded(context, tip, limits)
  if (exceeded) return { answer: { outcome: 'limited', ...exceeded } }
  return {
    answer: { outcome: 'created', tip },
    write: (batch) => {
      batch.create(document, toTipRecord(tip, bookkeeping))
      if (!isCounted) return
      const counted = { payerId: tip.payerId, newest: tip.id }
      if (newest?.exists) batch.update(payer, counted, unchanged(newest))
      else batch.create(payer, counted)
    },
  }
}
