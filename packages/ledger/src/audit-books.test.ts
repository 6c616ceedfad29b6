import { describe, expect, it } from 'vitest'
import { auditBooks, type Books } from './audit-books.ts'
import type { AccountTotal } from './ledger-store.ts'
import { maturityTransfer, payoutTransfer, returnedPayout, settledPayout } from './payout-transfer.ts'
import { reversalTransfer } from './reversal-transfer.ts'
import { sampleEarning } from './testing/index.ts'
import type { NewTransfer, Transfer } from './transfer.ts'

const at = '2026-01-01T00:00:00.000Z'
const nextWeek = '2026-01-08T00:00:00.000Z'
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
  holds: [850n, 850n, -850n].map((amount) => ({ ...held, amount, availableAt: nextWeek })),
}

/** As who rewrites the books would leave them. */
function totalsOf(transfers: readonly Transfer[]): readonly AccountTotal[] {
  return transfers.flatMap(({ kind, entries }) =>
    entries.map(({ account, owner, currency, amount }) => ({ account, owner, currency, kind, amount })),
  )
}

function withAmount(transfer: Transfer, position: number, amount: bigint): Transfer {
  const entries = transfer.entries.map((entry, index) => (index === position ? { ...entry, amount } : entry))
  return { ...transfer, entries }
}

describe('an audit', () => {
  it('finds nothing in right books, and counts them', async () => {
    expect(await auditBooks(right)).toEqual({ transfers: 3, entries: 9, fault: null, seals: [] })
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
    [
      'a hold of another time',
      { holds: right.holds.map((hold, index) => (index ? hold : { ...hold, availableAt: at })) },
      {
        check: 'hold',
        row: `creator_pending:ava:USD ${at}`,
        expected: 'at most 0 of 850',
        actual: '1 of 850',
      },
    ],
    [
      'holds of other amounts with the same sum',
      { holds: [850n, 849n, -849n].map((amount) => ({ ...held, amount, availableAt: nextWeek })) },
      { check: 'hold', expected: 'at most 0 of -849' },
    ],
  ])('names %s', async (_name, change, fault) => {
    expect((await auditBooks({ ...right, ...change })).fault).toMatchObject(fault)
  })

  it('names a maturity before its time, and none that others which are due make good', async () => {
    const maturity = (recordedAt: string): Transfer => ({
      ...maturityTransfer('m', held, 850n, recordedAt),
      ...{ seq: 3, recordedAt },
    })
    const books = (recordedAt: string): Books => ({
      transfers: [first, second, maturity(recordedAt)],
      totals: [
        total('stripe', 'gateway_clearing', -2000n),
        total('ava', 'creator_pending', 1700n),
        total('ava', 'platform_revenue', 300n),
        { ...total('ava', 'creator_pending', -850n), kind: 'maturity' },
        { ...total('ava', 'creator_available', 850n), kind: 'maturity' },
      ],
      holds: [{ ...held, amount: 850n, availableAt: nextWeek }],
    })
    expect((await auditBooks(books(nextWeek))).fault).toBeNull()
    expect((await auditBooks(books('2026-01-07T23:59:59.999Z'))).fault).toEqual({
      ...{ check: 'early_maturity', row: 'maturity:m', expected: 'at most 0', actual: '850' },
    })
  })

  it.each([
    ['gone', (transfers: readonly Transfer[]) => transfers.filter(({ key }) => key !== 'p1'), 'none'],
    [
      'another creator’s',
      (transfers: readonly Transfer[]) =>
        transfers.map((transfer) => ({
          ...transfer,
          entries: transfer.entries.map((entry) =>
            transfer.key === 'p1' ? { ...entry, owner: 'noa' } : entry,
          ),
        })),
      'a payout of 850 USD to noa',
    ],
  ])('names a payout that ended and is %s', async (_name, rewrite, actual) => {
    const transfers: Transfer[] = []
    const add = (transfer: NewTransfer) => {
      const added = { ...transfer, seq: transfers.length + 1, recordedAt: at }
      transfers.push(added)
      return added
    }
    const order = { key: 'p1', creatorId: 'ava', currency: 'USD', amount: 850n, minimum: 1n } as const
    const payout = add(payoutTransfer({ ...order, occurredAt: at, recordedAt: at }, 850n))
    add(settledPayout(payout, { id: 'bank', ref: 'po_1' }, at))
    add(returnedPayout(payout, { id: 'bank', ref: 'back_1' }, at))
    const audit = (rewritten: readonly Transfer[]) =>
      auditBooks({ transfers: rewritten, totals: totalsOf(rewritten), holds: [] })
    expect((await audit(transfers)).fault).toBeNull()
    const expected = {
      check: 'payout_settlement',
      row: 'p1:settled',
      expected: 'a payout of 850 USD to ava',
      actual,
    }
    expect((await audit(rewrite(transfers))).fault).toEqual(expected)
    const unpaid = transfers.filter(({ key }) => key !== 'p1:settled')
    expect((await audit(unpaid)).fault).toMatchObject({ row: 'p1:returned', actual: 'none' })
  })
})
