import type { CreatorBalance } from '@stagedoor/ledger'
import {
  type ChargeOutcome,
  type Money,
  type MoneyJson,
  moneyToJson,
  type RefundOutcome,
} from '@stagedoor/payment-gateway'
import { optional } from '@stagedoor/web-handler'
import type { Alert } from '../alert.ts'
import type { Tip, TipRefund } from '../tip.ts'
import { type PublicTip, publicTip } from '../tip-event.ts'
import type { TipMenuItem } from '../tip-menu.ts'
import type { LeaderboardLine } from '../tip-store.ts'
import type { BlockedViewer, GoalWithProgress, PublicAlertSettings } from '../tips.ts'

/** A tip as its payer and its creator may see it. All money is of minor units. */
export interface TipJson extends PublicTip {
  readonly status: Tip['status']
  readonly isAnonymous: boolean
  /** The platform's part, and the creator's. */
  readonly fee: MoneyJson
  readonly net: MoneyJson
  readonly feeBps: number
  readonly refundedTotal: MoneyJson
  readonly dispute: Tip['dispute']
  readonly refunds: readonly RefundJson[]
  readonly declineCode?: string
  readonly createdAt: string
  readonly completedAt?: string
}

/** A refund of a {@link TipJson}. */
export interface RefundJson {
  readonly id: string
  readonly amount: MoneyJson
  readonly status: TipRefund['status']
  readonly reason?: string
  readonly createdAt: string
}

/** The reasons of refunds are for who receives tips, and not for who gave them. */
export function tipJson(tip: Tip, reader: 'creator' | 'payer'): TipJson {
  const minor = (amount: bigint) => moneyToJson({ amount, currency: tip.amount.currency })
  const { status, isAnonymous, terms, dispute, declineCode, createdAt, completedAt } = tip
  return {
    ...publicTip(tip),
    ...{ status, isAnonymous, dispute, createdAt, feeBps: terms.feeBps },
    fee: minor(tip.fee),
    net: minor(tip.net),
    refundedTotal: minor(tip.refundedTotal),
    refunds: tip.refunds.map((refund) => {
      const { reason, ...shown } = refundJson(tip, refund)
      return reason === undefined || reader === 'payer' ? shown : { ...shown, reason }
    }),
    ...(declineCode === undefined ? {} : { declineCode }),
    ...(completedAt === undefined ? {} : { completedAt }),
  }
}

/** A refund without the gateway's own references. */
export function refundJson(tip: Tip, { id, amount, status, reason, createdAt }: TipRefund): RefundJson {
  const money = moneyToJson({ amount, currency: tip.amount.currency })
  return { id, amount: money, status, createdAt, ...(reason === undefined ? {} : { reason }) }
}

/**
 * An outcome for the payer: without what the platform pays for it, and without the gateway's own word for a decline, which
 * helps who tests stolen cards.
 */
export function outcomeJson(outcome: ChargeOutcome): object {
  const shown = Object.entries(outcome).filter(([name]) => name !== 'rawCode' && name !== 'gatewayFee')
  return withMoneyAsJson(Object.fromEntries(shown))
}

/** A refund's outcome for the creator. */
export function refundOutcomeJson(outcome: RefundOutcome): object {
  return withMoneyAsJson(outcome)
}

/** What a creator has earned, as decimal strings of minor units. */
export function balanceJson({ currency, ...amounts }: CreatorBalance): Readonly<Record<string, string>> {
  const texts = Object.entries(amounts).map(([name, amount]) => [name, `${amount}`])
  return { currency, ...Object.fromEntries(texts) }
}

/** A goal and how far it is. */
export function goalJson({ goal, progress }: GoalWithProgress): object {
  const { targets, ...rest } = goal
  return {
    goal: { ...rest, targets: targets.map((amount) => moneyToJson({ amount, currency: goal.currency })) },
    progress: withMoneyAsJson(progress),
  }
}

/** A line of a creator's menu. */
export function menuItemJson({ price, ...item }: TipMenuItem): object {
  return { ...item, price: moneyToJson(price) }
}

/** A line of a leaderboard, for everybody: names and no ids. */
export function leaderboardJson(
  { payerName, amount, tips }: LeaderboardLine,
  index: number,
  currency: string,
): object {
  return { rank: index + 1, name: payerName, amount: moneyToJson({ amount, currency }), tips }
}

/** A blocked viewer as the creator may see it: who was blocked by a tip is known by that alone. */
export function blockedJson({ payerId, ...viewer }: BlockedViewer): object {
  return { ...viewer, payerId: viewer.tipId === undefined ? payerId : null }
}

/** How an overlay shows alerts. */
export function alertSettingsJson({ creatorId, minimums, showSeconds }: PublicAlertSettings): object {
  const list = Object.entries(minimums).map(([currency, amount]) => moneyToJson({ amount, currency }))
  return { creatorId, minimums: list, showSeconds }
}

/** An alert as an overlay gets it. */
export function alertJson({ id, at, body }: Alert): object {
  if (body.type === 'tip') return { type: 'tip.completed', id, at, tip: body.tip, isTest: body.isTest }
  const { goal, target, level, rounds } = body.goal
  return { type: 'goal.reached', id, at, goal, target, level, ...optional('rounds', rounds) }
}

function withMoneyAsJson(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, isMoney(part) ? moneyToJson(part) : part]),
  )
}

function isMoney(value: unknown): value is Money {
  return typeof value === 'object' && value !== null && 'amount' in value && typeof value.amount === 'bigint'
}
