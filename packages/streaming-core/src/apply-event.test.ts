import { describe, expect, it } from 'vitest'
import { createPlatform } from './platform.fixture.ts'
import type { ProviderEvent } from './provider-event.ts'

describe('applying a provider’s event', () => {
  it('changes the stream once, however often the event comes', async () => {
    const { streaming, open, told, control } = createPlatform()
    const { streamId, channelId } = await open()
    const event = control.goLive(channelId)
    const answers = await Promise.all(Array.from({ length: 50 }, () => streaming.applyEvent('memory', event)))
    expect(answers.filter((answer) => answer === 'applied')).toHaveLength(1)
    expect(answers.filter((answer) => answer === 'duplicate')).toHaveLength(49)
    expect(await told(streamId)).toEqual(['stream.created', 'stream.started'])
  })

  it('counts an event once that would have its effect each time', async () => {
    const { streaming, open, told, adapter } = createPlatform()
    const { streamId, channelId } = await open()
    const at = '2026-01-01T00:00:00.000Z'
    const limit: ProviderEvent = {
      id: 'breach',
      type: 'limit.exceeded',
      channelId,
      occurredAt: at,
      limit: 'bitrate',
      message: 'Lower the bitrate.',
    }
    expect(await streaming.applyEvent(adapter.id, limit)).toBe('applied')
    expect(await streaming.applyEvent(adapter.id, limit)).toBe('duplicate')
    expect(await told(streamId)).toEqual(['stream.created', 'stream.warned'])
  })

  it('takes every one of 50 different events that come at once', async () => {
    const { streaming, open, told } = createPlatform()
    const { streamId, channelId } = await open()
    const at = '2026-01-01T00:00:00.000Z'
    const warnings = Array.from({ length: 50 }, (_, index) => {
      const id = `failed-${index}`
      return { id, type: 'session.failed', channelId, occurredAt: at, sessionId: id, reason: id } as const
    })
    await Promise.all(warnings.map((event) => streaming.applyEvent('memory', event)))
    expect(await told(streamId)).toHaveLength(51)
  })

  it('ignores a channel that no stream owns, and adapters do not see each other’s', async () => {
    const { streaming, open, control } = createPlatform()
    const { channelId } = await open()
    const event = control.goLive(channelId)
    expect(await streaming.applyEvent('memory', { ...event, channelId: 'somebody-else' })).toBe('ignored')
    expect(await streaming.applyEvent('other', event)).toBe('ignored')
    expect(await streaming.applyEvent('memory', event)).toBe('applied')
  })

  it('ignores what changes nothing, and knows it again', async () => {
    const { streaming, open, control, advance } = createPlatform()
    const { channelId } = await open()
    const late = control.goLive(channelId)
    advance(10)
    await streaming.applyEvent('memory', control.loseEncoder(channelId))
    expect(await streaming.applyEvent('memory', late)).toBe('ignored')
    expect(await streaming.applyEvent('memory', late)).toBe('duplicate')
  })

  it('counts viewers, tells who listens, and only when the count changed', async () => {
    const { streaming, open } = createPlatform()
    const { streamId, channelId } = await open()
    const heard: unknown[] = []
    streaming.bus.subscribe(streamId, (message) => heard.push(message))
    const counted = (id: string, viewers: number): ProviderEvent => ({
      ...{ id, type: 'viewers.counted', channelId, occurredAt: '2026-01-01T00:00:00.000Z', viewers },
    })
    for (const [id, viewers] of [
      ['c1', 5],
      ['c2', 5],
      ['c1', 9],
      ['c3', 2],
    ] as const)
      await streaming.applyEvent('memory', counted(id, viewers))
    expect((await streaming.getStream(streamId)).viewers).toEqual({ current: 2, peak: 5 })
    expect(heard).toEqual([
      { type: 'viewers.changed', streamId, current: 5, peak: 5, status: 'ready' },
      { type: 'viewers.changed', streamId, current: 2, peak: 5, status: 'ready' },
    ])
  })

  it('tells the bus what it stored, and a failing bus stops nothing', async () => {
    const said: string[] = []
    const broken = createPlatform({
      bus: { publish: () => Promise.reject(new Error('bus')), subscribe: () => () => {} },
      logger: { info: () => {}, warn: (text) => said.push(text), error: () => {} },
    })
    const { streamId, channelId } = await broken.open()
    const started = broken.control.goLive(channelId)
    expect(await broken.streaming.applyEvent('memory', started)).toBe('applied')
    expect((await broken.streaming.getStream(streamId)).status).toBe('live')
    expect(said).toContain('event bus failed')
  })
})

describe('the event bus in memory', () => {
  it('reaches every listener of a stream, though one of them throws', async () => {
    const { streaming, open, control } = createPlatform()
    const { streamId, channelId } = await open()
    const heard: string[] = []
    streaming.bus.subscribe(streamId, () => {
      throw new Error('a listener broke')
    })
    const stop = streaming.bus.subscribe(streamId, ({ type }) => heard.push(type))
    streaming.bus.subscribe('another-stream', () => heard.push('wrong stream'))
    await streaming.applyEvent('memory', control.goLive(channelId))
    stop()
    await streaming.applyEvent('memory', control.loseEncoder(channelId))
    expect(heard).toEqual(['stream.started'])
  })
})

describe('a webhook', () => {
  it('goes the same way as an event', async () => {
    const { streaming, open, control } = createPlatform()
    const { streamId, channelId } = await open()
    const event = control.goLive(channelId)
    await streaming.receiveWebhook('memory', await control.signTestWebhook(event))
    expect((await streaming.getStream(streamId)).status).toBe('live')
    expect(await streaming.applyEvent('memory', event)).toBe('duplicate')
  })

  it('is refused without a signature, and for an adapter that is not there', async () => {
    const { streaming, open, control } = createPlatform()
    const { channelId } = await open()
    const signed = await control.signTestWebhook(control.goLive(channelId))
    const unsigned = new Request(signed.url, { method: 'POST', body: await signed.clone().text() })
    await expect(streaming.receiveWebhook('memory', unsigned)).rejects.toMatchObject({
      code: 'webhook_invalid',
    })
    await expect(streaming.receiveWebhook('ghost', signed)).rejects.toMatchObject({ code: 'not_found' })
  })
})
