import { expect, it } from 'vitest'
import { costItem, toCost } from './cost/cost.ts'
import { createStreaming } from './create-streaming.ts'
import { memory } from './memory-adapter.ts'
import { memoryStreamStore } from './memory-stream-store.ts'

const perViewerHour = { amount: '10', verified: true, source: 'the test' }

/** A platform whose provider takes ten cents a viewer-hour, on a clock that the test turns. */
async function setUp(budget?: string) {
  let now = Date.parse('2026-01-01T00:00:00.000Z')
  const clock = () => new Date(now)
  const provider = memory({ clock })
  const adapter = {
    ...provider,
    cost: (usage: Parameters<typeof provider.cost>[0]) =>
      toCost(
        [
          costItem(
            { label: 'Viewers', quantity: usage.viewerHours, unit: 'viewer-hour' },
            perViewerHour,
            'USD',
          ),
        ],
        { asOf: '2026-01-01', currency: 'USD' },
      ),
  }
  const store = memoryStreamStore()
  const start = () =>
    createStreaming({
      adapters: [adapter],
      store,
      access: () => ({ allowed: true }),
      eligibility: () => ({ eligible: true, verified: true }),
      clock,
    })
  const streaming = start()
  const { stream } = await streaming.createStream(
    { userId: 'ava' },
    { title: 'A show', ...(budget === undefined ? {} : { budget: { amount: budget, currency: 'USD' } }) },
  )
  const channelId = stream.channel?.id ?? ''
  await streaming.applyEvent('memory', provider.control.goLive(channelId))
  const pass = (hours: number) => {
    now += hours * 3_600_000
  }
  const budgets = async () =>
    (await streaming.listEvents(stream.id, 0)).flatMap((event) =>
      event.type === 'budget.reached' ? [event.percent] : [],
    )
  return { streaming, start, stream, channelId, control: provider.control, pass, budgets }
}

it('a stream costs what its viewers watched, counted while it runs and kept after its end', async () => {
  const { streaming, stream, channelId, control, pass } = await setUp()
  control.setViewers(channelId, 100)
  await streaming.reconcile()
  pass(1)
  expect((await streaming.getCost(stream.id)).total).toEqual({ amount: '1000', currency: 'USD' })
  control.setViewers(channelId, 10)
  await streaming.reconcile()
  pass(2)
  await streaming.endStream({ userId: 'ava' }, stream.id)
  pass(5)
  await streaming.reconcile()
  expect(await streaming.getCost(stream.id)).toMatchObject({
    total: { amount: '1200' },
    usage: { streamHours: 3, viewerHours: 120 },
    until: '2026-01-01T03:00:00.000Z',
  })
})

it('a server that was away, and two that run at once, count each moment once', async () => {
  const { streaming, start, stream, channelId, control, pass } = await setUp()
  control.setViewers(channelId, 100)
  await streaming.reconcile()
  pass(1)
  const others = [start(), start(), start()]
  await Promise.all(
    others.flatMap((other) => [other.reconcile(), other.getCost(stream.id), other.reconcile()]),
  )
  pass(1)
  await Promise.all(others.map((other) => other.reconcile()))
  expect((await streaming.getCost(stream.id)).usage.viewerHours).toBe(200)
})

it('nothing is counted before a stream is live and while its encoder is away', async () => {
  const { streaming, stream, channelId, control, pass } = await setUp()
  control.setViewers(channelId, 50)
  await streaming.reconcile()
  await streaming.applyEvent('memory', control.loseEncoder(channelId))
  pass(3)
  await streaming.reconcile()
  await streaming.applyEvent('memory', control.resume(channelId))
  pass(1)
  expect((await streaming.getCost(stream.id)).usage).toMatchObject({ streamHours: 1, viewerHours: 50 })
})

it('a budget is announced at 80 and at 100 percent, once each, however many servers look', async () => {
  const { streaming, start, channelId, control, pass, budgets } = await setUp('1000')
  control.setViewers(channelId, 100)
  await streaming.reconcile()
  pass(0.79)
  await streaming.reconcile()
  expect(await budgets()).toEqual([])
  pass(0.01)
  await Promise.all([start(), start(), streaming].map((one) => one.reconcile()))
  expect(await budgets()).toEqual([80])
  pass(0.2)
  await Promise.all([start(), start(), streaming].map((one) => one.reconcile()))
  await streaming.reconcile()
  expect(await budgets()).toEqual([80, 100])
})

it('a budget that is passed in one step is announced as spent', async () => {
  const { streaming, channelId, control, pass, budgets } = await setUp('1000')
  control.setViewers(channelId, 100)
  await streaming.reconcile()
  pass(7)
  await streaming.reconcile()
  expect(await budgets()).toEqual([100])
})

it('a budget in another currency than the prices is refused, as it could never be found spent', async () => {
  const { streaming } = await setUp()
  const budget = { amount: '1000', currency: 'EUR' }
  await expect(streaming.createStream({ userId: 'noa' }, { title: 'A show', budget })).rejects.toMatchObject({
    code: 'invalid_input',
    field: 'budget.currency',
    message: expect.stringContaining('USD'),
  })
  expect((await streaming.listStreams({ creatorId: 'noa' })).items).toEqual([])
})
