import type { TipEvent } from '../tip-event.ts'
import type { TipStore } from '../tip-store.ts'
import type { StoreTest } from './describe-tip-store.ts'
import { assertEqual } from './runner.ts'
import { at, changeOf, completionOf, createAll, idsOf, later, sampleTip, times } from './sample-tip.ts'

/** Stores tips that are due one second after the other, in an order of their own. */
async function createDue(store: TipStore, count: number): Promise<void> {
  const indexes = [...times(count, (index) => index)].sort((left, right) => (left % 3) - (right % 3))
  await Promise.all(indexes.map((index) => store.create(sampleTip(`t${index}`), [], later(index))))
}

/** Puts events into the outbox that are told `at`, one commit each. */
async function enqueue(store: TipStore, count: number): Promise<void> {
  const tips = times(count, (index) => sampleTip(`t${index}`))
  await createAll(store, tips)
  for (const tip of tips) await store.commit([completionOf(tip)], at)
}

const due = async (store: TipStore, second: number, limit = 100, until = second + 60) =>
  idsOf(await store.claimDue({ at: later(second), until: later(until), limit }))

const claimed = async (store: TipStore, second: number, limit = 100, until = second + 60) =>
  (await store.claimEvents({ at: later(second), until: later(until), limit })).map(
    ({ event, attempts }) => `${event.id} ${attempts}`,
  )

/** What servers take turns at: tips to look at, and events to tell. */
export function describeDelivering(it: StoreTest): void {
  it('hands tips out when their time has come, and again at the time that was set', async ({ tips }) => {
    await createDue(tips, 2)
    assertEqual(await due(tips, -0.001), [], 'too early')
    assertEqual(await due(tips, 0), ['t0'], 'the first')
    assertEqual(await due(tips, 30), ['t1'], 'the second')
    assertEqual(await due(tips, 59.999), [], 'too early for the first again')
    assertEqual(await due(tips, 60, 100, 300), ['t0'], 'the first again')
    assertEqual(await due(tips, 299), ['t1'], 'the second again')
    assertEqual((await due(tips, 500)).length, 2, 'both')
  })

  it('hands out first what is due for the longest time', async ({ tips }) => {
    await createDue(tips, 8)
    const rounds = [await due(tips, 60, 3), await due(tips, 60, 3), await due(tips, 60, 3)]
    assertEqual(
      rounds.map((round) => [...round].sort()),
      [
        ['t0', 't1', 't2'],
        ['t3', 't4', 't5'],
        ['t6', 't7'],
      ],
      'rounds of three',
    )
  })

  it('hands a tip to one of many servers', async ({ tips }) => {
    await createDue(tips, 24)
    const answers = await Promise.all(times(8, () => due(tips, 60, 4)))
    const rest = await due(tips, 60)
    const all = [...answers.flat(), ...rest]
    assertEqual(new Set(all).size, all.length, 'some were handed out twice')
    assertEqual(all.length, 24, 'some were not handed out')
  })

  it('looks at a changed tip when its change says', async ({ tips }) => {
    const [a, b] = [sampleTip('a'), sampleTip('b')]
    await createAll(tips, [a, b])
    const [open, done] = [changeOf(a, {}, { checkAt: later(90) }), changeOf(b, {})]
    await tips.commit([open, done], at)
    assertEqual(await due(tips, 89), [], 'before')
    assertEqual(await tips.claimDue({ at: later(90), until: later(99), limit: 9 }), [open.tip], 'then')
    const again = changeOf(done.tip, {}, { checkAt: later(10) })
    await tips.commit([again], at)
    assertEqual(await due(tips, 10), ['b'], 'one that was not to be looked at any more')
  })

  it('postpones a tip in the version that was meant, and no other one', async ({ tips }) => {
    const tip = sampleTip('t1')
    await createAll(tips, [tip])
    await tips.postpone('t1', 1, later(30))
    assertEqual(await due(tips, 29), [], 'before')
    assertEqual(await due(tips, 30), ['t1'], 'then')
    await tips.commit([changeOf(tip, {}, { checkAt: later(40) })], at)
    await tips.postpone('t1', 1, later(1))
    await tips.postpone('t1', 3, later(1))
    await tips.postpone('unknown', 1, later(1))
    assertEqual(await due(tips, 39), [], 'other versions')
    await tips.postpone('t1', 1, null)
    await tips.postpone('t1', 3, null)
    assertEqual(await due(tips, 40), ['t1'], 'at the time of its version')
    await tips.postpone('t1', 2, null)
    assertEqual(await due(tips, 1000), [], 'never')
    await tips.postpone('t1', 2, later(50))
    assertEqual(await due(tips, 50), ['t1'], 'at a time after all')
  })

  it('hands events out oldest first, and again at the time that was set', async ({ tips }) => {
    await enqueue(tips, 5)
    assertEqual(await claimed(tips, 60, 2), ['t0:completed 1', 't1:completed 1'], 'the first two')
    assertEqual(await claimed(tips, 60, 2), ['t2:completed 1', 't3:completed 1'], 'the next two')
    assertEqual(await claimed(tips, 119.999), ['t4:completed 1'], 'the last')
    const second = times(4, (index) => `t${index}:completed 2`)
    assertEqual(await claimed(tips, 120), second, 'those again that nobody has delivered')
  })

  it('keeps the order of events of one change', async ({ tips }) => {
    const tip = sampleTip('t1')
    const { events, ...change } = completionOf(tip)
    const [event] = events
    const told = ['z', 'a', 'm'].flatMap((id): readonly TipEvent[] => (event ? [{ ...event, id }] : []))
    await createAll(tips, [tip])
    await tips.commit([{ ...change, events: told }], at)
    assertEqual(await claimed(tips, 0), ['z 1', 'a 1', 'm 1'], 'the outbox')
  })

  it('forgets events that were delivered, and lets others be claimed again from a time on', async ({
    tips,
  }) => {
    await enqueue(tips, 3)
    await claimed(tips, 0, 3)
    await tips.removeEvents(['t0:completed', 'unknown'])
    await tips.removeEvents([])
    await tips.releaseEvent('t1:completed', later(10))
    await tips.releaseEvent('t0:completed', later(10))
    assertEqual(await claimed(tips, 9.999), [], 'before')
    assertEqual(await claimed(tips, 10), ['t1:completed 2'], 'then')
    assertEqual(await claimed(tips, 60), ['t2:completed 2'], 'the one that was not released')
  })

  it('hands an event to one of many servers', async ({ tips }) => {
    await enqueue(tips, 12)
    const answers = await Promise.all(times(8, () => claimed(tips, 0, 3)))
    const all = [...answers.flat(), ...(await claimed(tips, 0))]
    assertEqual(new Set(all).size, all.length, 'some were handed out twice')
    assertEqual(all.length, 12, 'some were not handed out')
  })
}
