import { type Estimate, memoryEventBus, memoryStreamStore } from '@stagedoor/streaming-core'
import { expect, it } from 'vitest'
import { consoleLogger } from './logger.ts'
import { createPlatform } from './platform.ts'

const { streamingHandler } = createPlatform({
  ivs: { region: 'us-east-1', publicPlayback: true },
  livekit: null,
  store: memoryStreamStore(),
  bus: memoryEventBus(),
  logger: consoleLogger,
})

async function estimate(plan: object): Promise<Estimate> {
  const request = new Request('http://localhost/api/streaming/estimates', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(plan),
  })
  const response = await streamingHandler(request)
  expect(response.status).toBe(200)
  return (await response.json()) as Estimate
}

it('an estimate compares a channel, a stage and LiveKit, and chooses what is set up', async () => {
  const { decision, quotes } = await estimate({ expectedViewers: 900, durationHours: 4, quality: 'hd' })
  expect(decision).toMatchObject({ candidate: 'ivs-channel', adapterId: 'ivs', publishing: 'obs' })
  const totals = quotes.map((quote) => [quote.candidate, quote.feasible && quote.total.amount])
  expect(totals).toEqual([
    ['ivs-channel', '26260'],
    ['ivs-stage', '25949'],
    ['livekit', '44832'],
  ])
})

it('what cannot carry a plan says why', async () => {
  const { quotes } = await estimate({ expectedViewers: 1000, durationHours: 4, quality: 'fhd' })
  const reasons = Object.fromEntries(
    quotes.map((quote) => [quote.candidate, quote.feasible ? undefined : quote.reasons.join()]),
  )
  expect(reasons).toEqual({
    'ivs-channel': undefined,
    'ivs-stage': 'carries at most hd, fhd was asked for',
    livekit: 'carries at most 999 viewers, 1000 are expected',
  })
})
