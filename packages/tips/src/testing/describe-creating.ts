import type { Tip } from '../tip.ts'
import type { StoreTest } from './describe-tip-store.ts'
import { assertEqual } from './runner.ts'
import { at, blockOf, changeOf, completionOf, idsOf, later, read, sampleTip, times } from './sample-tip.ts'

const text =
  'Bravo! \u{1f3ad}\u{1f468}\u200d\u{1f680} "quotes" \'and\' \\ {braces} `ticks` $1 %s\n\ttab \u00e9\u4e2d <b>'

/** A tip with everything that it may have, in amounts that a float would round. */
const fullTip = sampleTip('900719925474099301', {
  creatorId: '123456789012345678',
  payerId: '987654321098765432',
  ...{ payerName: text, isAnonymous: true, streamId: 'stream "1"', message: text, menuItemId: 'song' },
  purpose: { type: 'purchase', id: 'sale "1"', title: text },
  amount: { amount: 9_007_199_254_740_993n, currency: 'JPY' },
  ...{ fee: 9_007_199_254_740_992n, net: 1n, goalId: 'goal' },
  terms: { feeBps: 9999, holdSeconds: 1, reserve: { bps: 1000, holdSeconds: 2 } },
})

const fullChange: Partial<Tip> = {
  ...{ status: 'failed', chargeRef: 'pi "full"', declineCode: 'card_declined' },
  gatewayFee: { amount: 900_719_925_474_099_301n, currency: 'EUR' },
  refunds: [
    {
      ...{ id: 're1', ref: 're_1', chargeRef: 'pi "full"', amount: 9_007_199_254_740_995n },
      ...{ status: 'pending', reason: text, createdAt: later(1) },
    },
    { id: 're2', chargeRef: 'pi_other', amount: 1n, status: 'requested', createdAt: later(2) },
  ],
  disputes: [
    {
      ...{ ref: 'dp_1', chargeRef: 'pi "full"', status: 'won', verdicts: ['lost', 'won'] },
      movements: [
        {
          ...{ ref: 'txn_1', kind: 'withdrawn', fee: { amount: 1500n, currency: 'EUR' } },
          amount: { amount: 9_007_199_254_740_997n, currency: 'USD' },
        },
        { ref: 'txn_2', kind: 'reinstated', amount: { amount: 9_007_199_254_740_999n, currency: 'USD' } },
      ],
    },
    { ref: 'dp_2', chargeRef: 'pi "full"', status: 'open', verdicts: [], movements: [] },
  ],
  strays: [
    {
      ...{ ref: 'pi_stray', amount: { amount: 9_007_199_254_741_001n, currency: 'USD' } },
      ...{ gatewayFee: { amount: 9_007_199_254_741_005n, currency: 'EUR' }, receivedAt: later(4) },
    },
    { ref: 'pi_other', amount: { amount: 1n, currency: 'JPY' }, receivedAt: later(5) },
  ],
  strayReturns: [
    { ref: 're_3', kind: 'refund', amount: { amount: 9_007_199_254_741_007n, currency: 'JPY' } },
    {
      ...{ ref: 'txn_3', kind: 'dispute', amount: { amount: 1n, currency: 'JPY' } },
      fee: { amount: -9_007_199_254_741_009n, currency: 'EUR' },
    },
  ],
  ...{ refundedTotal: 9_007_199_254_741_003n, dispute: 'open', completedAt: later(3) },
}

/** Tips that are new. */
export function describeCreating(it: StoreTest): void {
  it('gives a tip back to the last field', async ({ tips }) => {
    const bare = sampleTip('bare')
    for (const tip of [fullTip, bare]) {
      assertEqual(await tips.create(tip, [], at), { outcome: 'created', tip }, 'the answer')
      assertEqual(await read(tips, tip.id), tip, 'load')
      assertEqual(await tips.create(tip, [], at), { outcome: 'exists', tip }, 'the second answer')
    }
    const change = changeOf(fullTip, fullChange, { transfers: [], tally: null, events: [] })
    assertEqual(await tips.commit([change], at), ['committed'], 'commit')
    assertEqual(await read(tips, fullTip.id), change.tip, 'load of what was committed')
    const listed = await tips.list({ creatorId: fullTip.creatorId, limit: 10 })
    assertEqual(listed, [change.tip], 'list')
    assertEqual(await tips.findByCharge('stripe', 'pi "full"'), change.tip, 'findByCharge')
    await tips.postpone(bare.id, 1, null)
    const second = changeOf(change.tip, {}, { checkAt: at })
    await tips.commit([second], at)
    assertEqual(await tips.claimDue({ at, until: later(60), limit: 10 }), [second.tip], 'claimDue')
  })

  it('stores one tip under an id, and shows it to whoever comes with another one', async ({ tips }) => {
    const tip = sampleTip('t1')
    await tips.create(tip, [], at)
    const other = sampleTip('t1', { creatorId: 'noa', payerId: 'bob', fingerprint: 'another' })
    assertEqual(await tips.create(other, [], at), { outcome: 'exists', tip }, 'another tip')
    const { tip: paid } = completionOf(tip)
    await tips.commit([completionOf(tip)], at)
    assertEqual(await tips.create(tip, [], at), { outcome: 'exists', tip: paid }, 'the tip as it is by now')
    assertEqual(await tips.list({ limit: 10 }), [paid], 'what is stored')
  })

  it('stores a tip once among 50 callers', async ({ tips }) => {
    const answers = await Promise.all(times(50, () => tips.create(sampleTip('t1'), [], at)))
    const outcomes = answers.map(({ outcome }) => outcome)
    assertEqual(outcomes.filter((one) => one === 'created').length, 1, 'created')
    assertEqual(outcomes.filter((one) => one === 'exists').length, 49, 'exists')
  })

  it('stores one of 10 tips of different payers under one id', async ({ tips }) => {
    const given = times(10, (index) => sampleTip('t1', { payerId: `payer${index}` }))
    const answers = await Promise.all(given.map((tip) => tips.create(tip, [], at)))
    const created = answers.filter(({ outcome }) => outcome === 'created')
    const stored = await read(tips, 't1')
    assertEqual(created, [{ outcome: 'created', tip: stored }], 'created')
    const others = answers.filter(({ outcome }) => outcome !== 'created')
    assertEqual(
      others,
      times(9, () => ({ outcome: 'exists', tip: stored })),
      'exists',
    )
  })

  it('looks for the tip, then for a block, then at the limits, and stores nothing that it refuses', async ({
    tips,
  }) => {
    const none = { name: 'none', scope: 'payer', counts: 'attempts', windowSeconds: 60, limit: 0n } as const
    const present = sampleTip('t1')
    await tips.create(present, [], at)
    await tips.block('ava', blockOf('vic'))
    await tips.block('ava', blockOf('vic', 'tip_1'))
    const tip = sampleTip('t2')
    assertEqual((await tips.create(present, [none], at)).outcome, 'exists', 'one that is there')
    assertEqual(await tips.create(tip, [none], at), { outcome: 'blocked' }, 'a new one')
    const elsewhere = [sampleTip('t3', { creatorId: 'noa' }), sampleTip('t4', { payerId: 'bob' })]
    for (const other of elsewhere) {
      assertEqual((await tips.create(other, [], at)).outcome, 'created', 'another creator or payer')
    }
    await tips.unblock('ava', 'vic')
    assertEqual(await tips.create(tip, [none], at), { outcome: 'blocked' }, 'by a tip')
    await tips.unblock('ava', 'tip_1')
    assertEqual((await tips.create(tip, [none], at)).outcome, 'limited', 'without the block')
    assertEqual(await read(tips, 't2'), null, 'what was refused')
    const due = idsOf(await tips.claimDue({ at, until: at, limit: 10 }))
    assertEqual([...due].sort(), ['t1', 't3', 't4'], 'what is due')
    assertEqual((await tips.create(tip, [], at)).outcome, 'created', 'without limits')
  })
}
