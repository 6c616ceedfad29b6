import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { expect, test } from 'vitest'
import { createPlatform, origin } from './platform.fixture.ts'

type Platform = ReturnType<typeof createPlatform>

/** Reads one response of server-sent events, message by message. */
async function listen(platform: Platform, streamId: string, lastEventId?: number) {
  const closing = new AbortController()
  const response = await platform.handler(
    new Request(`${origin}/api/streaming/streams/${streamId}/events`, {
      signal: closing.signal,
      ...(lastEventId === undefined ? {} : { headers: { 'last-event-id': String(lastEventId) } }),
    }),
  )
  const messages: EventSourceMessage[] = []
  const comments: string[] = []
  const parser = createParser({
    onEvent: (message) => void messages.push(message),
    onComment: (comment) => void comments.push(comment),
  })
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  const readUntil = async (enough: () => boolean) => {
    while (!enough()) {
      const part = await reader?.read()
      if (!part || part.done) return false
      parser.feed(decoder.decode(part.value, { stream: true }))
    }
    return true
  }
  return {
    response,
    messages,
    comments,
    readUntil,
    /** The next `count` messages as `[event, id]`. */
    take: async (count: number) => {
      await readUntil(() => messages.length >= count)
      return messages.splice(0, count).map(({ event, id }) => [event, id])
    },
    close: () => closing.abort(),
    cancel: () => reader?.cancel(),
  }
}

function subscriberCount(platform: Platform) {
  const { bus } = platform.streaming
  let count = 0
  const subscribe = bus.subscribe.bind(bus)
  bus.subscribe = (streamId, listener) => {
    const unsubscribe = subscribe(streamId, listener)
    count++
    return () => {
      count--
      unsubscribe()
    }
  }
  return () => count
}

test('tells the present state first, then the whole log, then what happens', async () => {
  const platform = createPlatform()
  const { id, channelId } = await platform.open('creator1')
  const events = await listen(platform, id)
  expect(events.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(await events.take(2)).toEqual([
    ['stream.snapshot', '0'],
    ['stream.created', '1'],
  ])
  await platform.streaming.applyEvent('memory', platform.adapter.control.goLive(channelId))
  expect(await events.take(1)).toEqual([['stream.started', '2']])
  platform.adapter.control.setViewers(channelId, 7)
  await platform.streaming.reconcile()
  await events.readUntil(() => events.messages.length >= 1)
  expect(events.messages[0]).toMatchObject({ event: 'viewers.changed', id: '2' })
  expect(JSON.parse(events.messages[0]?.data ?? '')).toMatchObject({ current: 7, peak: 7, status: 'live' })
  events.close()
})

test('resumes after the last event that was seen: nothing is missed and nothing told twice', async () => {
  const platform = createPlatform()
  const { id, channelId } = await platform.open('creator1')
  const { control } = platform.adapter
  await platform.streaming.applyEvent('memory', control.goLive(channelId))
  platform.wait(1)
  await platform.streaming.applyEvent('memory', control.loseEncoder(channelId))
  platform.wait(1)
  await platform.streaming.applyEvent('memory', control.resume(channelId))
  const events = await listen(platform, id, 2)
  expect(await events.take(3)).toEqual([
    ['stream.snapshot', '2'],
    ['stream.interrupted', '3'],
    ['stream.resumed', '4'],
  ])
  await platform.streaming.endStream({ userId: 'creator1' }, id)
  expect(await events.take(1)).toEqual([['stream.ended', '5']])
  events.close()
})

test('pages through a log that is longer than one page', async () => {
  const platform = createPlatform()
  const { id, channelId } = await platform.open('creator1')
  const { control } = platform.adapter
  for (let round = 0; round < 130; round++) {
    platform.wait(1)
    const event =
      round === 0
        ? control.goLive(channelId)
        : round % 2
          ? control.loseEncoder(channelId)
          : control.resume(channelId)
    await platform.streaming.applyEvent('memory', event)
  }
  const events = await listen(platform, id)
  const ids = (await events.take(132)).slice(1).map(([, seq]) => Number(seq))
  expect(ids).toEqual(Array.from({ length: 131 }, (_, index) => index + 1))
  events.close()
})

test('a message that the bus lost is made up for by the next heartbeat', async () => {
  const platform = createPlatform({ heartbeatSeconds: 0.05 })
  const { id, channelId } = await platform.open('creator1')
  const events = await listen(platform, id)
  await events.take(2)
  const { bus } = platform.streaming
  bus.publish = async () => {
    throw new Error('the bus is down')
  }
  await platform.streaming.applyEvent('memory', platform.adapter.control.goLive(channelId))
  expect(await events.take(1)).toEqual([['stream.started', '2']])
  await events.readUntil(() => events.comments.length > 0)
  events.close()
})

test.each(['close', 'cancel'] as const)(
  'a client that goes away by %s leaves nothing behind',
  async (way) => {
    const platform = createPlatform({ heartbeatSeconds: 0.01 })
    const subscribers = subscriberCount(platform)
    const { id, channelId } = await platform.open('creator1')
    const all = await Promise.all(Array.from({ length: 20 }, () => listen(platform, id)))
    expect(subscribers()).toBe(20)
    for (const events of all) await events[way]()
    expect(subscribers()).toBe(0)
    await platform.streaming.applyEvent('memory', platform.adapter.control.goLive(channelId))
  },
)

test('a client that does not read is cut off before much is kept for it, and misses nothing when it is back', async () => {
  const platform = createPlatform()
  const subscribers = subscriberCount(platform)
  const { id, channelId } = await platform.open('creator1')
  const events = await listen(platform, id)
  await platform.streaming.applyEvent('memory', platform.adapter.control.goLive(channelId))
  for (let viewers = 1; viewers <= 2000; viewers++) {
    platform.adapter.control.setViewers(channelId, viewers)
    await platform.streaming.bus.publish({
      type: 'viewers.changed',
      streamId: id,
      current: viewers,
      peak: viewers,
      status: 'live',
    })
  }
  expect(subscribers()).toBe(0)
  expect(await events.readUntil(() => false)).toBe(false)
  expect(events.messages.length).toBeLessThan(300)
  const again = await listen(platform, id, 1)
  expect(await again.take(2)).toEqual([
    ['stream.snapshot', '1'],
    ['stream.started', '2'],
  ])
  again.close()
})
