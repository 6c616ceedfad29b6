import { earningTransfer, type NewTransfer } from '@stagedoor/ledger'
import type { Tip } from '../tip.ts'
import type { TipEvent } from '../tip-event.ts'
import { publicTip } from '../tip-event.ts'
import type { TipChange } from '../tip-store.ts'

/** The moment at which the suite's tips are made. */
export const at = '2026-03-02T12:00:00.000Z'

/** A moment after {@link at}, or before it. */
export function later(seconds: number): string {
  return new Date(Date.parse(at) + seconds * 1000).toISOString()
}

/** A tip of $10.00 by vic to ava through Stripe that waits for its payment, for tests of stores. */
export function sampleTip(id: string, overrides: Partial<Tip> = {}): Tip {
  return {
    ...{ id, creatorId: 'ava', payerId: 'vic', payerName: 'Vic', isAnonymous: false },
    ...{ amount: { amount: 1000n, currency: 'USD' }, fee: 150n, net: 850n },
    terms: { feeBps: 1500, holdSeconds: 604_800 },
    ...{ status: 'pending', gateway: 'stripe', refunds: [], disputes: [], strays: [] },
    ...{ refundedTotal: 0n, dispute: 'none', createdAt: at, expiresAt: later(86_400) },
    ...{ fingerprint: `f-${id}`, version: 1 },
    ...overrides,
  }
}

/** The next version of a tip. */
export function nextTip(tip: Tip, change: Partial<Tip> = {}): Tip {
  return { ...tip, ...change, version: tip.version + 1 }
}

/** What books the payment of a tip. */
export function sampleBooking({ id, creatorId, amount, gateway }: Tip): NewTransfer {
  return earningTransfer({
    key: `completion:${id}`,
    creatorId,
    paid: amount,
    feeBps: 1500,
    gateway: { id: gateway, ref: `pi_${id}` },
    occurredAt: at,
    availableAt: later(604_800),
    reference: `tip:${id}`,
  })
}

/** What is told of a tip that was paid. */
export function sampleEvent(tip: Tip, id = `${tip.id}:completed`, time = at): TipEvent {
  const { creatorId, payerId } = tip
  return { id, at: time, creatorId, payerId, type: 'tip.completed', tip: publicTip(tip) }
}

/** A change that only the tip itself is concerned by. */
export function plainChange(tip: Tip, change: Partial<TipChange> = {}): TipChange {
  return { tip, transfers: [], tally: null, events: [], checkAt: null, ...change }
}

/** The payment of a tip with all that belongs to it. */
export function completion(tip: Tip): TipChange {
  const paid = nextTip(tip, { status: 'completed', chargeRef: `pi_${tip.id}`, completedAt: at })
  const { creatorId, payerId, payerName = null, streamId = null, goalId = null, amount } = paid
  return plainChange(paid, {
    event: { gateway: tip.gateway, id: `evt_${tip.id}`, type: 'payment.succeeded' },
    transfers: [sampleBooking(tip)],
    tally: {
      ...{ creatorId, payerId, payerName, streamId, goalId },
      ...{ day: at.slice(0, 10), currency: amount.currency, amount: amount.amount, tips: 1 },
    },
    events: [sampleEvent(paid)],
  })
}
