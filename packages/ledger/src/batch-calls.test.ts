import { describe, expect, it } from 'vitest'
import { type BatchingOptions, batchCalls } from './batch-calls.ts'
import { LedgerError } from './errors.ts'
import type { LedgerStore } from './ledger-store.ts'
import { memoryLedgerStore } from './memory-ledger-store.ts'
import { sampleEarning } from './testing/index.ts'
import type { NewTransfer } from './transfer.ts'

const at = '2026-01-01T00:00:00.000Z'

/** Posts transfers that share round trips, as the ledger does. */
function batchPosts(input: { readonly store: Pick<LedgerStore, 'post'>; readonly options: BatchingOptions }) {
  const send = (transfers: readonly NewTransfer[]) => input.store.post(transfers, at)
  return batchCalls({ send, options: input.options })
}

/** A store that notes its round trips and can hold each back. */
function observed(prepare: (batch: readonly NewTransfer[]) => Promise<void> | void = () => {}) {
  const store = memoryLedgerStore()
  const sizes: number[] = []
  let [inFlight, mostInFlight] = [0, 0]
  const post: LedgerStore['post'] = async (batch, recordedAt) => {
    sizes.push(batch.length)
    inFlight += 1
    mostInFlight = Math.max(mostInFlight, inFlight)
    try {
      await prepare(batch)
      return await store.post(batch, recordedAt)
    } finally {
      inFlight -= 1
    }
  }
  return { post, store, sizes, mostInFlight: () => mostInFlight }
}

const earnings = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => sampleEarning(`t${from + index}`))

describe('concurrent posts', () => {
  it('travel together, and each gets its own answer', async () => {
    const target = observed()
    await target.store.post([sampleEarning('t1')], at)
    const post = batchPosts({ store: target, options: {} })
    const conflicting = { ...sampleEarning('t2'), key: 'completion:t1' }
    const results = await Promise.all([...earnings(3), conflicting].map(post))
    expect(target.sizes).toEqual([4])
    expect(results.map(({ outcome }) => outcome)).toEqual(['posted', 'exists', 'posted', 'conflict'])
    expect(results.map(({ transfer }) => transfer.key)).toEqual([
      'completion:t0',
      'completion:t1',
      'completion:t2',
      'completion:t1',
    ])
  })

  it('leave at once when nothing is under way, whatever the delay', async () => {
    const target = observed()
    const post = batchPosts({ store: target, options: { maxDelayMs: 1000 } })
    for (const earning of earnings(3)) await post(earning)
    expect(target.sizes).toEqual([1, 1, 1])
  })

  it('gather behind a round trip until it is back, so that a slow database gets few and large ones', async () => {
    const gate = Promise.withResolvers<void>()
    const target = observed((batch) => (batch[0]?.key === 'completion:t0' ? gate.promise : undefined))
    const post = batchPosts({ store: target, options: { maxDelayMs: 1000, maxInFlight: 1 } })
    const first = post(sampleEarning('t0'))
    await Promise.resolve()
    const others = earnings(40, 1).map(post)
    gate.resolve()
    await Promise.all([first, ...others])
    expect(target.sizes).toEqual([1, 40])
  })

  it('wait for a round trip no longer than the delay while another may begin', async () => {
    const gate = Promise.withResolvers<void>()
    const target = observed((batch) => (batch[0]?.key === 'completion:t0' ? gate.promise : undefined))
    const post = batchPosts({ store: target, options: { maxDelayMs: 1, maxInFlight: 2 } })
    const first = post(sampleEarning('t0'))
    await Promise.resolve()
    // It comes back although the first one never does.
    expect(await post(sampleEarning('t1'))).toMatchObject({ outcome: 'posted' })
    gate.resolve()
    await first
  })

  it('keep to the size of a batch and to the round trips at a time', async () => {
    const target = observed(() => new Promise((resolve) => setImmediate(resolve)))
    const post = batchPosts({ store: target, options: { maxSize: 10, maxInFlight: 3 } })
    await Promise.all(earnings(205).map(post))
    expect(Math.max(...target.sizes)).toBe(10)
    expect(target.mostInFlight()).toBe(3)
    expect(target.sizes.reduce((sum, size) => sum + size)).toBe(205)
  })

  it('fail alone when the store refuses a batch for one of them', async () => {
    const target = observed((batch) => {
      if (batch.some(({ key }) => key === 'completion:t5')) throw new Error('it does not like t5')
    })
    const post = batchPosts({ store: target, options: {} })
    const results = await Promise.allSettled(earnings(16).map(post))
    const failed = results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))
    expect(failed).toEqual([5])
    expect((await target.store.audit()).transfers).toBe(15)
  })

  it('all fail when the database is away, without asking it again for each', async () => {
    const target = observed(() => {
      throw new LedgerError({ code: 'provider_unavailable', message: 'It is away.' })
    })
    const post = batchPosts({ store: target, options: {} })
    const results = await Promise.allSettled(earnings(16).map(post))
    expect(results.every(({ status }) => status === 'rejected')).toBe(true)
    expect(target.sizes).toEqual([16])
  })
})
