import { describe, expect, it } from 'vitest'
import { createPlatform } from './platform.fixture.ts'

const ava = { userId: 'ava' }

describe('ending a stream', () => {
  it('has one winner among 50 calls at once, and all of them succeed', async () => {
    const { streaming, open, told, control } = createPlatform()
    const { streamId } = await open()
    await Promise.all(Array.from({ length: 50 }, () => streaming.endStream(ava, streamId)))
    expect(await told(streamId)).toEqual(['stream.created', 'stream.ended'])
    expect(await streaming.getStream(streamId)).toMatchObject({ status: 'ended', channel: null })
    expect(control.channelIds()).toEqual([])
  })

  it('wins over events that arrive at the same time, and nothing comes after it', async () => {
    const { streaming, open, told, control } = createPlatform()
    const { streamId, channelId } = await open()
    const started = control.goLive(channelId)
    const events = Array.from({ length: 10 }, (_, index) => ({ ...started, id: `copy-${index}` }))
    await Promise.all([
      ...events.map((event) => streaming.applyEvent('memory', event)),
      streaming.endStream(ava, streamId),
      streaming.applyEvent('memory', control.loseEncoder(channelId)),
    ])
    const log = await told(streamId)
    expect(log.at(-1)).toBe('stream.ended')
    expect(log.filter((type) => type === 'stream.ended')).toHaveLength(1)
    expect((await streaming.getStream(streamId)).status).toBe('ended')
  })

  it('belongs to the creator alone', async () => {
    const { streaming, open } = createPlatform()
    const { streamId } = await open()
    await expect(streaming.endStream({ userId: 'noa' }, streamId)).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect((await streaming.getStream(streamId)).status).toBe('ready')
  })

  it('can be done by the platform with its reason', async () => {
    const { streaming, open } = createPlatform()
    const { streamId } = await open()
    await streaming.forceEndStream(streamId, 'Against the rules.')
    expect(await streaming.listEvents(streamId, 1)).toMatchObject([
      { type: 'stream.ended', reason: 'Against the rules.' },
    ])
  })

  it.each(['before', 'after'] as const)(
    'succeeds when the provider fails %s the deletion, and the reconciler finishes it',
    async (when) => {
      const { streaming, open, control } = createPlatform()
      const { streamId } = await open()
      control.failNext('endChannel', when)
      await streaming.endStream(ava, streamId)
      const { channel, status } = await streaming.getStream(streamId)
      expect([status, channel === null]).toEqual(['ended', false])
      expect(await streaming.reconcile()).toMatchObject({ deletedChannels: 1, problems: [] })
      expect(control.channelIds()).toEqual([])
      expect((await streaming.getStream(streamId)).channel).toBeNull()
    },
  )

  it('frees the creator for the next stream', async () => {
    const { streaming, open } = createPlatform()
    const { streamId } = await open()
    await streaming.endStream(ava, streamId)
    expect((await open()).streamId).not.toBe(streamId)
  })
})
