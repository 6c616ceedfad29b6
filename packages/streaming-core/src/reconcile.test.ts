import { describe, expect, it } from 'vitest'
import type { ChannelState } from './adapter.ts'
import { createStreaming } from './create-streaming.ts'
import { memory } from './memory-adapter.ts'
import { createPlatform } from './platform.fixture.ts'
import { sampleStream } from './testing/index.ts'

const nothing = { corrected: 0, ended: 0, deletedChannels: 0, problems: [] }

describe('the reconciler', () => {
  it('has nothing to do when everything is as it should be', async () => {
    const { streaming, open, control } = createPlatform()
    const { channelId } = await open()
    await streaming.applyEvent('memory', control.goLive(channelId))
    expect(await streaming.reconcile()).toEqual({ checked: 1, ...nothing })
  })

  it('finds what lost events would have told: start, viewers, loss, return and end', async () => {
    const { streaming, open, told, control, advance } = createPlatform()
    const { streamId, channelId } = await open()
    const status = async () => {
      advance(10)
      await streaming.reconcile()
      return (await streaming.getStream(streamId)).status
    }
    control.goLive(channelId)
    control.setViewers(channelId, 12)
    expect(await status()).toBe('live')
    expect((await streaming.getStream(streamId)).viewers).toEqual({ current: 12, peak: 12 })
    control.loseEncoder(channelId)
    expect(await status()).toBe('interrupted')
    control.resume(channelId)
    expect(await status()).toBe('live')
    control.endSession(channelId)
    expect(await status()).toBe('interrupted')
    advance(20)
    expect(await status()).toBe('ended')
    expect(control.channelIds()).toEqual([])
    expect(await told(streamId)).toEqual([
      'stream.created',
      'stream.started',
      'stream.interrupted',
      'stream.resumed',
      'stream.interrupted',
      'stream.ended',
    ])
  })

  it('leaves a stream ready when a session ended that never began, however long it waits', async () => {
    const { streaming, open, told, advance } = createPlatform()
    const { streamId, channelId } = await open()
    const failedTry = { id: 'e1', type: 'session.ended', channelId, sessionId: 'try-1' } as const
    await streaming.applyEvent('memory', { ...failedTry, occurredAt: '2026-01-01T00:00:05.000Z' })
    advance(3600)
    expect(await streaming.reconcile()).toEqual({ checked: 1, ...nothing })
    expect((await streaming.getStream(streamId)).status).toBe('ready')
    expect(await told(streamId)).toEqual(['stream.created'])
  })

  it('ends a stream whose channel vanished', async () => {
    const { streaming, open, control } = createPlatform()
    const { streamId, channelId } = await open()
    control.vanish(channelId)
    expect(await streaming.reconcile()).toMatchObject({ corrected: 1, ended: 1, problems: [] })
    expect(await streaming.getStream(streamId)).toMatchObject({ status: 'ended', channel: null })
  })

  it('makes a channel again where the provider forgets them, and gives the creator time to come back', async () => {
    const now = { ms: Date.parse('2026-01-01T00:00:00.000Z') }
    const forgetful = memory({ clock: () => new Date(now.ms) })
    const adapter = { ...forgetful, traits: { ...forgetful.traits, forgetsChannels: true } }
    const { streaming, open } = createPlatform({ adapters: [adapter], clock: () => new Date(now.ms) })
    const { control } = forgetful
    const live = await open('ava')
    const waiting = await open('noa')
    await streaming.applyEvent('memory', control.goLive(live.channelId))
    control.vanish(live.channelId)
    control.vanish(waiting.channelId)
    expect(await streaming.reconcile()).toMatchObject({ ended: 0, problems: [] })
    expect((await streaming.getStream(live.streamId)).status).toBe('interrupted')
    expect((await streaming.getStream(waiting.streamId)).status).toBe('ready')
    expect([...control.channelIds()].sort()).toEqual([live.channelId, waiting.channelId].sort())

    await streaming.applyEvent('memory', control.goLive(live.channelId))
    expect((await streaming.getStream(live.streamId)).status).toBe('live')
    control.vanish(live.channelId)
    await streaming.reconcile()
    now.ms += 31_000
    await streaming.reconcile()
    expect((await streaming.getStream(live.streamId)).status).toBe('ended')
  })

  it('ends a stream that nobody started, after the time that the platform gives', async () => {
    const { streaming, open, control, advance } = createPlatform({ readyTimeoutSeconds: 600 })
    const { streamId } = await open()
    advance(599)
    expect(await streaming.reconcile()).toEqual({ checked: 1, ...nothing })
    advance(1)
    expect(await streaming.reconcile()).toMatchObject({ ended: 1, deletedChannels: 1 })
    expect((await streaming.getStream(streamId)).endReason).toBe('The stream was never started.')
    expect(control.channelIds()).toEqual([])
  })

  it('gives up on a channel that was not made in time, and not before', async () => {
    const { streaming, store, advance } = createPlatform({ creationTimeoutSeconds: 60 })
    await store.insert(sampleStream(), [{ type: 'stream.created' }], '2026-01-01T00:00:00.000Z')
    advance(59)
    expect(await streaming.reconcile()).toEqual({ checked: 1, ...nothing })
    advance(1)
    expect(await streaming.reconcile()).toMatchObject({ corrected: 1 })
    expect((await streaming.getStream('stream1')).status).toBe('failed')
  })

  it('deletes a channel of ours that no stream owns, and leaves those of others alone', async () => {
    const { streaming, adapter, store, control } = createPlatform()
    const orphan = {
      streamId: 'gone',
      creatorId: 'ava',
      title: 'x',
      quality: 'hd',
      publishing: 'obs',
      record: false,
    } as const
    await adapter.createChannel(orphan)
    const elsewhere = sampleStream({
      id: 'elsewhere',
      adapterId: 'other',
      channel: { id: 'channel-elsewhere', details: {} },
    })
    await store.insert(elsewhere, [], '2026-01-01T00:00:00.000Z')
    await adapter.createChannel({ ...orphan, streamId: 'elsewhere' })
    const report = await streaming.reconcile()
    expect(report.deletedChannels).toBe(2)
    expect(control.channelIds()).toEqual([])

    const foreign = await adapter.createChannel(orphan)
    const strangers = createStreaming({
      adapters: [
        {
          ...adapter,
          async *listChannels() {
            yield { channel: foreign, streamId: null, status: 'offline', viewers: null }
          },
        },
      ],
      store,
      access: () => ({ allowed: true }),
      eligibility: () => ({ eligible: true, verified: true }),
    })
    expect((await strangers.reconcile()).deletedChannels).toBe(0)
    expect(control.channelIds()).toEqual([foreign.id])
  })

  it('does not delete the channel of a stream that is added while it lists', async () => {
    const platform = createPlatform()
    const { adapter, store, control } = platform
    const slow = createPlatform({
      store,
      adapters: [
        {
          ...adapter,
          async *listChannels(options) {
            await platform.open()
            yield* adapter.listChannels(options)
          },
        },
      ],
    })
    expect(await slow.streaming.reconcile()).toEqual({ checked: 0, ...nothing })
    expect(control.channelIds()).toHaveLength(1)
  })

  it('drops what it saw when the stream changed meanwhile', async () => {
    const platform = createPlatform()
    const { adapter, store, control, streaming } = platform
    const { streamId, channelId } = await platform.open()
    const stale = createPlatform({
      store,
      clock: platform.clock,
      adapters: [
        {
          ...adapter,
          async *listChannels(options) {
            const before: ChannelState[] = []
            for await (const state of adapter.listChannels(options)) before.push(state)
            await streaming.applyEvent('memory', control.goLive(channelId))
            yield* before
          },
          getChannel: async (channel) => ({
            channel,
            streamId,
            status: 'offline',
            viewers: 0,
            session: null,
          }),
        },
      ],
      readyTimeoutSeconds: 0,
    })
    expect(await stale.streaming.reconcile()).toMatchObject({ corrected: 0, ended: 0 })
    expect((await streaming.getStream(streamId)).status).toBe('live')
  })

  it('reports what it could not do, does the rest, and does it the next time', async () => {
    const { streaming, open, control } = createPlatform()
    const first = await open('ava')
    const second = await open('noa')
    control.vanish(first.channelId)
    control.vanish(second.channelId)
    control.failNext('getChannel', 'before')
    const report = await streaming.reconcile()
    expect(report).toMatchObject({ checked: 2, ended: 1 })
    expect(report.problems).toHaveLength(1)
    expect(await streaming.reconcile()).toMatchObject({ checked: 1, ended: 1, problems: [] })
  })

  it('goes on with the other adapters when one cannot list, and names a stream whose adapter is gone', async () => {
    const [down, up] = [memory({ id: 'down' }), memory({ id: 'up' })]
    const { streaming, store } = createPlatform({ adapters: [down, up] })
    await store.insert(sampleStream({ id: 'left', adapterId: 'removed' }), [], '2026-01-01T00:00:00.000Z')
    const orphan = {
      streamId: 'gone',
      creatorId: 'ava',
      title: 'x',
      quality: 'hd',
      publishing: 'obs',
      record: false,
    } as const
    await up.createChannel(orphan)
    down.control.failNext('listChannels', 'before')
    const report = await streaming.reconcile()
    expect(report.deletedChannels).toBe(1)
    expect(report.problems).toEqual([
      expect.stringContaining('"down"'),
      expect.stringMatching(/left.*"removed"/),
    ])
  })

  it('may run on many servers at once: one of them does the work', async () => {
    const { streaming, open, told, control } = createPlatform()
    const { streamId, channelId } = await open()
    control.vanish(channelId)
    const reports = await Promise.all(Array.from({ length: 20 }, () => streaming.reconcile()))
    expect(reports.reduce((sum, report) => sum + report.ended, 0)).toBe(1)
    expect(reports.flatMap(({ problems }) => problems)).toEqual([])
    expect(await told(streamId)).toEqual(['stream.created', 'stream.ended'])
  })

  it('looks at more streams than a page of the store holds', async () => {
    const { streaming, store } = createPlatform()
    for (let index = 0; index < 250; index++)
      await store.insert(
        sampleStream({ id: `s${index}`, creatorId: `c${index}` }),
        [],
        '2026-01-01T00:00:00.000Z',
      )
    expect((await streaming.reconcile()).checked).toBe(250)
  })

  it('stops when it is aborted', async () => {
    const { streaming, open } = createPlatform()
    await open()
    await expect(streaming.reconcile({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    })
  })
})
