import type { Goal } from '../goal.ts'
import type { TipEvent } from '../tip-event.ts'
import type { TipStore } from '../tip-store.ts'
import type { StoreTest } from './describe-tip-store.ts'
import { assert, assertEqual } from './runner.ts'
import { at, changeOf, completionOf, createAll, later, payAll, sampleTip, times } from './sample-tip.ts'

const goal: Goal = {
  ...{ id: 'goal', creatorId: 'ava', title: 'A "new" mic \u{1f399}', kind: 'stepped', currency: 'USD' },
  ...{ targets: [9_007_199_254_740_993n, 900_719_925_474_099_301n], createdAt: at },
}
const usd = (amount: bigint) => ({ amount: { amount, currency: 'USD' } })
const days = (day: number) => later(day * 86_400)

const board = async (store: TipStore, query: Partial<Parameters<TipStore['leaderboard']>[0]> = {}) =>
  (await store.leaderboard({ creatorId: 'ava', currency: 'USD', limit: 10, ...query })).map(
    ({ payerId, amount, tips }) => `${payerId} ${amount} ${tips}`,
  )

/** Goals and leaderboards. */
export function describeSums(it: StoreTest): void {
  it('ranks the payers of a creator by what they gave in a currency', async ({ tips }) => {
    await payAll(tips, [
      sampleTip('a', { ...usd(300n), payerId: 'bob' }),
      sampleTip('b', { ...usd(600n), payerId: 'bob', payerName: 'Bob' }),
      sampleTip('bb', { ...usd(100n), payerId: 'bob' }),
      sampleTip('c', { ...usd(999n), payerName: 'Vic' }),
      sampleTip('d', { ...usd(9_007_199_254_740_993n), payerId: 'ida', payerName: 'Ida \u{1f451}' }),
      sampleTip('e', { ...usd(5000n), payerId: 'ida', isAnonymous: true, payerName: 'Ida' }),
      sampleTip('f', { ...usd(5000n), payerId: 'una', isAnonymous: true }),
      sampleTip('g', { amount: { amount: 70n, currency: 'EUR' } }),
      sampleTip('h', { ...usd(7000n), creatorId: 'noa' }),
    ])
    const lines = [
      { payerId: 'ida', payerName: 'Ida \u{1f451}', amount: 9_007_199_254_740_993n, tips: 1 },
      { payerId: 'bob', payerName: 'Bob', amount: 1000n, tips: 3 },
      { payerId: 'vic', payerName: 'Vic', amount: 999n, tips: 1 },
    ]
    const query = { creatorId: 'ava', currency: 'USD' }
    assertEqual(await tips.leaderboard({ ...query, limit: 10 }), lines, 'dollars')
    assertEqual(await tips.leaderboard({ ...query, limit: 2 }), lines.slice(0, 2), 'two lines')
    const euros = [{ payerId: 'vic', payerName: null, amount: 70n, tips: 1 }]
    assertEqual(await tips.leaderboard({ ...query, currency: 'EUR', limit: 10 }), euros, 'euros')
    assertEqual(await board(tips, { creatorId: 'noa' }), ['vic 7000 1'], 'another creator')
    assertEqual(await board(tips, { creatorId: 'nobody' }), [], 'nobody')
  })

  it('takes refunds off, and leaves out who has nothing left', async ({ tips }) => {
    const given = [sampleTip('a', { goalId: 'goal' }), sampleTip('b', { payerId: 'bob', goalId: 'goal' })]
    await payAll(tips, given)
    const refund = (index: number, amount: bigint) => {
      const { tip } = completionOf(given[index] ?? sampleTip('none'))
      const { id, chargeRef = '' } = tip
      const one = {
        id: `r${id}`,
        ref: `re_${id}`,
        chargeRef,
        amount,
        status: 'succeeded',
        createdAt: at,
      } as const
      return changeOf(tip, { refunds: [one], refundedTotal: amount })
    }
    await tips.commit([refund(0, 300n), refund(1, 1000n)], at)
    assertEqual(await board(tips), ['vic 700 1'], 'the leaderboard')
    assertEqual(await tips.goalTotal(goal), 700n, 'the goal')
  })

  it('shows the newest name of a payer, in whichever order tips were paid and refunded', async ({ tips }) => {
    const named = (id: string, seconds: number, payerName?: string) =>
      sampleTip(id, { createdAt: later(seconds), ...(payerName === undefined ? {} : { payerName }) })
    const given = [named('b', 20, 'Ann'), named('a', 10, 'Zoe'), named('c', 30)]
    await createAll(tips, given)
    for (const tip of given) await tips.commit([completionOf(tip)], at)
    const show = async () => (await tips.leaderboard({ creatorId: 'ava', currency: 'USD', limit: 10 }))[0]
    const line = { payerId: 'vic', payerName: 'Ann', amount: 3000n, tips: 3 }
    assertEqual(await show(), line, 'paid in another order')
    const { tip } = completionOf(given[1] ?? sampleTip('none'))
    await tips.commit([changeOf(tip, { refundedTotal: 400n }, { transfers: [] })], at)
    const less = { ...line, amount: 2600n }
    assertEqual(await show(), less, 'after a refund of the first')
  })

  it('keeps the newest name of a payer through compaction', async ({ tips }) => {
    const named = (id: string, seconds: number, payerName: string) =>
      sampleTip(id, { createdAt: later(seconds), payerName })
    const show = async () => (await tips.leaderboard({ creatorId: 'ava', currency: 'USD', limit: 10 }))[0]
    await payAll(tips, [named('b', 20, 'Ann'), named('a', 10, 'Zoe')])
    await tips.compactTallies({ limit: 100 })
    const line = { payerId: 'vic', payerName: 'Ann', amount: 2000n, tips: 2 }
    assertEqual(await show(), line, 'after compaction')
    await payAll(tips, [named('c', 15, 'Zoe'), named('d', 40, 'Mia'), named('e', 30, 'Zoe')])
    await tips.compactTallies({ limit: 100 })
    const next = { ...line, payerName: 'Mia', amount: 5000n, tips: 5 }
    assertEqual(await show(), next, 'after the next one')
  })

  it('ranks within days, the first and the last included, and within a stream', async ({ tips }) => {
    const on = (day: number, streamId?: string) => ({
      ...{ createdAt: days(day), ...usd(BigInt(10 ** day)) },
      ...(streamId === undefined ? {} : { streamId }),
    })
    await payAll(tips, [
      sampleTip('a', on(0, 's1')),
      sampleTip('b', on(1, 's1')),
      sampleTip('c', on(2, 's2')),
      sampleTip('d', on(3)),
    ])
    const within = (from: number, to: number) => ({
      from: days(from).slice(0, 10),
      to: days(to).slice(0, 10),
    })
    assertEqual(await board(tips), ['vic 1111 4'], 'all')
    assertEqual(await board(tips, { days: within(1, 2) }), ['vic 110 2'], 'two days')
    assertEqual(await board(tips, { days: within(4, 9) }), [], 'other days')
    assertEqual(await board(tips, { streamId: 's1' }), ['vic 11 2'], 'a stream')
    assertEqual(await board(tips, { streamId: 's1', days: within(1, 3) }), ['vic 10 1'], 'both')
  })

  it('keeps a creator’s goal, and the sums of goals that were before it', async ({ tips }) => {
    assertEqual(await tips.getGoal('ava'), null, 'no goal')
    await tips.putGoal('ava', goal)
    assertEqual(await tips.getGoal('ava'), { goal, announcedLevel: 0 }, 'the goal')
    await payAll(tips, [
      sampleTip('a', { goalId: 'goal', ...usd(9_007_199_254_740_993n) }),
      sampleTip('b', { goalId: 'goal', isAnonymous: true, ...usd(2n) }),
      sampleTip('c', { goalId: 'next', ...usd(50n) }),
      sampleTip('d', { goalId: 'goal', creatorId: 'noa' }),
      sampleTip('e'),
    ])
    const next: Goal = { ...goal, id: 'next', kind: 'resetting', targets: [50n], createdAt: later(1) }
    await tips.announceGoal(goal, 0, 1, [])
    await tips.putGoal('ava', next)
    assertEqual(await tips.getGoal('ava'), { goal: next, announcedLevel: 0 }, 'the next one')
    assertEqual(await tips.goalTotal(goal), 9_007_199_254_740_995n, 'the sum of the first')
    assertEqual(await tips.goalTotal(next), 50n, 'the sum of the next')
    assertEqual(await tips.goalTotal({ id: 'other', creatorId: 'ava' }), 0n, 'the sum of none')
    await tips.putGoal('ava', null)
    await tips.putGoal('ava', null)
    assertEqual(await tips.getGoal('ava'), null, 'none any more')
    assertEqual(await tips.goalTotal(next), 50n, 'its sum')
  })

  it('announces a level once among 20 callers, and only from the one before of the same goal', async ({
    tips,
  }) => {
    await tips.putGoal('ava', goal)
    const { id, title, kind } = goal
    const reached = (eventId: string): TipEvent => ({
      ...{ id: eventId, at, creatorId: 'ava', goal: { id, title, kind }, level: 2 },
      target: { amount: '9007199254740993', currency: 'USD' },
      type: 'goal.reached',
    })
    const answers = await Promise.all(
      times(20, (index) => tips.announceGoal(goal, 0, 2, [reached(`told${index}`)])),
    )
    assertEqual(answers.filter((isFirst) => isFirst).length, 1, 'first ones')
    assertEqual(await tips.getGoal('ava'), { goal, announcedLevel: 2 }, 'the goal')
    const outbox = await tips.claimEvents({ at, until: later(60), limit: 100 })
    const told = reached(`told${answers.indexOf(true)}`)
    assertEqual(outbox, [{ event: told, attempts: 1 }], 'the outbox')
    assertEqual(await tips.announceGoal(goal, 0, 3, [reached('x')]), false, 'from another level')
    assertEqual(await tips.announceGoal({ ...goal, id: 'x' }, 2, 3, [reached('x')]), false, 'another goal')
    assertEqual(await tips.announceGoal({ ...goal, creatorId: 'noa' }, 2, 3, []), false, 'another creator')
    assertEqual(await tips.claimEvents({ at, until: at, limit: 100 }), [], 'no further event')
    const steps = ['z', 'a', 'm'].map(reached)
    assertEqual(await tips.announceGoal(goal, 2, 5, steps), true, 'the next levels')
    const next = await tips.claimEvents({ at, until: at, limit: 100 })
    assertEqual(
      next.map(({ event }) => event.id),
      ['z', 'a', 'm'],
      'in their order',
    )
  })

  it('shows the same sums after compaction, also while tips are paid', async ({ tips }) => {
    const payers = ['vic', 'bob', 'ida']
    const given = times(24, (index) =>
      sampleTip(`t${index}`, {
        ...{ payerId: payers[index % 3] ?? '', goalId: index % 2 ? 'goal' : 'next', ...usd(10n) },
        ...(index % 3 === 2 ? { isAnonymous: true } : { payerName: 'Name' }),
        ...(index % 4 ? { streamId: 's1' } : { createdAt: days(1) }),
      }),
    )
    await payAll(tips, given.slice(0, 12))
    const show = async () => ({
      all: await tips.leaderboard({ creatorId: 'ava', currency: 'USD', limit: 10 }),
      stream: await board(tips, { streamId: 's1' }),
      day: await board(tips, { days: { from: '2026-03-03', to: '2026-03-03' } }),
      goals: await Promise.all([goal, { ...goal, id: 'next' }].map((one) => tips.goalTotal(one))),
    })
    const before = await show()
    const compacted = await Promise.all(times(3, () => tips.compactTallies({ limit: 100 })))
    assert(
      compacted.every((count) => count >= 0),
      'counts',
    )
    assertEqual(await show(), before, 'after compaction')
    await createAll(tips, given.slice(12))
    await Promise.all([
      ...given.slice(12).map((tip) => tips.commit([completionOf(tip)], at)),
      ...times(3, () => tips.compactTallies({ limit: 5 })),
    ])
    await tips.compactTallies({ limit: 100 })
    assertEqual(await board(tips), ['bob 80 8', 'vic 80 8'], 'at the end')
    assertEqual((await show()).goals, [120n, 120n], 'the goals at the end')
  })
}
