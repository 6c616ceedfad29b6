import type { Interval, ReturnUrls } from '../charge.ts'
import { PaymentError } from '../errors.ts'
import type { DisputeMovement } from '../gateway-event.ts'
import type { Money } from '../money.ts'
import type { Decline } from '../outcome.ts'

/** A charge at the fake. */
export interface FakeCharge {
  readonly ref: string
  readonly merchantRef: string
  readonly amount: Money
  readonly createdAt: number
  readonly description: string
  readonly returnUrls?: ReturnUrls
  readonly subscriptionRef?: string
  status: 'action_required' | 'pending' | 'succeeded' | 'declined' | 'canceled'
  decline?: Decline
  gatewayFee?: Money
  paidAt?: number
  refunded: bigint
  /** Withdrawn by open or lost disputes. */
  disputed: bigint
  /** When the clock settles or disputes it. */
  settleAt?: number
  disputeAt?: number
}

/** A refund at the fake. */
export interface FakeRefund {
  readonly ref: string
  readonly refundId: string
  readonly charge: FakeCharge
  readonly amount: Money
  status: 'pending' | 'succeeded' | 'failed'
}

/** A dispute at the fake. */
export interface FakeDispute {
  readonly ref: string
  readonly charge: FakeCharge
  /** What is disputed. */
  readonly amount: Money
  readonly movements: DisputeMovement[]
  status: 'open' | 'won' | 'lost'
}

/** A subscription at the fake. */
export interface FakeSubscription {
  readonly ref: string
  readonly merchantRef: string
  readonly price: Money
  readonly interval: Interval
  status: 'incomplete' | 'active' | 'past_due' | 'ended'
  periodStart: number
  periodEnd: number
  willRenew: boolean
}

/** Everything that the fake remembers. */
export interface FakeState {
  readonly charges: Map<string, FakeCharge>
  readonly refunds: Map<string, FakeRefund>
  readonly disputes: Map<string, FakeDispute>
  readonly subscriptions: Map<string, FakeSubscription>
}

/** The one with the reference, or an error that names it. */
export function found<Item>(items: ReadonlyMap<string, Item>, ref: string): Item {
  const item = items.get(ref)
  if (item) return item
  throw new PaymentError({
    code: 'not_found',
    field: 'ref',
    gateway: 'fake',
    message: `The fake has no '${ref}'.`,
  })
}

/** When a period ends that begins then, by the calendar, in UTC. A month after the 31st is the next month's last day. */
export function periodEnd(startMs: number, { unit, count }: Interval): number {
  const date = new Date(startMs)
  if (unit === 'day' || unit === 'week') {
    date.setUTCDate(date.getUTCDate() + count * (unit === 'week' ? 7 : 1))
    return date.getTime()
  }
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + count * (unit === 'year' ? 12 : 1))
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(day, days))
  return date.getTime()
}
