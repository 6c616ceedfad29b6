import { afterEach, expect, it } from 'vitest'
import { site } from './site.fixture.ts'

const usd = (amount: string) => ({ amount, currency: 'USD' })
const closing = new Set<AbortController>()

afterEach(() => {
  for (const one of closing) one.abort()
  closing.clear()
})

/** Ava's overlay, read event by event. */
async function overlay() {
  const stage = site({ deliversAtOnce: true })
  const rotate = async () => {
    const answer = await stage.call('ava', 'POST /creators/ava/alerts/rotate')
    return ((await answer.json()) as { token: string }).token
  }
  const open = async (token: string, lastEventId?: string) => {
    const controller = new AbortController()
    closing.add(controller)
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
    const line = `GET /creators/ava/alerts?token=${token}`
    const response = await stage.call(null, line, undefined, headers, controller.signal)
    if (!response.body) throw new Error('there is no stream')
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    /** The next event, null at the end. */
    const next = async () => {
      for (;;) {
        const found = /id: (.*)\nevent: (.*)\ndata: (.*)\n\n/.exec(text)
        if (found) {
          text = text.slice(found.index + found[0].length)
          return { id: found[1], event: found[2], data: JSON.parse(found[3] ?? '') }
        }
        const { done, value } = await reader.read()
        if (done) return null
        text += value
      }
    }
    return { status: response.status, next }
  }
  return { ...stage, rotate, open }
}

it('tells the settings, and then each tip from then on', async () => {
  const { rotate, open, post } = await overlay()
  const token = await rotate()
  await post({ message: 'before' })
  const { next } = await open(token)
  expect(await next()).toMatchObject({ event: 'alerts.ready', data: { minimums: [], showSeconds: 8 } })
  await post({ message: 'after' })
  expect(await next()).toMatchObject({
    event: 'tip.completed',
    data: { isTest: false, tip: { amount: usd('1010'), from: 'vic', message: 'after' } },
  })
})

it('misses nothing that came while the overlay was away, and tells it the settings again', async () => {
  const { rotate, open, post } = await overlay()
  const token = await rotate()
  const last = (await (await open(token)).next())?.id
  for (const message of ['one', 'two']) await post({ message })
  const { next } = await open(token, last)
  expect((await next())?.event).toBe('alerts.ready')
  expect((await next())?.data.tip.message).toBe('one')
  expect((await next())?.data.tip.message).toBe('two')
})

it('gets what is of the last day when it was away for longer, and of that the newest 200', async () => {
  const { rotate, open, store, tips, wait } = await overlay()
  const token = await rotate()
  const first = await open(token)
  const last = (await first.next())?.id
  const add = async (name: string, count: number) => {
    const at = new Date(Date.parse('2026-03-02T12:00:00.000Z') + passed * 1000).toISOString()
    const tip = { id: name, creatorId: 'ava', amount: usd('500'), from: name }
    const alerts = Array.from({ length: count }, (_, index) => ({
      ...{ creatorId: 'ava', id: `${name}${index}`, at },
      body: { type: 'tip', tip, isTest: false } as const,
    }))
    await store.addAlerts(alerts)
  }
  let passed = 0
  const pass = (seconds: number) => {
    passed += seconds
    wait(seconds)
  }
  await add('old', 600)
  pass(3600)
  await add('recent', 150)
  pass(86_400 - 60)
  const shown = async () => {
    const { alerts, lastSeq } = await tips.listMissedAlerts('ava', Number(last))
    return { count: alerts.length, first: alerts[0]?.id, last: alerts.at(-1)?.id, lastSeq }
  }
  expect(await shown()).toEqual({ count: 150, first: 'recent0', last: 'recent149', lastSeq: 750 })
  await add('new', 100)
  expect(await shown()).toEqual({ count: 200, first: 'recent50', last: 'new99', lastSeq: 850 })
  const { next } = await open(token, last)
  expect((await next())?.event).toBe('alerts.ready')
  for (let count = 0; count < 200; count++) {
    expect((await next())?.data.tip.from).toBe(count < 100 ? 'recent' : 'new')
  }
  await add('live', 1)
  expect(await next()).toMatchObject({ id: '851', data: { tip: { from: 'live' } } })
})

it('begins with what comes next for an overlay that has seen more than there is', async () => {
  const { rotate, open, post } = await overlay()
  const { next } = await open(await rotate(), '900')
  expect(await next()).toMatchObject({ event: 'alerts.ready', id: '0' })
  await post()
  expect(await next()).toMatchObject({ event: 'tip.completed' })
})

it('tells changed settings before the next alert', async () => {
  const { rotate, open, post, call } = await overlay()
  const { next } = await open(await rotate())
  await next()
  await call('ava', 'PUT /creators/ava/alerts/settings', { showSeconds: 3, minimums: [usd('1000')] })
  await post({ amount: usd('999') })
  await post()
  expect(await next()).toMatchObject({
    event: 'alerts.ready',
    data: { showSeconds: 3, minimums: [usd('1000')] },
  })
  expect(await next()).toMatchObject({ event: 'tip.completed', data: { tip: { amount: usd('1010') } } })
})

it('ends before the next alert once the address was replaced, and does not open again', async () => {
  const { rotate, open, post } = await overlay()
  const token = await rotate()
  const { next } = await open(token)
  await next()
  await rotate()
  await post()
  expect(await next()).toBeNull()
  expect((await open(token)).status).toBe(403)
})
