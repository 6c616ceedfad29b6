import type { LedgerStore, PayoutOrder } from '../ledger-store.ts'
import { refundTransfer } from '../refund-transfer.ts'
import type { StoreTest } from './describe-ledger-store.ts'
import { assert, assertEqual } from './runner.ts'
import { at, later, sampleEarning } from './sample-earning.ts'

const week = 7 * 86_400
const nextWeek = later(week)

const order = (overrides: Partial<PayoutOrder> = {}): PayoutOrder => ({
  key: 'payout:p1',
  creatorId: 'ava',
  currency: 'USD',
  amount: 'all',
  minimum: 1n,
  occurredAt: nextWeek,
  recordedAt: nextWeek,
  ...overrides,
})

const refundOf = (id: string) =>
  refundTransfer(sampleEarning(id), {
    key: `refund:${id}`,
    amount: 1000n,
    refundedBefore: 0n,
    gateway: { id: 'stripe', ref: `re_${id}` },
    occurredAt: nextWeek,
  })

async function balance(store: LedgerStore, account: string, owner = 'ava'): Promise<bigint> {
  const { totals } = await store.totals({ owner, at })
  return totals.reduce((sum, total) => (total.account === account ? sum + total.amount : sum), 0n)
}

/** Holds that mature once, and payouts that never take more than is there. */
export function describePayouts(it: StoreTest): void {
  it('moves what is due from pending to available, once, whoever asks', async (store) => {
    await store.post(
      [sampleEarning('t1'), sampleEarning('t2'), sampleEarning('t3', { creatorId: 'noa' })],
      at,
    )
    assertEqual(await store.mature({ at: later(week - 1), limit: 100 }), 0, 'a second too early')
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => store.mature({ at: nextWeek, limit: 100 })),
    )
    assertEqual(
      answers.reduce((sum, one) => sum + one, 0),
      3,
      'holds that were moved',
    )
    assertEqual(await balance(store, 'creator_available'), 1700n, 'available of ava')
    assertEqual(await balance(store, 'creator_pending'), 0n, 'pending of ava')
    assertEqual(await balance(store, 'creator_available', 'noa'), 850n, 'available of noa')
  })

  it('moves holds in rounds of a limit, the oldest first', async (store) => {
    const hold = (index: number) => sampleEarning(`t${index}`, { availableAt: later(index) })
    await store.post([3, 1, 2, 5, 4].map(hold), at)
    assertEqual(await store.mature({ at: later(4), limit: 3 }), 3, 'the first round')
    assertEqual((await store.totals({ owner: 'ava', at: later(4) })).due[0]?.amount, 850n, 'still due')
    assertEqual(await store.mature({ at: later(4), limit: 3 }), 1, 'the second round')
    assertEqual(await balance(store, 'creator_available'), 3400n, 'available')
  })

  it('tells what is due and not moved yet', async (store) => {
    await store.post([sampleEarning('t1'), sampleEarning('t2', { availableAt: later(week + 1) })], at)
    assertEqual((await store.totals({ owner: 'ava', at })).due, [], 'nothing yet')
    const due = [{ account: 'creator_pending', owner: 'ava', currency: 'USD', amount: 850n }]
    assertEqual((await store.totals({ owner: 'ava', at: nextWeek })).due, due, 'after a week')
  })

  it('clears a hold that was refunded in full without a transfer of nothing', async (store) => {
    await store.post([sampleEarning('t1'), refundOf('t1')], at)
    assertEqual(await store.mature({ at: nextWeek, limit: 100 }), 2, 'holds')
    assertEqual((await store.audit()).transfers, 2, 'transfers')
    assertEqual(await balance(store, 'creator_pending'), 0n, 'pending')
  })

  it('keeps the reserve until its own time', async (store) => {
    const reserve = { bps: 1000, availableAt: later(2 * week) }
    await store.post([sampleEarning('t1', { reserve })], at)
    await store.mature({ at: nextWeek, limit: 100 })
    assertEqual(await balance(store, 'creator_reserve'), 85n, 'reserve')
    assertEqual(await balance(store, 'creator_available'), 765n, 'available')
    await store.mature({ at: later(2 * week), limit: 100 })
    assertEqual(await balance(store, 'creator_available'), 850n, 'available at last')
  })

  it('pays out what is available, matured on the way, and nothing of what is pending', async (store) => {
    await store.post([sampleEarning('t1'), sampleEarning('t2', { availableAt: later(week + 1) })], at)
    const result = await store.payout(order({ reference: 'march' }))
    assert(result.outcome === 'posted', `the payout was ${result.outcome}`)
    assertEqual(await store.get('payout:p1'), result.transfer, 'the transfer')
    assertEqual(result.transfer.reference, 'march', 'its reference')
    assertEqual(await balance(store, 'creator_in_transit'), 850n, 'in transit')
    assertEqual(await balance(store, 'creator_available'), 0n, 'available')
    assertEqual(await balance(store, 'creator_pending'), 850n, 'pending')
  })

  it('refuses more than is available, and less than the minimum, and writes no payout', async (store) => {
    await store.post([sampleEarning('t1')], at)
    const refusal = { outcome: 'insufficient', available: 850n }
    assertEqual(await store.payout(order({ amount: 851n })), refusal, 'a cent too much')
    assertEqual(await store.payout(order({ minimum: 851n })), refusal, 'a cent below the minimum')
    const empty = { outcome: 'insufficient', available: 0n }
    assertEqual(await store.payout(order({ creatorId: 'noa' })), empty, 'of nobody')
    assertEqual(await store.payout(order({ currency: 'EUR' })), empty, 'of another currency')
    assertEqual(await store.get('payout:p1'), null, 'the transfer')
    assertEqual((await store.payout(order({ amount: 850n }))).outcome, 'posted', 'the last cent')
  })

  it('answers a payout again as it was, also when nothing is left', async (store) => {
    await store.post([sampleEarning('t1')], at)
    const first = await store.payout(order({ amount: 850n }))
    assert(first.outcome === 'posted', 'it was paid out')
    const again = { outcome: 'exists', transfer: first.transfer }
    assertEqual(await store.payout(order({ amount: 850n })), again, 'the same')
    assertEqual(await store.payout(order()), again, 'all')
    const conflict = { outcome: 'conflict', transfer: first.transfer }
    assertEqual(await store.payout(order({ amount: 849n })), conflict, 'another amount')
    assertEqual(await store.payout(order({ creatorId: 'noa' })), conflict, 'another creator')
    assertEqual((await store.payout(order({ key: 'completion:t1' }))).outcome, 'conflict', 'the key of a tip')
  })

  it('counts a refund against the next payout, and lets available go below zero after one', async (store) => {
    await store.post([sampleEarning('t1'), sampleEarning('t2'), refundOf('t1')], at)
    const first = await store.payout(order())
    assert(first.outcome === 'posted', 'it was paid out')
    assertEqual(await balance(store, 'creator_in_transit'), 850n, 'only what is left')
    await store.post([refundOf('t2')], nextWeek)
    const owed = { outcome: 'insufficient', available: -850n }
    assertEqual(await store.payout(order({ key: 'payout:p2' })), owed, 'the creator owes it')
    await store.post(
      [3, 4].map((index) => sampleEarning(`t${index}`)),
      nextWeek,
    )
    const third = await store.payout(order({ key: 'payout:p3' }))
    assert(third.outcome === 'posted', 'the next earnings fill it')
    assertEqual(third.transfer.entries[1]?.amount, 850n, 'and the rest is paid out')
  })

  it('never overdraws, whatever 30 payouts at once ask for', async (store) => {
    await store.post(
      Array.from({ length: 10 }, (_, index) => sampleEarning(`t${index}`)),
      at,
    )
    // Matured before, so that the payouts have no hold in common.
    await store.mature({ at: nextWeek, limit: 100 })
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        store.payout(order({ key: `payout:${index}`, amount: 1000n })),
      ),
    )
    assertEqual(results.filter(({ outcome }) => outcome === 'posted').length, 8, 'of 8500 in parts of 1000')
    assertEqual(await balance(store, 'creator_available'), 500n, 'the rest')
  })

  it('pays out one order once among 20 callers', async (store) => {
    await store.post([sampleEarning('t1')], at)
    const results = await Promise.all(Array.from({ length: 20 }, () => store.payout(order())))
    assertEqual(results.filter(({ outcome }) => outcome === 'posted').length, 1, 'posted')
    assertEqual(results.filter(({ outcome }) => outcome === 'exists').length, 19, 'exists')
  })

  it('stays exact while 100 tips, maturities, snapshots and payouts run at once', async (store) => {
    const due = { availableAt: at }
    const tips = Array.from({ length: 100 }, (_, index) =>
      store.post([sampleEarning(`t${index}`, due)], nextWeek),
    )
    const jobs = Array.from({ length: 10 }, async () => {
      await store.mature({ at: nextWeek, limit: 10 })
      await store.takeSnapshots({ minTail: 2, limit: 10 })
    })
    const payouts = Array.from({ length: 20 }, (_, index) =>
      store.payout(order({ key: `payout:${index}`, amount: index % 2 ? 'all' : 700n })),
    )
    await Promise.all([...tips, ...jobs])
    const paid = (await Promise.all(payouts)).reduce(
      (sum, result) => (result.outcome === 'posted' ? sum + (result.transfer.entries[1]?.amount ?? 0n) : sum),
      0n,
    )
    while ((await store.mature({ at: nextWeek, limit: 50 })) > 0);
    const available = await balance(store, 'creator_available')
    assertEqual(available >= 0n, true, 'available is not below zero')
    assertEqual(available + paid, 85_000n, 'available and paid out')
    assertEqual(await balance(store, 'creator_in_transit'), paid, 'in transit')
    assertEqual(await balance(store, 'platform_revenue'), 15_000n, 'fees')
  })
}
