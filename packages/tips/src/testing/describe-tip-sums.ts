import type { Goal } from '../goal.ts'
import type { Tally } from '../tally.ts'
import type { TipStore } from '../tip-store.ts'
import type { StoreTest } from './describe-tip-store.ts'
import { assertEqual } from './runner.ts'
import { at, later, nextTip, plainChange, sampleEvent, sampleTip } from './sample-tip.ts'

const goal: Goal = {
  ...{ id: 'g1', creatorId: 'ava', title: 'A “new” 🎸', kind: 'stepped', currency: 'USD', createdAt: at },
  targets: [1000n, 9_007_199_254_740_993n],
}

let count = 0

/** Adds to the sums, by the only way there is. */
async function tally(tips: TipStore, change: Partial<Tally>): Promise<void> {
  const tip = sampleTip(`tally-${++count}`)
  await tips.create(tip, [], at)
  const plain: Tally = {
    ...{
      creatorId: 'ava',
      day: '2026-03-02',
      streamId: null,
      goalId: null,
      payerId: 'vic',
      payerName: 'Vic',
    },
    ...{ currency: 'USD', amount: 1000n, tips: 1 },
  }
  await tips.commit([plainChange(nextTip(tip), { tally: { ...plain, ...change } })], at)
}

/** Goals and leaderboards. */
export function describeTipSums(it: StoreTest): void {
  it('keeps one goal of a creator, and the sums of those before', async ({ tips }) => {
    assertEqual(await tips.getGoal('ava'), null, 'at first')
    await tips.putGoal('ava', goal)
    assertEqual(await tips.getGoal('ava'), { goal, announcedLevel: 0 }, 'to the last field')
    await tally(tips, { goalId: 'g1' })
    await tally(tips, { goalId: 'g1', amount: -400n, tips: 0 })
    await tally(tips, { goalId: 'g2', amount: 7n })
    await tally(tips, { goalId: 'g1', creatorId: 'noa' })
    assertEqual(await tips.goalTotal(goal), 600n, 'its sum')
    await tips.putGoal('ava', { ...goal, id: 'g2' })
    assertEqual((await tips.getGoal('ava'))?.goal.id, 'g2', 'the next')
    assertEqual(await tips.goalTotal(goal), 600n, 'the sum of the first stays')
    await tips.putGoal('ava', null)
    assertEqual(await tips.getGoal('ava'), null, 'none')
    assertEqual(await tips.goalTotal({ id: 'g9', creatorId: 'ava' }), 0n, 'of no goal')
  })

  it('announces a level for one of those who raise it at once', async ({ tips }) => {
    await tips.putGoal('ava', goal)
    const reached = (caller: number) => [sampleEvent(sampleTip('t'), `reached ${caller}`)]
    const raise = (caller: number) => tips.announceGoal(goal, 0, 1, reached(caller))
    const results = await Promise.all(Array.from({ length: 20 }, (_, caller) => raise(caller)))
    assertEqual(results.filter(Boolean).length, 1, 'one has raised it')
    const told = await tips.claimEvents({ at, until: later(60), limit: 100 })
    const events = told.map(({ event }) => event.id)
    assertEqual(events, [`reached ${results.indexOf(true)}`], 'and has told it')
    assertEqual((await tips.getGoal('ava'))?.announcedLevel, 1, 'the level')
    assertEqual(await tips.announceGoal({ ...goal, id: 'g2' }, 1, 2, []), false, 'of another goal')
    assertEqual(await tips.announceGoal({ ...goal, creatorId: 'noa' }, 0, 1, []), false, 'of no goal')
    assertEqual(await tips.announceGoal(goal, 1, 3, []), true, 'several at once')
  })

  it('ranks payers by what they gave, by period and by stream, without the anonymous', async ({ tips }) => {
    await tally(tips, { payerName: 'Old name' })
    await tally(tips, { payerName: 'Vic', day: '2026-03-05', amount: 500n, streamId: 's1' })
    await tally(tips, { payerId: 'sam', payerName: null, amount: 1500n })
    await tally(tips, { payerId: 'eve', payerName: 'Eve', amount: 300n })
    await tally(tips, { payerId: 'eve', payerName: 'Eve', amount: -300n, tips: -1 })
    await tally(tips, { payerId: null, payerName: null, amount: 99_999n })
    await tally(tips, { currency: 'EUR', amount: 88_888n })
    await tally(tips, { creatorId: 'noa', amount: 77_777n })
    const vic = { payerId: 'vic', payerName: 'Vic', amount: 1500n, tips: 2 }
    const sam = { payerId: 'sam', payerName: null, amount: 1500n, tips: 1 }
    const board = (query: object, limit = 10) =>
      tips.leaderboard({ creatorId: 'ava', currency: 'USD', limit, ...query })
    for (const round of ['as added', 'after they were added up', 'once more']) {
      assertEqual(await board({}), [sam, vic], `all, equals by id, ${round}`)
      assertEqual(await board({}, 1), [sam], `the first, ${round}`)
      const days = { from: '2026-03-03', to: '2026-03-05' }
      const later = [{ ...vic, amount: 500n, tips: 1 }]
      assertEqual(await board({ days }), later, `of days, the last included, ${round}`)
      assertEqual(await board({ streamId: 's1' }), later, `of a stream, ${round}`)
      assertEqual(await board({ streamId: 's1', days: { from: '2026-03-01', to: '2026-03-04' } }), [], round)
      while ((await tips.compactTallies({ limit: 2 })) > 0) {}
    }
    await tally(tips, {})
    assertEqual((await board({}))[0], { ...vic, amount: 2500n, tips: 3 }, 'and goes on from there')
  })

  it('loses nothing that is added while sums are added up', async ({ tips }) => {
    const adding = Array.from({ length: 30 }, () => tally(tips, { goalId: 'g1' }))
    const compacting = Array.from({ length: 6 }, () => tips.compactTallies({ limit: 10 }))
    await Promise.all([...adding, ...compacting])
    while ((await tips.compactTallies({ limit: 10 })) > 0) {}
    assertEqual(await tips.goalTotal(goal), 30_000n, 'the sum')
  })
}
