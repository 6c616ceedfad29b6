import { describe, expect, it } from 'vitest'
import { auditBooks, type Books } from './audit-books.ts'
import type { AccountTotal } from './ledger-store.ts'
import { reversalTransfer } from './reversal-transfer.ts'
import { sampleEarning } from './testing/index.ts'
import type { Transfer } from './transfer.ts'

const at = '2026-01-01T00:00:00.000Z'
const first: Transfer = { ...sampleEarning('a'), seq: 1, recordedAt: at }
const second: Transfer = { ...sampleEarning('b'), seq: 2, recordedAt: at }
const reversal: Transfer = { ...reversalTransfer(first, { occurredAt: at }), seq: 3, recordedAt: at }
const total = (owner: string, account: AccountTotal['account'], amount: bigint): AccountTotal => ({
  ...{ owner, account, currency: 'USD', kind: 'earning', amount },
})
const held = { account: 'creator_pending', owner: 'ava', currency: 'USD' } as const
const right: Books = {
  transfers: [first, second, reversal],
  totals: [
    total('stripe', 'gateway_clearing', -1000n),
    total('ava', 'creator_pending', 850n),
    total('ava', 'platform_revenue', 150n),
  ],
  holds: [850n, 850n, -850n].map((amount) => ({ ...held, amount })),
}

function withAmount(transfer: Transfer, position: number, amount: bigint): Transfer {
  const entries = transfer.entries.map((entry, index) => (index === position ? { ...entry, amount } : entry))
  return { ...transfer, entries }
}

describe('an audit', () => {
  it('finds nothing in right books, and counts them', () => {
    expect(auditBooks(right)).toEqual({ transfers: 3, entries: 9, fault: null })
  })

  it.each<[string, Partial<Books>, object]>([
    [
      'the first transfer that mints a cent',
      { transfers: [first, withAmount(second, 1, 851n), withAmount(reversal, 1, 1n)] },
      { check: 'transfer_sum', row: 'completion:b', expected: '0 USD', actual: '1 USD' },
    ],
    [
      'a transfer of nothing',
      { transfers: [{ ...first, entries: [] }] },
      { check: 'transfer_sum', row: 'completion:a', expected: '2 entries' },
    ],
    [
      'a reversal that takes back something else',
      { transfers: [first, second, { ...reversal, reverses: 'completion:b', entries: second.entries }] },
      { check: 'reversal_mirror', row: 'reversal:completion:a' },
    ],
    [
      'a reversal of what is not there',
      { transfers: [second, reversal] },
      { check: 'reversal_mirror', expected: 'a transfer completion:a' },
    ],
    [
      'a total that is not the sum of its entries',
      { totals: [...right.totals, total('ava', 'platform_revenue', 1n)] },
      {
        check: 'account_total',
        row: 'platform_revenue:ava:USD earning',
        expected: '150',
        actual: '151',
      },
    ],
    [
      'a total that is missing',
      { totals: [...right.totals].slice(1) },
      { check: 'account_total', row: 'gateway_clearing:stripe:USD earning', actual: '0' },
    ],
    [
      'a hold that was lost',
      { holds: [...right.holds].slice(1) },
      { check: 'held_account', row: 'creator_pending:ava:USD', expected: '850', actual: '0' },
    ],
  ])('names %s', (_name, change, fault) => {
    expect(auditBooks({ ...right, ...change }).fault).toMatchObject(fault)
  })
})
