import type { Stream } from '../stream.ts'
import type { StreamStore } from '../stream-store.ts'
import { assert, assertEqual, type TestRunner } from './runner.ts'

/** What {@link describeStreamStore} needs to know of an implementation. */
export interface StreamStoreSuite {
  /** Names the implementation in the report. */
  readonly name: string
  /** A fresh, empty store for each test. */
  createStore(): Promise<StreamStore> | StreamStore
}

const at = '2026-01-01T00:00:00.000Z'
const later = (seconds: number) => new Date(Date.parse(at) + seconds * 1000).toISOString()

/** A stream with plain values, for tests of stores. */
export function sampleStream(overrides: Partial<Stream> = {}): Stream {
  return {
    id: 'stream1',
    creatorId: 'ava',
    title: 'A show',
    status: 'ready',
    adapterId: 'memory',
    delivery: 'hls',
    channel: null,
    decision: { publishing: 'obs', candidate: 'memory', adapterId: 'memory', reasons: [] },
    quality: 'hd',
    access: { audience: 'everyone', nested: { list: [1, 'two', null, true] } },
    recording: false,
    recordings: [],
    budget: null,
    createdAt: at,
    viewers: { current: 0, peak: 0 },
    usage: { liveMs: 0, viewerMs: 0, until: null },
    budgetReached: 0,
    session: null,
    version: 1,
    ...overrides,
  }
}

/** The contract of a {@link StreamStore} as tests. Every implementation must pass them, the one in memory included. */
export function describeStreamStore(runner: TestRunner, suite: StreamStoreSuite): void {
  const it = (name: string, body: (store: StreamStore) => Promise<void>) =>
    runner.it(name, async () => body(await suite.createStore()))
  const channel = { id: 'channel1', details: { playbackUrl: 'https://example.invalid' } }

  runner.describe(`stream store: ${suite.name}`, () => {
    it('gives back what was inserted, to the last field', async (store) => {
      const stream = sampleStream({
        channel,
        budget: { amount: '5000', currency: 'USD' },
        recording: true,
        recordings: [{ id: 'r1', key: 'a/b.mp4', startedAt: at, durationSeconds: 61.5 }],
      })
      const result = await store.insert(stream, [{ type: 'stream.created' }], at)
      assert(result.outcome === 'inserted', `insert answered ${result.outcome}`)
      assertEqual(await store.get('stream1'), { ...stream, version: 1 }, 'get after insert')
      assertEqual(await store.get('unknown'), null, 'get of an unknown id')
      const log = await store.listEvents({ streamId: 'stream1', afterSeq: 0, limit: 10 })
      assertEqual(log, [{ streamId: 'stream1', seq: 1, at, type: 'stream.created' }], 'the log')
    })

    it('does not change what it handed out when the caller changes its own copy', async (store) => {
      await store.insert(sampleStream(), [], at)
      const copy = await store.get('stream1')
      assert(copy, 'the stream is there')
      const result = await store.transition({ ...change(copy), next: { ...copy, title: 'Other' } })
      assert(result.outcome === 'applied', 'applied')
      assertEqual(copy.title, 'A show', 'the first copy')
    })

    it('answers the stored stream when the id is taken', async (store) => {
      await store.insert(sampleStream(), [], at)
      const again = await store.insert(sampleStream({ title: 'Other' }), [], at)
      assert(again.outcome === 'exists', `second insert answered ${again.outcome}`)
      assertEqual(again.stream.title, 'A show', 'the stored title')
    })

    it('keeps a creator to one open stream, among 50 callers at once too', async (store) => {
      const inserts = Array.from({ length: 50 }, (_, index) =>
        store.insert(sampleStream({ id: `s${index}` }), [{ type: 'stream.created' }], at),
      )
      const outcomes = (await Promise.all(inserts)).map((result) => result.outcome)
      assertEqual(outcomes.filter((outcome) => outcome === 'inserted').length, 1, 'winners')
      assertEqual(outcomes.filter((outcome) => outcome === 'creator_busy').length, 49, 'losers')
      assertEqual((await store.list({ limit: 100 })).length, 1, 'streams stored')
    })

    it('frees the creator when the stream is over', async (store) => {
      await store.insert(sampleStream(), [], at)
      const open = await store.get('stream1')
      assert(open, 'the stream is there')
      await store.transition({ ...change(open), next: { ...open, status: 'ended', endedAt: at } })
      const next = await store.insert(sampleStream({ id: 'stream2' }), [], at)
      assertEqual(next.outcome, 'inserted', 'second stream')
    })

    it('lets exactly one of 50 transitions from the same version win', async (store) => {
      await store.insert(sampleStream(), [], at)
      const open = await store.get('stream1')
      assert(open, 'the stream is there')
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          store.transition({
            ...change(open),
            next: { ...open, title: `winner ${index}` },
            events: [{ type: 'stream.warned', message: `winner ${index}` }],
          }),
        ),
      )
      const applied = results.flatMap((result) => (result.outcome === 'applied' ? [result] : []))
      assertEqual(applied.length, 1, 'winners')
      assertEqual(await store.get('stream1'), applied[0]?.stream, 'the stored stream is the winner’s')
      assertEqual(applied[0]?.stream.version, open.version + 1, 'its version')
      const log = await store.listEvents({ streamId: 'stream1', afterSeq: 0, limit: 100 })
      assertEqual(log, applied[0]?.events, 'only the winner’s event is in the log')
      for (const result of results) {
        if (result.outcome === 'lost')
          assertEqual(result.stream?.version, open.version + 1, 'losers see the winner')
      }
    })

    it('answers lost with null for a stream that is not there', async (store) => {
      const result = await store.transition(change(sampleStream({ id: 'ghost' })))
      assertEqual(result, { outcome: 'lost', stream: null }, 'transition of a ghost')
    })

    it('applies a provider’s event once, however often it comes', async (store) => {
      await store.insert(sampleStream(), [], at)
      const inbox = { adapterId: 'memory', eventId: 'e1' }
      const outcomes: string[] = []
      for (let round = 0; round < 3; round++) {
        const present = await store.get('stream1')
        assert(present, 'the stream is there')
        outcomes.push((await store.transition({ ...change(present), inbox })).outcome)
      }
      assertEqual(outcomes, ['applied', 'duplicate', 'duplicate'], 'outcomes')
      assertEqual(await store.recordInbox(inbox, at), false, 'the inbox holds it')
      assertEqual(
        await store.recordInbox({ adapterId: 'other', eventId: 'e1' }, at),
        true,
        'another adapter’s e1',
      )
    })

    it('does not take an event into the inbox when the transition lost', async (store) => {
      await store.insert(sampleStream(), [], at)
      const stale = sampleStream({ version: 7 })
      const inbox = { adapterId: 'memory', eventId: 'e1' }
      assertEqual((await store.transition({ ...change(stale), inbox })).outcome, 'lost', 'stale transition')
      assertEqual(await store.recordInbox(inbox, at), true, 'the event is still new')
    })

    it('records an event once among 50 callers', async (store) => {
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => store.recordInbox({ adapterId: 'memory', eventId: 'e1' }, at)),
      )
      assertEqual(answers.filter(Boolean).length, 1, 'first ones')
    })

    it('numbers the log without gaps and pages it', async (store) => {
      await store.insert(sampleStream(), [{ type: 'stream.created' }], at)
      for (let round = 0; round < 5; round++) {
        const present = await store.get('stream1')
        assert(present, 'the stream is there')
        const events = [{ type: 'stream.warned', message: `${round}` } as const]
        await store.transition({ ...change(present), events })
      }
      const first = await store.listEvents({ streamId: 'stream1', afterSeq: 0, limit: 4 })
      const rest = await store.listEvents({ streamId: 'stream1', afterSeq: 4, limit: 4 })
      assertEqual(
        [...first, ...rest].map((event) => event.seq),
        [1, 2, 3, 4, 5, 6],
        'sequence',
      )
    })

    it('finds a stream by its channel, also after it ended', async (store) => {
      await store.insert(sampleStream({ channel }), [], at)
      assertEqual((await store.findByChannel('memory', 'channel1'))?.id, 'stream1', 'by channel')
      assertEqual(await store.findByChannel('other', 'channel1'), null, 'another adapter')
      const open = await store.get('stream1')
      assert(open, 'the stream is there')
      await store.transition({ ...change(open), next: { ...open, status: 'ended' } })
      assertEqual((await store.findByChannel('memory', 'channel1'))?.status, 'ended', 'after the end')
    })

    it('pages newest first, stable while streams are added', async (store) => {
      const time = (index: number) => new Date(Date.parse(at) + Math.floor(index / 2) * 1000).toISOString()
      const add = (index: number) =>
        store.insert(
          sampleStream({ id: `s${index}`, creatorId: `c${index}`, createdAt: time(index) }),
          [],
          at,
        )
      for (let index = 0; index < 10; index++) await add(index)
      const seen: string[] = []
      let after: { createdAt: string; id: string } | undefined
      for (let page = 0; page < 10; page++) {
        const items = await store.list({ limit: 3, ...(after ? { after } : {}) })
        if (items.length === 0) break
        seen.push(...items.map((stream) => stream.id))
        after = items.at(-1)
        await add(10 + page)
      }
      assertEqual(seen, ['s9', 's8', 's7', 's6', 's5', 's4', 's3', 's2', 's1', 's0'], 'order')
    })

    it('filters by status and creator', async (store) => {
      await store.insert(sampleStream({ id: 'a', creatorId: 'ava', status: 'live' }), [], at)
      await store.insert(sampleStream({ id: 'b', creatorId: 'noa', status: 'ended' }), [], at)
      await store.insert(sampleStream({ id: 'c', creatorId: 'noa', status: 'live' }), [], at)
      const ids = async (query: { status?: Stream['status'][]; creatorId?: string }) =>
        (await store.list({ limit: 10, ...query })).map((stream) => stream.id).sort()
      assertEqual(await ids({ status: ['live'] }), ['a', 'c'], 'live')
      assertEqual(await ids({ status: ['live', 'ended'], creatorId: 'noa' }), ['b', 'c'], 'of noa')
      assertEqual(await ids({ creatorId: 'nobody' }), [], 'of nobody')
    })

    it('lists open streams and closed ones that still have a channel as unsettled', async (store) => {
      await store.insert(sampleStream({ id: 'a', creatorId: 'a' }), [], at)
      await store.insert(sampleStream({ id: 'b', creatorId: 'b', status: 'ended', channel }), [], at)
      await store.insert(sampleStream({ id: 'c', creatorId: 'c', status: 'ended' }), [], at)
      await store.insert(sampleStream({ id: 'd', creatorId: 'd', status: 'interrupted' }), [], at)
      const first = await store.listUnsettled({ limit: 2 })
      const rest = await store.listUnsettled({ limit: 2, afterId: 'b' })
      assertEqual(
        [...first, ...rest].map((stream) => stream.id),
        ['a', 'b', 'd'],
        'unsettled',
      )
    })

    it('counts viewers without a new version, and no transition takes a count back', async (store) => {
      await store.insert(sampleStream(), [], at)
      const before = await store.get('stream1')
      assert(before, 'the stream is there')
      await store.meter({ streamId: 'stream1', viewers: 9, at })
      await store.meter({ streamId: 'stream1', viewers: 4, at })
      assertEqual((await store.get('stream1'))?.viewers, { current: 4, peak: 9 }, 'counts')
      const result = await store.transition({ ...change(before), next: { ...before, status: 'live' } })
      assert(result.outcome === 'applied', 'the version did not change')
      assertEqual(result.stream.viewers, { current: 4, peak: 9 }, 'counts after the transition')
      assertEqual(await store.meter({ streamId: 'ghost', viewers: 1, at }), null, 'an unknown stream')
    })

    it('meters each moment of a live stream once, whoever reads', async (store) => {
      await store.insert(sampleStream(), [], at)
      const started = await store.transition({
        ...change(sampleStream()),
        next: sampleStream({ status: 'live' }),
        at,
      })
      assert(started.outcome === 'applied', 'it is live')
      const read = (seconds: number, viewers?: number) =>
        store.meter({
          streamId: 'stream1',
          at: later(seconds),
          ...(viewers === undefined ? {} : { viewers }),
        })
      await read(10, 3)
      await Promise.all(Array.from({ length: 20 }, () => read(20)))
      await read(5, 3)
      assertEqual(
        (await read(20))?.usage,
        { liveMs: 20_000, viewerMs: 30_000, until: later(20) },
        'after 20 s',
      )

      const present = await store.get('stream1')
      assert(present, 'the stream is there')
      const lost = await store.transition({
        ...change(present),
        next: { ...present, status: 'interrupted', usage: { liveMs: 0, viewerMs: 0, until: null } },
        at: later(30),
      })
      assert(lost.outcome === 'applied', 'it is interrupted')
      const usage = { liveMs: 30_000, viewerMs: 60_000, until: later(30) }
      assertEqual(lost.stream.usage, usage, 'the transition settles by what was until then')
      assertEqual((await read(60))?.usage, { ...usage, until: later(60) }, 'no video, no usage')
      assertEqual((await store.get('stream1'))?.usage.viewerMs, 60_000, 'as stored')
    })

    it('keeps the viewers who were removed from each stream', async (store) => {
      for (const userId of ['vic', 'sam', 'noa', 'vic']) await store.denyViewer('stream1', userId, at)
      await store.denyViewer('stream2', 'ava', at)
      await store.allowViewer('stream1', 'noa')
      await store.allowViewer('stream1', 'nobody')
      assertEqual(await store.isViewerDenied('stream1', 'vic'), true, 'removed')
      assertEqual(await store.isViewerDenied('stream1', 'noa'), false, 'restored')
      assertEqual(await store.isViewerDenied('stream1', 'ava'), false, 'removed elsewhere')
      const first = await store.listDeniedViewers({ streamId: 'stream1', limit: 1 })
      const rest = await store.listDeniedViewers({ streamId: 'stream1', limit: 9, afterUserId: 'sam' })
      assertEqual([first, rest], [['sam'], ['vic']], 'listed in order, by pages')
    })

    it('hands an idempotency key to one of 50 callers, then to none before the lease is over', async (store) => {
      const claim = (seconds: number, fingerprint = 'f1') =>
        store.claimIdempotencyKey({
          key: 'k',
          fingerprint,
          at: new Date(Date.parse(at) + seconds * 1000).toISOString(),
          leaseSeconds: 60,
        })
      const outcomes = (await Promise.all(Array.from({ length: 50 }, () => claim(0)))).map(
        (entry) => entry.outcome,
      )
      assertEqual(outcomes.filter((outcome) => outcome === 'claimed').length, 1, 'winners')
      assertEqual((await claim(59)).outcome, 'in_progress', 'within the lease')
      assertEqual((await claim(61)).outcome, 'claimed', 'after the lease')
      assertEqual((await claim(61, 'f2')).outcome, 'mismatch', 'another body')
      await store.releaseIdempotencyKey('k')
      assertEqual((await claim(62)).outcome, 'claimed', 'after a release')
      await store.completeIdempotencyKey('k', { id: 's1' })
      await store.releaseIdempotencyKey('k')
      assertEqual(await claim(9999), { outcome: 'done', response: { id: 's1' } }, 'after completion')
    })
  })
}

function change(stream: Stream) {
  return { streamId: stream.id, expectedVersion: stream.version, next: stream, events: [], at }
}
