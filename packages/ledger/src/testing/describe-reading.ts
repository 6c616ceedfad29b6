import type { BookedEntry, EntryPosition, LedgerStore, ListEntriesQuery } from '../ledger-store.ts'
import type { StoreTest } from './describe-ledger-store.ts'
import { assert, assertEqual } from './runner.ts'
import { at, later, sampleEarning } from './sample-earning.ts'

const names = (entries: readonly BookedEntry[]) =>
  entries.map((entry) => `${entry.reference?.slice(4)}.${entry.position}`)

async function walk(store: LedgerStore, query: Omit<ListEntriesQuery, 'limit'>, add?: () => Promise<void>) {
  const seen: string[] = []
  for (let after: EntryPosition | undefined; ; ) {
    const page = await store.listEntries({ ...query, limit: 3, ...(after ? { after } : {}) })
    seen.push(...names(page))
    after = page.at(-1)
    if (page.length < 3) return seen
    await add?.()
  }
}

/** Lists, totals and snapshots. */
export function describeReading(it: StoreTest): void {
  it('lists an owner’s entries with all that their transfer says', async (store) => {
    const [posted] = await store.post([sampleEarning('t1')], later(1))
    const { entries, ...transfer } = posted?.transfer ?? sampleEarning('t1')
    const listed = await store.listEntries({ owner: 'ava', order: 'oldest', limit: 10 })
    assertEqual(
      listed,
      [1, 2].map((position) => ({ ...transfer, ...entries[position], position })),
      'of the creator',
    )
  })

  it('pages newest first and oldest first, stable while transfers are added and times are equal', async (store) => {
    const post = (id: string, second: number) => store.post([sampleEarning(id)], later(second))
    await post('b', 5)
    await post('c', 5)
    await post('a', 1)
    await post('d', 9)
    const oldest = ['a.1', 'a.2', 'b.1', 'b.2', 'c.1', 'c.2', 'd.1', 'd.2']
    assertEqual(await walk(store, { owner: 'ava', order: 'oldest' }), oldest, 'oldest first')
    let added = 0
    const add = async () => void (await post(`new${added++}`, 20))
    assertEqual(await walk(store, { owner: 'ava', order: 'newest' }, add), [...oldest].reverse(), 'newest')
  })

  it('filters by account, currency and time, the end left out', async (store) => {
    await store.post([sampleEarning('a')], later(1))
    await store.post([sampleEarning('b', { paid: { amount: 900n, currency: 'EUR' } })], later(2))
    await store.post([sampleEarning('c')], later(3))
    const list = async (query: Partial<ListEntriesQuery>) =>
      names(await store.listEntries({ owner: 'ava', order: 'oldest', limit: 100, ...query }))
    assertEqual(await list({ accounts: ['creator_pending'] }), ['a.1', 'b.1', 'c.1'], 'pending')
    assertEqual(await list({ accounts: ['creator_pending', 'platform_revenue'] }), await list({}), 'both')
    assertEqual(await list({ accounts: [] }), [], 'no account')
    assertEqual(await list({ currency: 'EUR' }), ['b.1', 'b.2'], 'euros')
    assertEqual(await list({ from: later(2), to: later(3) }), ['b.1', 'b.2'], 'a second')
    assertEqual(await list({ owner: 'nobody' }), [], 'of nobody')
  })

  it('gives the totals of entries before a time', async (store) => {
    for (const second of [1, 2, 3]) await store.post([sampleEarning(`t${second}`)], later(second))
    const before = async (second: number) =>
      (await store.totals({ owner: 'ava', at, before: later(second) })).totals
        .map(({ amount }) => amount)
        .sort()
    assertEqual(await before(1), [], 'before the first')
    assertEqual(await before(3), [1700n, 300n], 'before the third')
  })

  it('shows the same totals after snapshots, and goes on from them', async (store) => {
    const creators = ['ava', 'noa']
    const show = async () =>
      JSON.stringify(
        await Promise.all(creators.map((owner) => store.totals({ owner, at }))),
        (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value),
      )
    const sorted = (text: string) => text.split(/[{}]/).sort().join()
    for (let round = 0; round < 6; round++) {
      await store.post(
        creators.map((creatorId) => sampleEarning(`${creatorId}${round}`, { creatorId })),
        at,
      )
      if (round % 2 === 0) continue
      const before = await show()
      await Promise.all([1, 2, 3].map(() => store.takeSnapshots({ minTail: 2, limit: 3 })))
      assertEqual(sorted(await show()), sorted(before), `totals in round ${round}`)
    }
    const { totals } = await store.totals({ owner: 'ava', at })
    assertEqual(totals.map(({ amount }) => amount).sort(), [5100n, 900n], 'at the end')
  })

  it('counts what it audits', async (store) => {
    assertEqual(await store.audit(), { transfers: 0, entries: 0, fault: null, seals: [] }, 'empty books')
    await store.post([sampleEarning('a'), sampleEarning('b')], at)
    assertEqual(await store.audit(), { transfers: 2, entries: 6, fault: null, seals: [] }, 'two transfers')
  })

  it('seals what was booked before a time: the same while it is, and another when anything is', async (store) => {
    const seals = async (...seconds: number[]) =>
      (await store.audit({ sealBefore: seconds.map((second) => later(second)) })).seals
    const [none] = await seals(1)
    assertEqual([none?.before, none?.transfers], [later(1), 0], 'of empty books')
    await store.post([sampleEarning('a'), sampleEarning('b')], later(1))
    const [before, after] = await seals(1, 2)
    assertEqual(before, none, 'of nothing')
    assertEqual([after?.before, after?.transfers], [later(2), 2], 'of two')
    await store.post([sampleEarning('c')], later(2))
    await store.mature({ at: later(8 * 86_400), limit: 10 })
    await store.takeSnapshots({ minTail: 2, limit: 10 })
    assertEqual(await seals(2), [after], 'when more was booked')
    const [larger] = await seals(3)
    assert(larger?.transfers === 3 && larger.digest !== after?.digest, 'of three')
    await store.post([sampleEarning('late')], later(1))
    assert((await seals(2))[0]?.digest !== after?.digest, 'when one was added to what was sealed')
  })
}
