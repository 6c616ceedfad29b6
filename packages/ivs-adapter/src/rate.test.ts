import { expect, it } from 'vitest'
import { show, useFaultyIvs } from './faulty-ivs.fixture.ts'

const target = useFaultyIvs('all', { enforceRateLimits: true })

it('a burst of calls stays under the rates that IVS enforces, so that none is thrown back', async () => {
  const own = target.adapter({ callsPerSecond: 5 })
  const channel = await own.createChannel(show)
  target.proxy.reset()
  const host = { userId: 'ava' }
  const burst = await Promise.all(Array.from({ length: 12 }, () => own.hostAccess(channel, host)))
  expect(burst).toHaveLength(12)
  // A throttled call would have been repeated by the SDK.
  expect(target.proxy.calls).toHaveLength(12)
})
