import type { PaywallStore } from '../paywall-store.ts'
import { describeOffers } from './describe-offers.ts'
import { describeSales } from './describe-sales.ts'
import { assertSame, type TestRunner } from './runner.ts'
import { minute, sampleAudit, sampleChange, sampleEvent, sampleGrant, sampleRevocation } from './samples.ts'

/** The store that is to be proved. */
export interface PaywallStoreSetup {
  readonly name: string
  /** A store with nothing in it, for each test. */
  readonly createStore: () => Promise<PaywallStore> | PaywallStore
}

/** The contract of {@link PaywallStore} as tests. */
export function describePaywallStore(
  { describe, it }: TestRunner,
  { name, createStore }: PaywallStoreSetup,
): void {
  const query = { userId: 'vic', streamId: 'show', creatorId: 'ava' }
  const check = (title: string, body: (store: PaywallStore) => Promise<void>) =>
    it(title, async () => body(await createStore()))
  const entriesOf = async (store: PaywallStore, given: Partial<typeof query> = {}) =>
    (await store.loadAccess([{ ...query, ...given }]))[0]?.entries ?? []

  describe(`the paywall store ${name}`, () => {
    describeOffers(check)
    describeSales(check)

    describe('entries', () => {
      check('stores an entry once, with its audit record and event', async (store) => {
        const change = (id: string) =>
          sampleChange({ entries: [sampleGrant()], audit: [sampleAudit(id)], events: [sampleEvent(id)] })
        assertSame(await store.commit(change('1')), 'committed', 'the first')
        assertSame(await store.commit(change('2')), 'unchanged', 'the second')
        assertSame(await store.findEntries('comp:1'), [sampleGrant()], 'entries')
        assertSame(
          (await store.listAudit('ava', { limit: 9 })).map(({ id }) => id),
          ['1'],
          'audit',
        )
        const events = await store.claimEvents({ at: minute(1), until: minute(2), limit: 9 })
        assertSame(events, [sampleEvent('1')], 'events')
      })
      check('has one winner of fifty who store the same at once', async (store) => {
        const results = await Promise.all(
          Array.from({ length: 50 }, (_, index) =>
            store.commit(sampleChange({ entries: [sampleGrant()], audit: [sampleAudit(`a${index}`)] })),
          ),
        )
        assertSame(results.filter((result) => result === 'committed').length, 1, 'winners')
        assertSame((await store.listAudit(null, { limit: 99 })).length, 1, 'audit records')
      })
      check('keeps what it has of an entry that comes again with other times', async (store) => {
        await store.commit(sampleChange({ entries: [sampleGrant()] }))
        await store.commit(sampleChange({ entries: [sampleGrant({ endsAt: null })] }))
        assertSame(await store.findEntries('comp:1'), [sampleGrant()], 'entries')
      })
      check('loads what concerns the viewer, the stream and the creator, and nothing else', async (store) => {
        const own = [
          sampleGrant(),
          sampleGrant({ sourceRef: 'comp:2', resource: 'stream:show', endsAt: null }),
          sampleRevocation(),
        ]
        const others = [
          sampleGrant({ userId: 'wim' }),
          sampleGrant({ sourceRef: 'comp:3', resource: 'stream:other' }),
          sampleGrant({ sourceRef: 'comp:4', resource: 'creator:bo' }),
          sampleRevocation({ sourceRef: 'comp:3' }),
          sampleRevocation({ userId: 'wim' }),
        ]
        await store.commit(sampleChange({ entries: [...others, ...own] }))
        const byRef = (await entriesOf(store)).toSorted((left, right) =>
          JSON.stringify([left.kind, left.sourceRef]) < JSON.stringify([right.kind, right.sourceRef])
            ? -1
            : 1,
        )
        assertSame(byRef, own, 'entries')
        assertSame(await entriesOf(store, { userId: 'zoe' }), [], 'of a stranger')
      })
      check('answers a revocation that came before its grant', async (store) => {
        await store.commit(sampleChange({ entries: [sampleRevocation()] }))
        assertSame(await entriesOf(store), [], 'before')
        await store.commit(sampleChange({ entries: [sampleGrant()] }))
        assertSame((await entriesOf(store)).length, 2, 'afterwards')
      })
      check('lists a viewer’s entries as they were added, page by page', async (store) => {
        const entries = [1, 2, 3].map((index) => sampleGrant({ sourceRef: `comp:${index}` }))
        for (const entry of entries) await store.commit(sampleChange({ entries: [entry] }))
        const first = await store.listEntries('vic', { limit: 2 })
        const after = first.at(-1)?.position ?? 0
        const rest = await store.listEntries('vic', { after, limit: 2 })
        assertSame(
          [...first, ...rest].map(({ entry }) => entry),
          entries,
          'entries',
        )
        assertSame(rest.length, 1, 'the last page')
      })
      check(
        'answers several queries in their order, and nobody without an account anything',
        async (store) => {
          await store.commit(sampleChange({ entries: [sampleGrant({ userId: 'wim' })] }))
          const answers = await store.loadAccess([
            query,
            { ...query, userId: null },
            { ...query, userId: 'wim' },
            { ...query, userId: 'wim' },
          ])
          assertSame(
            answers.map(({ entries }) => entries.length),
            [0, 0, 1, 1],
            'entries',
          )
        },
      )
    })

    describe('bans', () => {
      const ban = { userId: 'vic', creatorId: 'ava', reason: 'spam', at: minute(0) }
      const isBanned = async (store: PaywallStore, given: Partial<typeof query> = {}) =>
        (await store.loadAccess([{ ...query, ...given }]))[0]?.isBanned

      check('keeps out of one creator’s shows, until it is taken back', async (store) => {
        assertSame(await store.commit(sampleChange({ ban })), 'committed', 'the ban')
        const again = { ...ban, reason: 'noise' }
        assertSame(
          await store.commit(sampleChange({ ban: again, audit: [sampleAudit('1')] })),
          'unchanged',
          'again',
        )
        assertSame(await store.listBans('ava', { limit: 9 }), [ban], 'the list')
        assertSame(await isBanned(store), true, 'with Ava')
        assertSame(await isBanned(store, { creatorId: 'bo' }), false, 'with Bo')
        assertSame(await isBanned(store, { userId: 'wim' }), false, 'somebody else')
        assertSame(await store.commit(sampleChange({ unban: ban })), 'committed', 'the end')
        assertSame(await store.commit(sampleChange({ unban: ban })), 'unchanged', 'the end once more')
        assertSame(await isBanned(store), false, 'afterwards')
      })
      check('keeps out of the whole platform', async (store) => {
        await store.commit(sampleChange({ ban: { ...ban, creatorId: null } }))
        assertSame(await isBanned(store, { creatorId: 'bo' }), true, 'with Bo')
        assertSame(await store.listBans('ava', { limit: 9 }), [], 'of Ava')
        assertSame((await store.listBans(null, { limit: 9 })).length, 1, 'of the platform')
      })
      check('lists bans page by page', async (store) => {
        for (const userId of ['c', 'a', 'b']) await store.commit(sampleChange({ ban: { ...ban, userId } }))
        const first = await store.listBans('ava', { limit: 2 })
        assertSame(
          first.map(({ userId }) => userId),
          ['a', 'b'],
          'the first page',
        )
        const rest = await store.listBans('ava', { afterUserId: 'b', limit: 2 })
        assertSame(
          rest.map(({ userId }) => userId),
          ['c'],
          'the second page',
        )
      })
    })

    describe('previews, audit and events', () => {
      check('begins a preview once, whoever asks', async (store) => {
        const times = await Promise.all([3, 1, 2].map((at) => store.startPreview('vic', 'show', minute(at))))
        assertSame(new Set(times).size, 1, 'times')
        const [{ previewStartedAt } = { previewStartedAt: null }] = await store.loadAccess([query])
        assertSame(previewStartedAt, times[0], 'as it is loaded')
        const [other] = await store.loadAccess([{ ...query, streamId: 'other' }])
        assertSame(other?.previewStartedAt, null, 'of another stream')
      })
      check('lists the audit log, newest first, page by page', async (store) => {
        for (const id of ['1', '2', '3']) await store.commit(sampleChange({ audit: [sampleAudit(id)] }))
        await store.commit(sampleChange({ audit: [sampleAudit('4', { creatorId: 'bo' })] }))
        const first = await store.listAudit('ava', { limit: 2 })
        assertSame(
          first.map(({ id }) => id),
          ['3', '2'],
          'the first page',
        )
        const rest = await store.listAudit('ava', { afterId: '2', limit: 2 })
        assertSame(
          rest.map(({ id }) => id),
          ['1'],
          'the second page',
        )
        assertSame(
          (await store.listAudit(null, { limit: 9 })).map(({ id }) => id),
          ['4', '3', '2', '1'],
          'all',
        )
      })
      check(
        'hands an event to one at a time, again after the lease, and never after it was removed',
        async (store) => {
          await store.commit(sampleChange({ entries: [sampleGrant()], events: [sampleEvent('e1')] }))
          const claim = (at: number) => store.claimEvents({ at: minute(at), until: minute(at + 5), limit: 9 })
          const both = await Promise.all([claim(1), claim(1)])
          assertSame(
            both.flat().map(({ id }) => id),
            ['e1'],
            'at once',
          )
          assertSame(await claim(2), [], 'during the lease')
          assertSame((await claim(6)).length, 1, 'after the lease')
          await store.removeEvents(['e1', 'unknown'])
          assertSame(await claim(60), [], 'after its removal')
        },
      )
    })
  })
}
