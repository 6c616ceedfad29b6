import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createPlatform } from './platform.fixture.ts'
import type { ProviderEvent } from './provider-event.ts'
import type { Streaming } from './streaming.ts'

/** What happens at the provider, a second or more apart. */
type Step = 'goLive' | 'loseEncoder' | 'resume' | 'endSession'

const steps = fc.array(
  fc.record({
    step: fc.constantFrom<Step>('goLive', 'loseEncoder', 'resume', 'endSession'),
    pause: fc.integer({ min: 1, max: 40 }),
  }),
  { minLength: 1, maxLength: 8 },
)

/** How the network treats the events: what arrives, how often and in which order. */
const delivery = fc.array(fc.record({ index: fc.nat(20) }), { maxLength: 24 })

async function platform() {
  const target = createPlatform()
  return { ...target, ...(await target.open()) }
}

type Platform = Awaited<ReturnType<typeof platform>>

function play(target: Platform, script: readonly { step: Step; pause: number }[]): ProviderEvent[] {
  const events: ProviderEvent[] = []
  let status = 'offline'
  for (const { step, pause } of script) {
    target.advance(pause)
    const possible =
      (step === 'goLive' && status === 'offline') ||
      (step === 'loseEncoder' && status === 'live') ||
      (step === 'resume' && status === 'interrupted') ||
      (step === 'endSession' && status !== 'offline')
    if (!possible) continue
    events.push(target.adapter.control[step](target.channelId))
    status = { goLive: 'live', loseEncoder: 'interrupted', resume: 'live', endSession: 'offline' }[step]
  }
  return events
}

/** The state that must not depend on how events travelled. */
async function settled(streaming: Streaming, streamId: string, adapter: Platform['adapter']) {
  await streaming.reconcile()
  const { status, session, channel, endReason } = await streaming.getStream(streamId)
  return { status, session, channel, endReason, channels: adapter.control.channelIds() }
}

it('ends in the same state after one reconcile, whatever order, duplication and loss the events went through', async () => {
  await fc.assert(
    fc.asyncProperty(steps, delivery, fc.integer({ min: 0, max: 60 }), async (script, arrivals, wait) => {
      const orderly = await platform()
      for (const event of play(orderly, script)) await orderly.streaming.applyEvent('memory', event)
      const messy = await platform()
      const events = play(messy, script)
      for (const { index } of arrivals) {
        const event = events[index]
        if (event) await messy.streaming.applyEvent('memory', event)
      }
      orderly.advance(wait)
      messy.advance(wait)
      const expected = await settled(orderly.streaming, orderly.streamId, orderly.adapter)
      const actual = await settled(messy.streaming, messy.streamId, messy.adapter)
      const neutral = (state: typeof expected, target: Platform) =>
        JSON.stringify(state).replaceAll(target.streamId, 'STREAM')
      expect(neutral(actual, messy)).toBe(neutral(expected, orderly))
    }),
    { numRuns: 500 },
  )
})
