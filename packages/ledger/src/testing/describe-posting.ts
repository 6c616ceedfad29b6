import type { PostResult } from '../ledger-store.ts'
import { refundTransfer } from '../refund-transfer.ts'
import { reversalTransfer } from '../reversal-transfer.ts'
import type { NewTransfer } from '../transfer.ts'
import type { StoreTest } from './describe-ledger-store.ts'
import { assert, assertEqual } from './runner.ts'
import { at, later, sampleEarning } from './sample-earning.ts'

const outcomes = (results: readonly PostResult[]) => results.map(({ outcome }) => outcome)

/** Booking: each once, each whole, each with its own answer. */
export function describePosting(it: StoreTest): void {
  it('gives back what was posted, to the last field', async (store) => {
    const earning = sampleEarning('t1', { reserve: { bps: 1000, availableAt: later(9_000_000) } })
    const [result] = await store.post([earning], later(1))
    assert(result?.outcome === 'posted', `post answered ${result?.outcome}`)
    const { seq } = result.transfer
    assertEqual(result.transfer, { ...earning, seq, recordedAt: later(1) }, 'the answer')
    assertEqual(await store.get(earning.key), result.transfer, 'get')
    assertEqual(await store.get('unknown'), null, 'get of an unknown key')
    const bare = { ...sampleEarning('t2'), key: 'a "key" \\ of {any} characters, \u00e9\u{1f3ad}' }
    const { gateway: _gateway, reference: _reference, ...plain } = bare
    const [second] = await store.post([plain], at)
    assert(second?.outcome === 'posted' && second.transfer.seq > seq, 'a plain one, with a greater seq')
    assertEqual(await store.get(plain.key), { ...plain, seq: second.transfer.seq, recordedAt: at }, 'plain')
  })

  it('keeps amounts that a float would round', async (store) => {
    const paid = { amount: 999_999_999_999_999n, currency: 'USD' }
    await store.post([sampleEarning('t1', { paid }), sampleEarning('t2', { paid })], at)
    const { totals } = await store.totals({ owner: 'stripe', at })
    assertEqual(totals[0]?.amount, -1_999_999_999_999_998n, 'the sum')
  })

  it('books a transfer once, however often it comes and whenever it is said to have happened', async (store) => {
    const [first] = await store.post([sampleEarning('t1')], at)
    assert(first, 'an answer')
    const [again] = await store.post([sampleEarning('t1', { occurredAt: later(60) })], later(60))
    assertEqual(again, { outcome: 'exists', transfer: first.transfer }, 'the second answer')
    assertEqual((await store.audit()).transfers, 1, 'transfers')
  })

  it('books a transfer once among 50 callers', async (store) => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => store.post([sampleEarning('t1')], at)))
    const all = outcomes(answers.flat())
    assertEqual(all.filter((one) => one === 'posted').length, 1, 'posted')
    assertEqual(all.filter((one) => one === 'exists').length, 49, 'exists')
  })

  it('answers a conflict for another transfer under the same key, and shows the one that is there', async (store) => {
    const [first] = await store.post([sampleEarning('t1')], at)
    const other = sampleEarning('t1', { paid: { amount: 1001n, currency: 'USD' } })
    const [second] = await store.post([other], at)
    assertEqual(second, { outcome: 'conflict', on: 'key', transfer: first?.transfer }, 'the answer')
    assertEqual(await store.get(other.key), first?.transfer, 'what is stored')
  })

  it('books a gateway’s movement once, under whatever key it comes; its reversal counts apart', async (store) => {
    const [first] = await store.post([sampleEarning('t1')], at)
    assert(first, 'an answer')
    const [second] = await store.post([{ ...sampleEarning('t1'), key: 'other' }], at)
    assertEqual(second, { outcome: 'conflict', on: 'gateway', transfer: first.transfer }, 'the answer')
    const reversal = reversalTransfer(first.transfer, { occurredAt: at })
    const fee = { ...sampleEarning('t1'), key: 'fee', kind: 'gateway_fee' } as const
    assertEqual(outcomes(await store.post([reversal, fee], at)), ['posted', 'posted'], 'other movements')
    const { totals } = await store.totals({ owner: 'ava', at })
    const shown = totals.map(({ kind, amount }) => `${kind} ${amount}`).sort()
    assertEqual(shown, ['gateway_fee 150', 'gateway_fee 850'], 'the reversed kind is zero, and left out')
  })

  it('answers for each transfer of a batch in its order, and none hinders its neighbours', async (store) => {
    await store.post([sampleEarning('old'), sampleEarning('taken')], at)
    const results = await store.post(
      [
        sampleEarning('new'),
        sampleEarning('old'),
        { ...sampleEarning('x'), key: 'completion:taken' },
        sampleEarning('twice'),
        sampleEarning('twice'),
        { ...sampleEarning('twice'), kind: 'adjustment' },
        { ...sampleEarning('new'), key: 'a' },
        sampleEarning('last'),
      ],
      at,
    )
    const expected = ['posted', 'exists', 'conflict', 'posted', 'exists', 'conflict', 'conflict', 'posted']
    assertEqual(outcomes(results), expected, 'outcomes')
    const keys = results.map(({ transfer }) => transfer.key.replace('completion:', ''))
    assertEqual(keys, ['new', 'old', 'taken', 'twice', 'twice', 'twice', 'new', 'last'], 'what they show')
    assertEqual((await store.audit()).transfers, 5, 'transfers')
    assertEqual(await store.post([], at), [], 'an empty batch')
  })

  it('books batches that share transfers in opposite orders, each transfer once', async (store) => {
    const earnings = Array.from({ length: 40 }, (_, index) => sampleEarning(`t${index}`))
    const batches = Array.from({ length: 12 }, (_, index) =>
      index % 2 ? earnings.slice(index) : [...earnings.slice(index)].reverse(),
    )
    const results = (await Promise.all(batches.map((batch) => store.post(batch, at)))).flat()
    assertEqual(results.filter(({ outcome }) => outcome === 'posted').length, 40, 'posted')
    assertEqual((await store.audit()).transfers, 40, 'transfers')
  })

  it('sums a thousand concurrent credits of one creator to the cent', async (store) => {
    const earning = (index: number) =>
      sampleEarning(`t${index}`, { paid: { amount: BigInt(index + 1), currency: 'USD' } })
    const batches = Array.from({ length: 100 }, (_, batch) =>
      store.post(
        Array.from({ length: 10 }, (_one, index) => earning(batch * 10 + index)),
        at,
      ),
    )
    await Promise.all(batches)
    const { totals } = await store.totals({ owner: 'ava', at })
    const sum = totals.reduce((total, { amount }) => total + amount, 0n)
    assertEqual(sum, 500_500n, 'creator and platform together')
    assertEqual((await store.totals({ owner: 'stripe', at })).totals[0]?.amount, -500_500n, 'the gateway')
  })

  it('keeps currencies and owners apart', async (store) => {
    await store.post(
      [
        sampleEarning('t1'),
        sampleEarning('t2', { paid: { amount: 500n, currency: 'EUR' } }),
        sampleEarning('t3', { creatorId: 'noa' }),
        sampleEarning('t4', { creatorId: 'av' }),
      ],
      at,
    )
    const { totals } = await store.totals({ owner: 'ava', at })
    const pending = totals.filter(({ account }) => account === 'creator_pending')
    const shown = pending.map(({ currency, amount }) => `${amount} ${currency}`).sort()
    assertEqual(shown, ['425 EUR', '850 USD'], 'pending of ava')
    assertEqual((await store.totals({ owner: 'nobody', at })).totals, [], 'of nobody')
  })

  it('keeps what was earned and what was refunded apart', async (store) => {
    const earning = sampleEarning('t1')
    const refund = refundTransfer(earning, {
      key: 'refund:r1',
      amount: 500n,
      refundedBefore: 0n,
      gateway: { id: 'stripe', ref: 're_1' },
      occurredAt: at,
    })
    await store.post([earning, refund], at)
    const { totals } = await store.totals({ owner: 'ava', at })
    const shown = totals.map(({ account, kind, amount }) => `${kind} ${account} ${amount}`).sort()
    assertEqual(
      shown,
      [
        'earning creator_pending 850',
        'earning platform_revenue 150',
        'refund creator_pending -425',
        'refund platform_revenue -75',
      ],
      'totals',
    )
  })

  it('books payouts that a bank sent under one reference, each once', async (store) => {
    const sent = (id: string, kind: 'payout_paid' | 'payout_returned', ref = 'batch_1'): NewTransfer => ({
      key: `${kind}:${id}`,
      kind,
      entries: [
        { account: 'suspense', owner: id, currency: 'USD', amount: -500n },
        { account: 'gateway_clearing', owner: 'bank', currency: 'USD', amount: 500n },
      ],
      occurredAt: at,
      gateway: { id: 'bank', ref },
    })
    const both = [sent('ava', 'payout_paid'), sent('noa', 'payout_paid')]
    assertEqual(outcomes(await store.post(both, at)), ['posted', 'posted'], 'in one call')
    assertEqual(outcomes(await store.post(both, at)), ['exists', 'exists'], 'again')
    const more = [sent('eve', 'payout_paid'), sent('ava', 'payout_returned'), sent('noa', 'payout_returned')]
    assertEqual(outcomes(await store.post(more, at)), ['posted', 'posted', 'posted'], 'later')
    const other = await store.post([sent('ava', 'payout_paid', 'batch_2')], at)
    assertEqual(outcomes(other), ['conflict'], 'a payout under another reference')
  })

  it('names a payment that was given back three times over, until two of them are taken back', async (store) => {
    const earning = sampleEarning('t1')
    const refund = (id: string) =>
      refundTransfer(earning, {
        ...{ key: `refund:${id}`, amount: 1000n, refundedBefore: 0n, occurredAt: at },
        gateway: { id: 'stripe', ref: `re_${id}` },
      })
    await store.post([earning, refund('1')], at)
    assertEqual((await store.audit()).fault, null, 'given back once')
    const excess = await store.post([refund('2'), refund('3')], at)
    const { fault } = await store.audit()
    assertEqual(
      fault,
      { check: 'payment_return', row: 'tip:t1', expected: 'at most 1000 USD of ava', actual: '3000 USD' },
      'the fault',
    )
    await store.post(
      excess.map(({ transfer }) => reversalTransfer(transfer, { occurredAt: at })),
      at,
    )
  })

  it('names a refund that was taken from another creator than was paid', async (store) => {
    const [own, other] = [sampleEarning('t1'), sampleEarning('t2', { creatorId: 'noa' })]
    const refund = refundTransfer(own, {
      ...{ key: 'refund:1', amount: 1000n, refundedBefore: 0n, occurredAt: at },
      gateway: { id: 'stripe', ref: 're_1' },
    })
    const entries = refund.entries.map((entry) =>
      entry.owner === 'ava' ? { ...entry, owner: 'noa' } : entry,
    )
    const [, , booked] = await store.post([own, other, { ...refund, entries }], at)
    assertEqual(
      (await store.audit()).fault,
      { check: 'payment_return', row: 'tip:t1', expected: 'at most 0 USD of noa', actual: '1000 USD' },
      'the fault',
    )
    if (booked) await store.post([reversalTransfer(booked.transfer, { occurredAt: at })], at)
  })
}
