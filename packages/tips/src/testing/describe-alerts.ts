import type { Alert } from '../alert.ts'
import { publicTip } from '../tip-event.ts'
import type { StoreTest } from './describe-tip-store.ts'
import { assert, assertEqual } from './runner.ts'
import { at, completionOf, createAll, idsOf, later, read, sampleTip, seen, times } from './sample-tip.ts'

const alertOf = (id: string, overrides: Partial<Alert> = {}): Omit<Alert, 'seq'> => ({
  ...{ id, creatorId: 'ava', at },
  body: { type: 'tip', tip: publicTip(sampleTip(id, { message: 'hi \u{1f3ad}' })), isTest: false },
  ...overrides,
})

/** Feeds of alerts, and what is forgotten in time. */
export function describeAlerts(it: StoreTest): void {
  it('numbers a creator’s alerts in their order, and passes over those that are there', async ({ tips }) => {
    assertEqual(await tips.lastAlert('ava'), 0, 'before the first')
    const given = ['c', 'a', 'b'].map((id, index) => alertOf(id, { at: later(index) }))
    await tips.addAlerts(given.slice(0, 2))
    const repeated = { ...alertOf('a'), at: later(50) }
    await tips.addAlerts([repeated, given[2] ?? repeated, repeated])
    await tips.addAlerts([])
    const feed = await tips.listAlerts('ava', 0, 10)
    const numbers = feed.map(({ seq }) => seq)
    assertEqual(
      feed,
      given.map((alert, index) => ({ ...alert, seq: numbers[index] })),
      'the feed',
    )
    assert(
      numbers.every((seq, index) => seq > (numbers[index - 1] ?? 0)),
      `the numbers do not grow: ${numbers}`,
    )
    assertEqual(await tips.lastAlert('ava'), numbers[2], 'the last number')
  })

  it('lists the alerts behind a number, and those of one creator', async ({ tips }) => {
    const ofNoa = alertOf('a', { creatorId: 'noa' })
    await tips.addAlerts([alertOf('a'), ofNoa, alertOf('b'), alertOf('c'), alertOf('d')])
    const [first] = await tips.listAlerts('ava', 0, 1)
    assertEqual(first?.id, 'a', 'the first')
    assertEqual(idsOf(await tips.listAlerts('ava', first?.seq ?? 0, 2)), ['b', 'c'], 'two behind it')
    assertEqual(await tips.listAlerts('ava', await tips.lastAlert('ava'), 10), [], 'behind the last')
    const feed = await tips.listAlerts('noa', 0, 10)
    assertEqual(feed, [{ ...ofNoa, seq: feed[0]?.seq }], 'of another creator')
    assertEqual(await tips.lastAlert('nobody'), 0, 'of nobody')
  })

  it('never shows a number below one that has been shown', async ({ tips }) => {
    const adding = Promise.all(
      times(24, (index) => tips.addAlerts([alertOf(`a${index}`), alertOf(`b${index}`)])),
    )
    let isDone = false
    const done = adding.finally(() => {
      isDone = true
    })
    const shown: string[] = []
    for (let last = 0; ; ) {
      const wasDone = isDone
      const feed = await tips.listAlerts('ava', last, 100)
      shown.push(...idsOf(feed))
      last = feed.at(-1)?.seq ?? last
      if (wasDone) break
    }
    await done
    assertEqual(shown.length, 48, 'alerts that were shown behind the ones before')
    assertEqual(new Set(shown).size, 48, 'each once')
  })

  it('adds an alert once among 20 callers', async ({ tips }) => {
    await Promise.all(times(20, () => tips.addAlerts([alertOf('a')])))
    assertEqual(idsOf(await tips.listAlerts('ava', 0, 10)), ['a'], 'the feed')
  })

  it('forgets inbox events and alerts of before a time, and neither tips nor books', async (stores) => {
    const { tips, ledger } = stores
    const given = ['a', 'b', 'c'].map((id) => sampleTip(id))
    await createAll(tips, given)
    for (const [index, tip] of given.entries()) await tips.commit([completionOf(tip)], later(index))
    await tips.addAlerts(given.map(({ id }, index) => alertOf(id, { at: later(index) })))
    const last = await tips.lastAlert('ava')
    assertEqual(await tips.prune({ before: later(0) }), 0, 'nothing is older')
    assertEqual(await tips.prune({ before: later(2) }), 4, 'rows')
    assertEqual(await tips.prune({ before: later(2) }), 0, 'rows of the second time')
    assertEqual(await seen(tips, ['evt_a', 'evt_b', 'evt_c']), [false, false, true], 'the inbox')
    assertEqual(idsOf(await tips.listAlerts('ava', 0, 10)), ['c'], 'the alerts')
    for (const tip of given) assertEqual(await read(tips, tip.id), completionOf(tip).tip, 'a tip')
    assertEqual((await ledger.audit()).transfers, 3, 'transfers')
    assertEqual((await tips.claimEvents({ at: later(9), until: at, limit: 10 })).length, 3, 'the outbox')
    await tips.prune({ before: later(100) })
    await tips.addAlerts([alertOf('new', { at: later(100) })])
    const [alert] = await tips.listAlerts('ava', last, 10)
    assertEqual(alert?.id, 'new', 'an alert behind those that were forgotten')
  })
}
