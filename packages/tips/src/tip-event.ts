import { type MoneyJson, moneyToJson } from '@stagedoor/payment-gateway'
import type { Goal } from './goal.ts'
import type { Tip } from './tip.ts'
import type { TipPurpose } from './tip-purpose.ts'

/** A tip as everybody may see it. Who gave it is missing when it is anonymous. */
export interface PublicTip {
  readonly id: string
  readonly creatorId: string
  readonly streamId?: string
  readonly amount: MoneyJson
  /** The name of who gave it, null when it is anonymous or has none. */
  readonly from: string | null
  readonly message?: string
  readonly menuItemId?: string
  /** What was bought with it; absent for a gift. */
  readonly purpose?: TipPurpose
}

/**
 * What happened to a tip, for those whom it concerns: overlays, the stream, the platform. Ready for JSON. It is told at
 * least once, after it has been committed; `id` tells a repetition.
 */
export type TipEvent = {
  readonly id: string
  /** ISO 8601, UTC. */
  readonly at: string
  readonly creatorId: string
} & (
  | {
      readonly type: 'tip.completed' | 'tip.failed' | 'tip.expired' | 'tip.canceled'
      /** Not for the public. */
      readonly payerId: string
      readonly tip: PublicTip
    }
  | {
      readonly type: 'tip.refunded' | 'tip.refund_failed'
      readonly payerId: string
      readonly tip: PublicTip
      readonly amount: MoneyJson
    }
  | {
      readonly type: 'tip.disputed' | 'tip.dispute_won' | 'tip.dispute_lost'
      readonly payerId: string
      readonly tip: PublicTip
      readonly amount: MoneyJson
    }
  /**
   * Money came in for a tip that is not its price, or moved for it in another currency, and is in suspense for somebody to
   * look. `chargeRef` names it at the gateway.
   */
  | {
      readonly type: 'tip.strayed'
      readonly payerId: string
      readonly tip: PublicTip
      readonly amount: MoneyJson
      readonly chargeRef: string
    }
  | {
      readonly type: 'goal.reached'
      readonly goal: Pick<Goal, 'id' | 'title' | 'kind'>
      readonly target: MoneyJson
      /** How often this goal has been reached, or which of its steps: counts from 1. Each step has an event of its own. */
      readonly level: number
      /** Of a `resetting` goal that was reached more than once since it was told of last: how often. `level` is the last. */
      readonly rounds?: number
    }
)

/** What everybody may see of a tip. */
export function publicTip(tip: Tip): PublicTip {
  const { id, creatorId, streamId, amount, isAnonymous, payerName, message, menuItemId, purpose } = tip
  return {
    ...{ id, creatorId, amount: moneyToJson(amount), from: isAnonymous ? null : (payerName ?? null) },
    ...(streamId === undefined ? {} : { streamId }),
    ...(message === undefined ? {} : { message }),
    ...(menuItemId === undefined ? {} : { menuItemId }),
    ...(purpose === undefined ? {} : { purpose }),
  }
}

/** What there is to tell when a tip goes from one version to the next. */
export function tellTip(before: Tip, after: Tip, at: string): readonly TipEvent[] {
  const about = { at, creatorId: after.creatorId, payerId: after.payerId, tip: publicTip(after) }
  const events: TipEvent[] = []
  const minor = (amount: bigint) => moneyToJson({ amount, currency: after.amount.currency })
  if (after.status !== before.status && after.status !== 'pending') {
    events.push({ ...about, id: `${after.id}:${after.status}`, type: `tip.${after.status}` })
  }
  for (const refund of after.refunds) {
    const was = before.refunds.find(({ id }) => id === refund.id)?.status
    if (refund.status === was) continue
    const details = { ...about, amount: minor(refund.amount) }
    const id = `${after.id}:${refund.id}:${refund.status}`
    if (refund.status === 'succeeded') events.push({ ...details, id, type: 'tip.refunded' })
    if (refund.status === 'failed') events.push({ ...details, id, type: 'tip.refund_failed' })
  }
  for (const dispute of after.disputes) {
    const was = before.disputes.find(({ ref }) => ref === dispute.ref)?.status
    if (dispute.status === was) continue
    const type = ({ open: 'tip.disputed', won: 'tip.dispute_won', lost: 'tip.dispute_lost' } as const)[
      dispute.status
    ]
    const taken = dispute.movements
      .filter(({ kind }) => kind === 'withdrawn')
      .reduce((sum, movement) => sum + movement.amount.amount, 0n)
    const amount = minor(taken > 0n ? taken : after.amount.amount)
    // It may be won and taken again, and each time is told.
    const id = `${after.id}:${dispute.ref}:${dispute.status}:${dispute.movements.length}`
    events.push({ ...about, id, type, amount })
  }
  for (const { ref, amount } of after.strays.slice(before.strays.length)) {
    const details = { ...about, amount: moneyToJson(amount), chargeRef: ref }
    events.push({ ...details, id: `${after.id}:stray:${ref}`, type: 'tip.strayed' })
  }
  for (const { ref, kind, amount } of after.strayReturns.slice(before.strayReturns.length)) {
    const details = { ...about, amount: moneyToJson(amount), chargeRef: ref }
    events.push({ ...details, id: `${after.id}:stray:${kind}:${ref}`, type: 'tip.strayed' })
  }
  return events
}
