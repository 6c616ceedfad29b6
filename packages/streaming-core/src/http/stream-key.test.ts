import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { memoryEventBus } from '../event-bus.ts'
import type { ProviderEvent } from '../provider-event.ts'
import { readEvents } from './read-events.fixture.ts'
import { createSite } from './site.fixture.ts'

/** Everything that a run says, to whomever: answers, events, logs, rows, errors. */
function witness() {
  const heard: string[] = []
  const note = (...entry: unknown[]) => void heard.push(inspect(entry, { depth: 12, showHidden: true }))
  const bus = memoryEventBus()
  const logger = { info: note, warn: note, error: note }
  const site = createSite({
    core: {
      logger,
      bus: {
        subscribe: bus.subscribe,
        publish: async (message) => {
          note(message)
          await bus.publish(message)
        },
      },
    },
    handler: { logger },
  })
  return { ...site, heard, note }
}

it('shows the stream key in no answer but its owner’s, in no event, no row, no log and no error', async () => {
  const site = witness()
  const { streaming, store, control, heard, note } = site
  const granted: string[] = []
  const ask = async (method: string, path: string, as: string | null, body?: unknown) => {
    const answer = await site.call(method, path, { as, body })
    const text = await answer.text()
    const isGrant = as === 'ava' && path.includes('/ingest') && answer.ok
    if (isGrant) granted.push(JSON.parse(text).streamKey)
    else note(method, path, answer.status, [...answer.headers], text)
    return answer
  }

  const { streamId, channelId } = await site.open('ava')
  const path = `/streams/${streamId}`
  const events = readEvents(await site.call('GET', `${path}/events`))
  const tell = async (event: ProviderEvent) => {
    const url = 'http://localhost/api/streaming/webhooks/memory'
    const answer = await site.handler(await control.signTestWebhook(event, url))
    note(answer.status, await answer.text())
  }
  const everybodyAsks = async () => {
    for (const who of [null, 'vic', 'sam', 'noa', 'ava']) {
      for (const rest of ['', '/status', '/recordings', '/ingest']) await ask('GET', path + rest, who)
      for (const rest of ['/playback', '/ingest/rotate']) await ask('POST', path + rest, who)
      await ask('GET', '/streams', who)
      await ask('POST', '/estimates', who, {})
    }
  }

  await everybodyAsks()
  await tell(control.goLive(channelId))
  await everybodyAsks()
  for (const operation of ['hostAccess', 'rotate', 'viewerAccess'] as const) {
    for (const when of ['before', 'after'] as const) {
      control.failNext(operation, when)
      await everybodyAsks()
    }
  }
  await tell(control.loseEncoder(channelId))
  note(await streaming.reconcile())
  note(await streaming.getIngest({ userId: 'ava' }, streamId))
  note(await streaming.getIngest({ userId: 'vic' }, streamId).catch((error) => error))
  control.failNext('endChannel', 'before')
  await ask('DELETE', path, 'ava')
  note(await store.list({ limit: 100 }), await store.listEvents({ streamId, afterSeq: 0, limit: 1000 }))
  note(await streaming.reconcile())
  await everybodyAsks()
  note(streaming, await store.list({ limit: 100 }))
  for (let message = await events.next(); message; message = await events.next()) {
    note(message)
    if (message.event === 'stream.ended') break
  }
  await events.close()

  const keys = new Set(granted)
  expect(keys.size).toBeGreaterThan(5)
  for (const key of keys) expect(key).toMatch(/^sk_memory_.{30,}/)
  expect(heard.length).toBeGreaterThan(200)
  const everything = heard.join('\n')
  expect(everything).toContain('stream.ended')
  expect(everything).toContain('[redacted]')
  for (const key of keys) expect(everything.includes(key)).toBe(false)
  expect(everything).not.toContain('sk_memory_')
})
