import { splitFee } from '@stagedoor/ledger'
import { bookTip } from '../book-tip.ts'
import { tallyTip } from '../tally.ts'
import type { Tip } from '../tip.ts'
import { tellTip } from '../tip-event.ts'
import type { BlockedPayer, TipChange, TipStore } from '../tip-store.ts'

/** The moment at which the suite's tips are made. */
export const at = '2026-03-02T12:00:00.000Z'

/** A moment after {@link at}. */
export function later(seconds: number): string {
  return new Date(Date.parse(at) + seconds * 1000).toISOString()
}

/** A new tip of $10.00 by vic to ava through Stripe, for tests of stores. */
export function sampleTip(id: string, overrides: Partial<Tip> = {}): Tip {
  const amount = overrides.amount ?? { amount: 1000n, currency: 'USD' }
  return {
    ...{ id, creatorId: 'ava', payerId: 'vic', isAnonymous: false, amount },
    ...splitFee(amount.amount, 1500),
    terms: { feeBps: 1500, holdSeconds: 604_800 },
    ...{ status: 'pending', gateway: 'stripe', fingerprint: `asked for ${id}`, version: 1 },
    ...{ refunds: [], disputes: [], strays: [], strayReturns: [], refundedTotal: 0n, dispute: 'none' },
    ...{ createdAt: at, expiresAt: later(1800) },
    ...overrides,
  }
}

/** The change to the next version of a tip, with what follows from it. */
export function changeOf(before: Tip, next: Partial<Tip>, overrides: Partial<TipChange> = {}): TipChange {
  const tip: Tip = { ...before, ...next, version: before.version + 1 }
  return {
    tip,
    transfers: bookTip(before, tip, at),
    tally: tallyTip(before, tip),
    events: tellTip(before, tip, at),
    checkAt: null,
    ...overrides,
  }
}

/** The change that completes a tip, told by the event `evt_` and its id. */
export function completionOf(tip: Tip, overrides: Partial<TipChange> = {}): TipChange {
  const event = eventOf(`evt_${tip.id}`)
  const next = { status: 'completed', chargeRef: `pi_${tip.id}`, completedAt: tip.createdAt } as const
  return changeOf(tip, next, { event, ...overrides })
}

/** A webhook's event at Stripe. */
export function eventOf(id: string) {
  return { gateway: 'stripe', id, type: 'payment_intent.succeeded' }
}

/** A block of a payer, by the payer's id or by a tip's. */
export function blockOf(payerId: string, id = payerId, blockedAt = at): BlockedPayer {
  return { id, payerId, blockedAt }
}

/** Stores tips that no limit holds up. They are due at once. */
export async function createAll(store: TipStore, tips: readonly Tip[]): Promise<void> {
  await Promise.all(tips.map((tip) => store.create(tip, [], at)))
}

/** Stores tips that are paid. */
export async function payAll(store: TipStore, tips: readonly Tip[]): Promise<void> {
  await createAll(store, tips)
  await store.commit(
    tips.map((tip) => completionOf(tip)),
    at,
  )
}

/** What the store has of a tip. */
export async function read(store: TipStore, tipId: string): Promise<Tip | null> {
  const [loaded] = await store.load([{ tipId }])
  return loaded?.tip ?? null
}

/** Whether the inbox has events of Stripe. */
export async function seen(store: TipStore, eventIds: readonly string[]): Promise<readonly boolean[]> {
  const loaded = await store.load(eventIds.map((id) => ({ tipId: 'none', event: eventOf(id) })))
  return loaded.map(({ isSeen }) => isSeen)
}

export const idsOf = (tips: readonly { readonly id: string }[]): readonly string[] => tips.map(({ id }) => id)

/** Makes as many as are wanted. */
export function times<Item>(count: number, make: (index: number) => Item): readonly Item[] {
  return Array.from({ length: count }, (_, index) => make(index))
}
