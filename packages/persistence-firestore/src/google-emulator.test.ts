import type { Stream } from '@stagedoor/streaming-core'
import { describeStreamStore, sampleStream } from '@stagedoor/streaming-core/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { underRules } from './as-client.fixture.ts'
import { skipBecause } from './declared-skips.fixture.ts'
import { firestoreStreamStore } from './firestore-stream-store.ts'
import { freshNames, freshStore } from './fresh-store.fixture.ts'
import { type Emulator, googleEmulator, withoutGoogleEmulator } from './google-emulator.fixture.ts'
import { withFaults } from './wrapped-client.fixture.ts'

const emulator = await googleEmulator()
afterAll(() => emulator?.stop())

const at = '2026-01-01T00:00:00.000Z'
const channel = {
  id: 'arn:aws:ivs:eu-west-1:1:channel/c1',
  details: { playbackUrl: 'https://p.example/1.m3u8' },
}

if (emulator) {
  const firestore = emulator.client()
  describeStreamStore(
    { describe, it },
    { name: 'Firestore on Google’s emulator', createStore: () => freshStore(firestore) },
  )
  describeDocuments(emulator)
  describeRaces(emulator)
  describeRules(emulator)
} else {
  it('keeps the contract on Google’s emulator', (context) => skipBecause(context, withoutGoogleEmulator))
}

function describeDocuments(running: Emulator): void {
  describe('documents', () => {
    it('keep the fields of the platform, and lose those that the next version of a stream does not have', async () => {
      const names = freshNames()
      const firestore = running.client()
      const store = firestoreStreamStore(firestore, {
        ...names,
        writeIntervalSeconds: 0,
        publicViewersSeconds: 0,
      })
      const shown = firestore.collection(names.publicCollection).doc('stream1')
      const own = { thumbnail: 'https://images.example/1.jpg', recordingS3Key: 'ivs/v1/1/media' }
      await shown.create({ thumbnail: own.thumbnail })
      const lost = sampleStream({ status: 'interrupted', interruptedAt: at, channel })
      await store.insert(lost, [], at)
      await shown.update({ recordingS3Key: own.recordingS3Key })
      const { interruptedAt, ...back } = { ...lost, status: 'live' as const }
      await store.transition({ streamId: 'stream1', expectedVersion: 1, next: back, events: [], at })
      await store.meter({ streamId: 'stream1', viewers: 3, at })
      expect((await shown.get()).data()).toMatchObject({
        ...{ ...own, status: 'live', interruptedAt: null, ivsChannelArn: channel.id },
        viewers: { current: 3, peak: 3 },
      })
      expect(interruptedAt).toBe(at)
      expect(await store.get('stream1')).not.toHaveProperty('interruptedAt')
    })
  })
}

function describeRaces(running: Emulator): void {
  describe('several servers at once', () => {
    /** As many servers as asked for, each with a client of its own, over the same collections. */
    const servers = (count: number) => {
      const names = freshNames()
      return Array.from({ length: count }, () => firestoreStreamStore(running.client(), names))
    }

    it('keeps the highest of all counts, and the last of each server’s', async () => {
      const [first, second] = servers(2)
      await first?.insert(sampleStream({ status: 'live' }), [], at)
      const counts = Array.from({ length: 100 }, (_, index) => index)
      await Promise.all(
        counts.flatMap((viewers) => [
          first?.meter({ streamId: 'stream1', viewers, at }),
          second?.meter({ streamId: 'stream1', viewers: 500 - viewers, at }),
        ]),
      )
      const stored = await first?.get('stream1')
      expect(stored?.viewers.peak).toBe(500)
      expect([99, 401]).toContain(stored?.viewers.current)
    })

    it.each(['reading', 'transition'])(
      'decides a %s anew when another server stored a reading in between',
      async (kind) => {
        const names = freshNames()
        const [held, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
        const commit = async (real: () => Promise<unknown>) => {
          held.resolve()
          await released.promise
          return real()
        }
        const options = { ...names, writeIntervalSeconds: 0 }
        const slow = firestoreStreamStore(withFaults(running.client(), { commit }), options)
        const quick = firestoreStreamStore(running.client(), options)
        await quick.insert(sampleStream({ status: 'live' }), [], at)
        const next = sampleStream({ title: 'Other' })
        const change =
          kind === 'reading'
            ? slow.meter({ streamId: 'stream1', viewers: 5, at })
            : slow.transition({ streamId: 'stream1', expectedVersion: 1, next, events: [], at })
        await held.promise
        await quick.meter({ streamId: 'stream1', viewers: 9, at })
        released.resolve()
        await change
        const stored = await quick.get('stream1')
        expect(stored?.viewers).toEqual({ current: kind === 'reading' ? 5 : 9, peak: 9 })
        expect(stored?.title).toBe(kind === 'reading' ? 'A show' : 'Other')
      },
    )

    it('loses no change of four servers that change one stream in turn', async () => {
      const stores = servers(4)
      await stores[0]?.insert(sampleStream(), [{ type: 'stream.created' }], at)
      await Promise.all(
        stores.map(async (store, server) => {
          for (let made = 0; made < 3; ) {
            const present = await store.get('stream1')
            if (!present) throw new Error('the stream is gone')
            const message = `${server}.${made}`
            const result = await store.transition({
              ...{ streamId: 'stream1', expectedVersion: present.version, at },
              next: { ...present, title: message },
              events: [{ type: 'stream.warned', message }],
              inbox: { adapterId: 'memory', eventId: message },
            })
            if (result.outcome === 'applied') made++
          }
        }),
      )
      expect((await stores[0]?.get('stream1'))?.version).toBe(13)
      const log = (await stores[0]?.listEvents({ streamId: 'stream1', afterSeq: 1, limit: 100 })) ?? []
      expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: 12 }, (_, index) => index + 2))
      expect(new Set(log.map((event) => 'message' in event && event.message)).size).toBe(12)
    })

    it('hands an abandoned idempotency key to one of many', async () => {
      const [first, second] = servers(2)
      const claim = (store = first, seconds = 0) =>
        store?.claimIdempotencyKey({
          ...{ key: 'k', fingerprint: 'f', leaseSeconds: 60 },
          at: new Date(Date.parse(at) + seconds * 1000).toISOString(),
        })
      expect((await claim())?.outcome).toBe('claimed')
      const later = await Promise.all(
        Array.from({ length: 20 }, (_, index) => claim(index % 2 === 0 ? first : second, 61)),
      )
      const outcomes = later.map((answer) => answer?.outcome)
      expect(outcomes.filter((outcome) => outcome === 'claimed')).toHaveLength(1)
      expect(outcomes.filter((outcome) => outcome === 'in_progress')).toHaveLength(19)
    })
  })
}

function describeRules(running: Emulator): void {
  describe('firestore.rules', () => {
    const projectId = `demo-${crypto.randomUUID()}`

    /** A document of each kind that the store writes, under its default names; tells their paths. */
    const fill = async () => {
      const firestore = running.client(projectId)
      const store = firestoreStreamStore(firestore)
      const stream: Stream = sampleStream({ channel })
      await store.insert(stream, [{ type: 'stream.created' }], at)
      await store.denyViewer('stream1', 'sam', at)
      await store.recordInbox({ adapterId: 'memory', eventId: 'e1' }, at)
      await store.claimIdempotencyKey({ key: 'k', fingerprint: 'f', at, leaseSeconds: 60 })
      const paths: string[] = []
      for (const collection of await firestore.listCollections()) {
        for (const document of (await collection.get()).docs) {
          paths.push(document.ref.path)
          for (const inner of await document.ref.listCollections()) {
            paths.push(...(await inner.get()).docs.map((entry) => entry.ref.path))
          }
        }
      }
      return paths
    }

    it('open public documents to readers, and nothing else to anybody', async () => {
      const asUser = await underRules(running, projectId)
      const paths = await fill()
      const open = paths.filter((path) => path.startsWith('streams/'))
      const closed = paths.filter((path) => !path.startsWith('streams/'))
      expect(open).toEqual(['streams/stream1'])
      const kinds = closed.map((path) => path.replace(/\/[^/]+/, '/*').replace(/\/[^/*]+$/, '/*'))
      expect(kinds.sort()).toEqual([
        'stagedoor_claims/*',
        'stagedoor_creators/*',
        'stagedoor_inbox/*',
        'stagedoor_streams/*',
        'stagedoor_streams/*/denied/*',
        'stagedoor_streams/*/log/*',
      ])
      const attempts = [null, 'vic', 'ava'].flatMap((userId) => {
        const user = asUser(userId)
        const targets = [...paths, 'streams/new', 'streams/stream1/chat/m1', 'other/one']
        return [
          ['get public', 200, user.get('streams/stream1')],
          ['list 100 public', 200, user.list('streams', 100)],
          ['list 101 public', 403, user.list('streams', 101)],
          ['list all public', 403, user.list('streams', null)],
          ...targets.map((path) => [`write ${path}`, 403, user.write(path)] as const),
          ...targets.map((path) => [`delete ${path}`, 403, user.delete(path)] as const),
          ...closed.map((path) => [`get ${path}`, 403, user.get(path)] as const),
          ...closed.map((path) => [`list beside ${path}`, 403, user.listBeside(path)] as const),
        ] as const
      })
      const answers = await Promise.all(
        attempts.map(async ([attempt, , status]) => `${attempt}: ${await status}`),
      )
      expect(answers).toEqual(attempts.map(([attempt, wanted]) => `${attempt}: ${wanted}`))
    })
  })
}
