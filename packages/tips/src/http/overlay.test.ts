import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { describe, expect, it } from 'vitest'
import { site } from './site.fixture.ts'

const usd = (amount: string) => ({ amount, currency: 'USD' })

/** An overlay: what it was sent, as `id event from`. */
function overlay(response: Response) {
  const seen: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (message) => void seen.push(message) })
  let isOver = false
  const reading = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) parser.feed(decoder.decode(chunk, { stream: true }))
    isOver = true
  })().catch(() => {
    isOver = true
  })
  return {
    names: () => seen.map(({ event }) => event),
    tips: () =>
      seen.filter(({ event }) => event === 'tip.completed').map(({ data }) => JSON.parse(data).tip.from),
    last: () => seen.at(-1)?.id,
    seen,
    reading,
    isOver: () => isOver,
  }
}

async function withOverlay() {
  const stage = site()
  const rotate = async () => {
    const response = await stage.call('ava', 'POST /creators/ava/alerts/rotate')
    expect(response.status).toBe(201)
    return ((await response.json()) as { token: string }).token
  }
  const token = await rotate()
  const aborts: AbortController[] = []
  const open = async (query: string, headers: Record<string, string> = {}) => {
    const abort = new AbortController()
    aborts.push(abort)
    const response = await stage.call(
      null,
      `GET /creators/ava/alerts?${query}`,
      undefined,
      headers,
      abort.signal,
    )
    return { response, close: () => abort.abort() }
  }
  const closeAll = () => {
    for (const abort of aborts) abort.abort()
  }
  return { ...stage, rotate, token, open, closeAll }
}

describe('an overlay', () => {
  it('shows tips from now on, large enough ones, and goals; and test tips', async () => {
    const { post, call, tips, open, token, closeAll } = await withOverlay()
    await post({ amount: usd('500') }, 'sam')
    await tips.deliver()
    await call('ava', 'PUT /creators/ava/alerts/settings', { minimums: [usd('1000')], showSeconds: 5 })
    await call('ava', 'PUT /creators/ava/goal', { title: 'Camera', targets: [usd('1000')] })
    const { response } = await open(`token=${token}`)
    const shown = overlay(response)
    await expect.poll(shown.names).toEqual(['alerts.ready'])
    expect(JSON.parse(shown.seen[0]?.data ?? '')).toMatchObject({ showSeconds: 5, minimums: [usd('1000')] })
    await post({ amount: usd('999') }, 'sam')
    await post({}, 'vic')
    await tips.deliver()
    await call('ava', 'POST /creators/ava/alerts/test')
    await expect
      .poll(() => shown.names().toSorted())
      .toEqual(['alerts.ready', 'goal.reached', 'tip.completed', 'tip.completed'])
    expect(shown.tips()).toEqual(['vic', 'Stagedoor'])
    closeAll()
    await shown.reading
  })

  it('that was away gets what it missed, once and in order', async () => {
    const { post, tips, open, token, closeAll } = await withOverlay()
    const first = await open(`token=${token}`)
    const shown = overlay(first.response)
    await expect.poll(shown.names).toEqual(['alerts.ready'])
    await post({}, 'vic')
    await tips.deliver()
    await expect.poll(shown.tips).toEqual(['vic'])
    first.close()
    await shown.reading
    for (const who of ['sam', 'eve', 'zoe']) {
      await post({}, who)
      await tips.deliver()
    }
    const again = overlay((await open(`token=${token}`, { 'last-event-id': shown.last() ?? '' })).response)
    await expect.poll(again.tips).toEqual(['sam', 'eve', 'zoe'])
    closeAll()
    await again.reading
  })

  it('opens with its present address alone', async () => {
    const { open, rotate, token, call, closeAll } = await withOverlay()
    for (const query of ['', 'token=', 'token=overlay_x', `token=${token}x`]) {
      expect([query, (await open(query)).response.status]).toEqual([query, 403])
    }
    expect((await call('vic', 'POST /creators/ava/alerts/rotate')).status).toBe(403)
    const next = await rotate()
    expect((await open(`token=${token}`)).response.status).toBe(403)
    expect((await open(`token=${next}`)).response.status).toBe(200)
    expect((await open(`token=${next}`, { 'last-event-id': 'x' })).response.status).toBe(400)
    closeAll()
  })

  it('keeps its secret out of everything that is stored or told', async () => {
    const { token, store, call } = await withOverlay()
    expect(JSON.stringify(await store.getAlertSettings('ava'), (_, value) => `${value}`)).not.toContain(token)
    const settings = await call('ava', 'GET /creators/ava/alerts/settings')
    expect(await settings.text()).not.toMatch(/token|digest/i)
    const other = await call('vic', 'POST /creators/vic/alerts/test')
    expect(other.status).toBe(409)
  })
})
