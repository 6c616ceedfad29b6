import { createPaywall } from './create-paywall.ts'
import { laterBy } from './grant-windows.ts'
import { memoryPaywallStore } from './memory-paywall-store.ts'
import type { PaywallOptions } from './options.ts'
import type { PaywallEvent } from './paywall-store.ts'

/** A platform with Ava's show on it, in memory, whose clock stands still until it is moved. */
export function createPlatform(options: Partial<PaywallOptions> = {}) {
  let now = '2026-11-24T20:00:00.000Z'
  const events: PaywallEvent[] = []
  const store = memoryPaywallStore()
  const paywall = createPaywall({
    store,
    streamCreator: (streamId) => ({ show: 'ava', other: 'ava', bos: 'bo' })[streamId] ?? null,
    onEvent: (event) => void events.push(event),
    clock: () => new Date(now),
    ...options,
  })
  return {
    ...{ paywall, store, events },
    now: () => now,
    wait: (seconds: number) => {
      now = laterBy(now, seconds)
    },
    show: (access: Record<string, unknown> = {}) => ({
      id: 'show',
      creatorId: 'ava',
      access,
      status: 'live',
    }),
  }
}

export const ava = { userId: 'ava' }
export const bo = { userId: 'bo' }
export const vic = { userId: 'vic' }
export const nobody = { userId: null }
export const staff = { userId: 'sam', isAdmin: true }

export const plan = {
  title: 'Front row',
  price: { amount: '999', currency: 'USD' },
  terms: { kind: 'subscription', interval: { unit: 'month', count: 1 } },
} as const

export const ticket = {
  title: 'Friday night',
  price: { amount: '500', currency: 'USD' },
  terms: { kind: 'ticket', streamId: 'show', durationSeconds: 3600, replaySeconds: 86_400 },
} as const
