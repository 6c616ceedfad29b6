import type { Alert } from '../alert.ts'
import { publicTip } from '../tip-event.ts'
import type { StoreTest } from './describe-tip-store.ts'
import { assert, assertEqual } from './runner.ts'
import { at, completion, later, sampleTip } from './sample-tip.ts'

function sampleAlert(id: string, creatorId = 'ava', time = at): Omit<Alert, 'seq'> {
  const tip = publicTip(sampleTip(id))
  return { id, creatorId, at: time, body: { type: 'tip', tip, isTest: false } }
}

const ids = (alerts: readonly Alert[]) => alerts.map(({ id }) => id)

/** What creators set: menus, blocks, alerts. */
export function describeCreators(it: StoreTest): void {
  it('keeps a menu in its order', async ({ tips }) => {
    assertEqual(await tips.getMenu('ava'), [], 'at first')
    const menu = ['b', 'a', 'c'].map((id, index) => ({
      ...{ id, title: `“Sing” ${id} 🎤` },
      price: { amount: 9_007_199_254_740_993n + BigInt(index), currency: 'USD' },
    }))
    await tips.putMenu('ava', menu)
    assertEqual(await tips.getMenu('ava'), menu, 'to the last field')
    assertEqual(await tips.getMenu('noa'), [], 'of another creator')
    await tips.putMenu('ava', [])
    assertEqual(await tips.getMenu('ava'), [], 'emptied')
  })

  it('blocks and unblocks a payer for one creator, and pages by id', async ({ tips }) => {
    for (const payer of ['d', 'b', 'a', 'c']) await tips.block('ava', payer, at)
    await tips.block('ava', 'b', later(60))
    await tips.block('noa', 'x', at)
    await tips.unblock('ava', 'c')
    await tips.unblock('ava', 'nobody')
    const first = await tips.listBlocked('ava', { limit: 2 })
    assertEqual(
      first,
      ['a', 'b'].map((payerId) => ({ payerId, blockedAt: at })),
      'since when they are',
    )
    assertEqual(
      (await tips.listBlocked('ava', { limit: 2, after: 'b' })).map(({ payerId }) => payerId),
      ['d'],
      'the rest',
    )
  })

  it('keeps how alerts are shown', async ({ tips }) => {
    assertEqual(await tips.getAlertSettings('ava'), null, 'at first')
    const settings = {
      ...{ creatorId: 'ava', tokenDigest: 'f'.repeat(64), showSeconds: 8 },
      minimums: { USD: 300n, JPY: 9_007_199_254_740_993n },
    }
    await tips.putAlertSettings(settings)
    await tips.putAlertSettings({ ...settings, creatorId: 'noa', minimums: {} })
    assertEqual(await tips.getAlertSettings('ava'), settings, 'to the last field')
    await tips.putAlertSettings({ ...settings, tokenDigest: '0'.repeat(64) })
    assertEqual((await tips.getAlertSettings('ava'))?.tokenDigest, '0'.repeat(64), 'the newest')
  })

  it('numbers alerts in the order in which they can be seen, each once', async ({ tips }) => {
    assertEqual(await tips.lastAlert('ava'), 0, 'at first')
    let [last, isDone] = [0, false]
    const seen: string[] = []
    const watch = async () => {
      while (!isDone) {
        for (const alert of await tips.listAlerts('ava', last, 3)) {
          assert(alert.seq > last, 'numbers grow')
          last = alert.seq
          seen.push(alert.id)
        }
      }
    }
    const watching = watch()
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        tips.addAlerts([sampleAlert(`a${index}`), sampleAlert(`b${index}`, 'noa'), sampleAlert(`a${index}`)]),
      ),
    )
    await tips.addAlerts([sampleAlert('a3'), sampleAlert('last')])
    isDone = true
    await watching
    seen.push(...ids(await tips.listAlerts('ava', last, 100)))
    const all = await tips.listAlerts('ava', 0, 100)
    assertEqual(seen, ids(all), 'who watched has seen all, in their order')
    assertEqual(new Set(seen).size, 21, 'each once')
    assertEqual(all.at(-1), { ...sampleAlert('last'), seq: await tips.lastAlert('ava') }, 'the newest')
    assertEqual((await tips.listAlerts('noa', 0, 100)).length, 20, 'of another creator')
  })

  it('removes old events of the inbox and old alerts, and keeps tips and books', async ({ tips, ledger }) => {
    for (const [id, second] of [
      ['old', 0],
      ['new', 100],
    ] as const) {
      const tip = sampleTip(id)
      await tips.create(tip, [], at)
      await tips.commit([completion(tip)], later(second))
      await tips.addAlerts([sampleAlert(id, 'ava', later(second))])
    }
    assertEqual(await tips.prune({ before: later(100) }), 2, 'an event and an alert')
    const event = (id: string) => ({ gateway: 'stripe', id: `evt_${id}`, type: 'x' })
    const loaded = await tips.load(['old', 'new'].map((id) => ({ tipId: id, event: event(id) })))
    assertEqual(
      loaded.map(({ tip, isSeen }) => [tip?.status, isSeen]),
      [
        ['completed', false],
        ['completed', true],
      ],
      'the newer event',
    )
    assertEqual(ids(await tips.listAlerts('ava', 0, 10)), ['new'], 'the newer alert')
    assert((await ledger.get('completion:old')) !== null, 'the books stay')
    assertEqual(await tips.prune({ before: later(100) }), 0, 'nothing is left to remove')
  })
}
