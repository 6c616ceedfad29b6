import { expect, it } from 'vitest'
import { platform } from './platform.fixture.ts'

it('each of many refunds at once is given back, or told that nothing is left', async () => {
  // Nothing travels together, as on as many servers.
  const { tip, tips, refund, verify } = platform({ batching: { maxSize: 1, maxInFlight: 200 } })
  const { tip: made } = await tip()
  const answers = await Promise.allSettled(Array.from({ length: 120 }, () => refund(made.id, 10n)))
  const codes = answers.map((one) => (one.status === 'fulfilled' ? one.value.outcome.kind : one.reason.code))
  expect(codes.filter((code) => code === 'succeeded')).toHaveLength(101)
  expect(codes.filter((code) => code === 'conflict')).toHaveLength(19)
  expect(await tips.getTip(made.id)).toMatchObject({ refundedTotal: 1010n })
  expect(await verify()).toMatchObject({ ok: true })
})

it('a tip whose store takes no change is given up, and nothing is refunded', async () => {
  const { tip, store, refund, gateway } = platform()
  const { tip: made } = await tip()
  store.commit = async (changes) => changes.map(() => 'stale')
  await expect(refund(made.id, 10n)).rejects.toMatchObject({ code: 'provider_unavailable' })
  expect(gateway.books.lines().filter(({ kind }) => kind === 'refund')).toEqual([])
})
