import type { Tip, VelocityLimit } from '@stagedoor/tips'
import type { FirestoreQuery } from '../firestore-client.ts'
import { readPages } from '../read-pages.ts'
import type { TipContext } from './tip-context.ts'
import { fromTipRecord } from './tip-record.ts'

/** A limit that a tip would exceed, and when it would not any more. */
export interface Exceeded {
  readonly limit: VelocityLimit
  readonly retryAfterSeconds: number
}

const pageSize = 300

/** The first of the limits that a new tip would exceed. Runs within a guarded commit. */
export async function firstExceeded(
  context: TipContext,
  tip: Tip,
  limits: readonly VelocityLimit[],
): Promise<Exceeded | null> {
  const windows = limits.filter(({ scope }) => scope !== 'creator').map(({ windowSeconds }) => windowSeconds)
  const own = windows.length === 0 ? [] : await tipsOf(since(context, tip, 'payerId', Math.max(...windows)))
  for (const limit of limits) {
    const oldest =
      limit.scope === 'creator' ? await inTheWayOfAll(context, limit, tip) : inTheWay(limit, tip, own)
    if (oldest !== null) return { limit, retryAfterSeconds: secondsUntilGone(limit, tip, oldest) }
  }
  return null
}

/** When the tip was made that has to leave the window first, null when the new one fits. Newest first. */
function inTheWay(limit: VelocityLimit, tip: Tip, tips: readonly Tip[]): string | null {
  const start = windowStart(limit, tip)
  let used = weight(limit, tip)
  if (used > limit.limit) return tip.createdAt
  for (const one of tips) {
    if (one.createdAt <= start || !isCounted(limit, tip, one)) continue
    used += weight(limit, one)
    if (used > limit.limit) return one.createdAt
  }
  return null
}

/** Counts in the database, as a popular creator has many; amounts are read until they are too much. */
async function inTheWayOfAll(context: TipContext, limit: VelocityLimit, tip: Tip): Promise<string | null> {
  const all = since(context, tip, 'creatorId', limit.windowSeconds)
  if (limit.counts === 'amount') {
    const seen: Tip[] = []
    const placeOf = (last: { data(): unknown }) => {
      const { createdAt, id } = last.data() as Tip
      return [createdAt, id]
    }
    for await (const page of readPages({ query: all, size: pageSize, read: (one) => one.get(), placeOf })) {
      seen.push(...page.flatMap((snapshot) => fromTipRecord(snapshot)?.tip ?? []))
      const oldest = inTheWay(limit, tip, seen)
      if (oldest !== null) return oldest
    }
    return null
  }
  if (limit.limit < 1n) return tip.createdAt
  const counted = limit.counts === 'declines' ? all.where('status', '==', 'failed') : all
  const most = counted.limit(Number(limit.limit))
  if ((await most.count().get()).data().count < limit.limit) return null
  return inTheWay(limit, tip, await tipsOf(most))
}

function since(
  { tips }: TipContext,
  tip: Tip,
  field: 'payerId' | 'creatorId',
  windowSeconds: number,
): FirestoreQuery {
  return tips
    .where(field, '==', tip[field])
    .where('createdAt', '>', windowStart({ windowSeconds }, tip))
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
}

async function tipsOf(query: FirestoreQuery): Promise<readonly Tip[]> {
  const { docs } = await query.get()
  return docs.flatMap((snapshot) => fromTipRecord(snapshot)?.tip ?? [])
}

function windowStart({ windowSeconds }: Pick<VelocityLimit, 'windowSeconds'>, { createdAt }: Tip): string {
  return new Date(Date.parse(createdAt) - windowSeconds * 1000).toISOString()
}

function secondsUntilGone(limit: VelocityLimit, tip: Tip, oldest: string): number {
  const ms = Math.min(Date.parse(oldest), Date.parse(tip.createdAt)) - Date.parse(windowStart(limit, tip))
  return Math.max(1, Math.ceil(ms / 1000))
}

function weight({ counts }: VelocityLimit, { amount }: Tip): bigint {
  return counts === 'amount' ? amount.amount : 1n
}

function isCounted({ scope, counts }: VelocityLimit, tip: Tip, one: Tip): boolean {
  if (scope !== 'creator' && one.payerId !== tip.payerId) return false
  if (scope !== 'payer' && one.creatorId !== tip.creatorId) return false
  if (counts === 'declines') return one.status === 'failed'
  if (counts === 'attempts') return true
  return (
    one.amount.currency === tip.amount.currency && (one.status === 'pending' || one.status === 'completed')
  )
}
