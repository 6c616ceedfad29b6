import { type EarningInput, earningTransfer } from '../earning-transfer.ts'
import type { NewTransfer } from '../transfer.ts'

/** The moment at which the suite's transfers happen. Their holds end a week later. */
export const at = '2026-01-01T00:00:00.000Z'

/** A moment after {@link at}. */
export function later(seconds: number): string {
  return new Date(Date.parse(at) + seconds * 1000).toISOString()
}

/** A tip of $10.00 to ava through Stripe, for tests of stores: 850 to the creator after a week, 150 to the platform. */
export function sampleEarning(id: string, overrides: Partial<EarningInput> = {}): NewTransfer {
  return earningTransfer({
    key: `completion:${id}`,
    creatorId: 'ava',
    paid: { amount: 1000n, currency: 'USD' },
    feeBps: 1500,
    gateway: { id: 'stripe', ref: `pi_${id}` },
    occurredAt: at,
    availableAt: later(7 * 86_400),
    reference: `tip:${id}`,
    ...overrides,
  })
}
