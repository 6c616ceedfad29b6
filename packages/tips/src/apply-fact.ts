import { bookTip } from './book-tip.ts'
import { isTipError, TipError } from './errors.ts'
import { countLostRounds } from './lost-rounds.ts'
import { reduceTip } from './reduce-tip.ts'
import { tallyTip } from './tally.ts'
import type { Tip } from './tip.ts'
import { tellTip } from './tip-event.ts'
import type { TipFact } from './tip-fact.ts'
import type { CommitResult, InboxEvent, TipChange } from './tip-store.ts'
import type { TipsContext } from './tips-context.ts'

/** What became of a fact. `ignored`: it was no news. */
export interface Applied {
  readonly outcome: 'applied' | 'ignored' | 'duplicate'
  readonly tip: Tip
}

/** A fact and where it comes from. */
export interface FactInput {
  readonly tipId: string
  readonly fact: TipFact
  /** ISO 8601, UTC, by the gateway's clock. */
  readonly occurredAt: string
  readonly event?: InboxEvent
}

/** The first look at an unfinished tip after something happened to it. */
const firstCheckSeconds = 60

/**
 * The one way in which a tip changes after it was made. State, ledger, inbox, sums and outbox are committed together, once:
 * of all who tell the same thing at the same time one is applied, and the others find it done.
 *
 * @returns null when there is no such tip.
 */
export async function applyFact(context: TipsContext, input: FactInput): Promise<Applied | null> {
  const { tipId, fact, occurredAt, event } = input
  const lost = countLostRounds()
  for (;;) {
    const { tip, isSeen } = await context.load({ tipId, ...(event ? { event } : {}) })
    if (!tip) return null
    if (isSeen) return { outcome: 'duplicate', tip }
    // Each gateway signs for its own payments alone: the weakest of them must not pay for all.
    if (event && event.gateway !== tip.gateway) return refused(context, input, tip)
    const at = context.now()
    const next = reduceTip(tip, fact, { at })
    if (next === tip) return { outcome: 'ignored', tip }
    if (await isOfAnother(context, tip, next)) return taken(context, tip, event)
    const change = changeOf(context, tip, next, { at, occurredAt })
    const result = await commit(context, event ? { ...change, event } : change)
    if (result === 'taken') return taken(context, tip, event)
    if (result === 'committed') {
      if (change.events.length > 0) context.kick()
      return { outcome: 'applied', tip: next }
    }
    if (await lost.mayRetry(tip.version)) continue
    throw new TipError({
      code: 'provider_unavailable',
      provider: 'store',
      message: `The tip ${tipId} changed each time it was to be changed. Nothing was stored; try again.`,
    })
  }
}

async function commit(context: TipsContext, change: TipChange): Promise<CommitResult | 'taken'> {
  try {
    return await context.commit(change)
  } catch (error) {
    if (!isTipError(error, 'conflict')) throw error
    return 'taken'
  }
}

/** A second payment for a tip is looked at more closely: it may be the one of another tip, of another sum. */
async function isOfAnother({ settings }: TipsContext, tip: Tip, next: Tip): Promise<boolean> {
  for (const { ref } of next.strays.slice(tip.strays.length)) {
    const owner = await settings.store.findByCharge(tip.gateway, ref)
    if (owner && owner.id !== tip.id) return true
  }
  return false
}

/** A gateway tells that money moved for this tip which is booked for another; nobody can repair that by telling it again. */
function taken({ settings }: TipsContext, tip: Tip, event: InboxEvent | undefined): Applied {
  settings.logger.error('a movement of money is in the books already, and not for this tip', {
    ...{ tipId: tip.id, gateway: tip.gateway, eventId: event?.id },
  })
  return { outcome: 'ignored', tip }
}

function refused({ settings }: TipsContext, { event, tipId }: FactInput, tip: Tip): Applied {
  settings.logger.error('an event of one gateway named a tip of another, and was refused', {
    ...{ eventId: event?.id, gateway: event?.gateway, tipId, tipGateway: tip.gateway },
  })
  return { outcome: 'ignored', tip }
}

/** Everything that is committed when a tip goes from one version to the next. */
export function changeOf(
  context: TipsContext,
  tip: Tip,
  next: Tip,
  { at, occurredAt }: { readonly at: string; readonly occurredAt: string },
): TipChange {
  return {
    tip: next,
    transfers: bookTip(tip, next, occurredAt),
    tally: tallyTip(tip, next),
    events: tellTip(tip, next, at),
    checkAt: isUnfinished(context, next, at) ? laterBy(at, firstCheckSeconds) : null,
  }
}

/** So long after it was given up a tip is still looked up: its payer may have paid, and the webhook been lost. */
const lateSeconds = 3 * 86_400

/** So long after the payment it is looked up what the gateway kept of it, as webhooks may not say. */
const feeSeconds = 86_400

/** Tells whether the gateway has to be asked some time what became of it. */
export function isUnfinished({ settings }: TipsContext, tip: Tip, at: string): boolean {
  if (tip.refunds.some(({ status }) => status === 'requested' || status === 'pending')) return true
  const canTell = settings.gateways.some(({ id, retrieve }) => id === tip.gateway && retrieve)
  if (canTell && tip.strays.some((stray) => isFeeDue(stray, stray.receivedAt, at))) return true
  if (tip.status !== 'completed') return at < laterBy(tip.expiresAt, lateSeconds)
  return canTell && isFeeDue(tip, tip.completedAt ?? tip.createdAt, at)
}

/** Tells whether it is to be looked up what the gateway kept of a payment of that time. */
export function isFeeDue({ gatewayFee }: Pick<Tip, 'gatewayFee'>, paidAt: string, at: string): boolean {
  return gatewayFee === undefined && at < laterBy(paidAt, feeSeconds)
}

/** ISO 8601, UTC. */
export function laterBy(time: string, seconds: number): string {
  return new Date(Date.parse(time) + seconds * 1000).toISOString()
}
