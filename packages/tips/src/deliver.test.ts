import { describe, expect, it } from 'vitest'
import { platform } from './platform.fixture.ts'
import type { TipEvent } from './tip-event.ts'

describe('what happened', () => {
  it('is told once it is stored, and once only when it was taken', async () => {
    const { tip, refund, tips, told } = platform()
    const { tip: made } = await tip({ message: 'Hi' })
    expect(told).toEqual([])
    expect(await tips.deliver()).toEqual({ delivered: 1, failed: 0 })
    await refund(made.id, 500n)
    await tips.deliver()
    expect(await tips.deliver()).toEqual({ delivered: 0, failed: 0 })
    expect(told).toMatchObject([
      { type: 'tip.completed', creatorId: 'ava', payerId: 'vic', tip: { from: 'Vic', message: 'Hi' } },
      { type: 'tip.refunded', amount: { amount: '500', currency: 'USD' } },
    ])
  })

  it('comes again to a platform that did not take it, later each time, and holds nothing else up', async () => {
    let failures = 2
    const taken: TipEvent[] = []
    const { tip, tips, wait } = platform({
      onEvent: (event) => {
        if (event.creatorId === 'ava' && failures-- > 0) throw new Error('mail is down')
        taken.push(event)
      },
    })
    await tip()
    await tip({ creatorId: 'eve' })
    expect(await tips.deliver()).toEqual({ delivered: 1, failed: 1 })
    expect(await tips.deliver()).toEqual({ delivered: 0, failed: 0 })
    wait(3)
    expect(await tips.deliver()).toEqual({ delivered: 0, failed: 1 })
    wait(3)
    expect(await tips.deliver()).toEqual({ delivered: 0, failed: 0 })
    wait(3)
    expect(await tips.deliver()).toEqual({ delivered: 1, failed: 0 })
    expect(taken.map(({ creatorId }) => creatorId)).toEqual(['eve', 'ava'])
  })

  it('follows a commit by itself, unless that is switched off', async () => {
    const told: string[] = []
    const { tip } = platform({ deliversAtOnce: true, onEvent: ({ type }) => void told.push(type) })
    await tip()
    await expect.poll(() => told).toEqual(['tip.completed'])
  })

  it('does not wait for ever for a platform that does not answer, and tells it again', async () => {
    const given: (AbortSignal | undefined)[] = []
    const taken: string[] = []
    const { tip, tips, wait } = platform({
      eventTimeoutSeconds: 0.05,
      onEvent: async (event, { signal }) => {
        if (event.creatorId === 'ava' && given.push(signal) === 1) await new Promise(() => {})
        taken.push(event.creatorId)
      },
    })
    await tip()
    await tip({ creatorId: 'eve' })
    expect(await tips.deliver()).toEqual({ delivered: 1, failed: 1 })
    expect(given[0]?.aborted).toBe(true)
    expect(taken).toEqual(['eve'])
    wait(3)
    expect(await tips.deliver()).toEqual({ delivered: 1, failed: 0 })
    expect(taken).toEqual(['eve', 'ava'])
  })

  it('is told at once though something before it is slow, and out of the outbox as soon as it was taken', async () => {
    let answer = () => {}
    const slow = new Promise<void>((resolve) => {
      answer = resolve
    })
    const taken: string[] = []
    const { tip, store, tips, wait } = platform({
      deliversAtOnce: true,
      onEvent: async (event) => {
        if (event.creatorId === 'slow') await slow
        taken.push(event.creatorId)
      },
    })
    await tip({ creatorId: 'slow' })
    await tip({ creatorId: 'eve' })
    await expect.poll(() => taken).toEqual(['eve'])
    await tip({ creatorId: 'noa' })
    await expect.poll(() => taken).toEqual(['eve', 'noa'])
    wait(600)
    const left = async () => {
      const at = '2026-03-02T12:30:00.000Z'
      const rows = await store.claimEvents({ at, until: at, limit: 10 })
      return rows.map(({ event }) => event.creatorId)
    }
    await expect.poll(left).toEqual(['slow'])
    answer()
    await expect.poll(() => taken).toEqual(['eve', 'noa', 'slow'])
    await expect.poll(left).toEqual([])
    expect(await tips.deliver()).toEqual({ delivered: 0, failed: 0 })
  })

  it('is given up with the signal, and told again', async () => {
    const stopping = new AbortController()
    const { tip, tips, wait } = platform({
      onEvent: (_, { signal }) => {
        stopping.abort()
        return signal.aborted ? new Promise(() => {}) : undefined
      },
    })
    await tip()
    await expect(tips.deliver({ signal: stopping.signal })).rejects.toMatchObject({ code: 'aborted' })
    wait(3)
    expect(await tips.deliver()).toEqual({ delivered: 1, failed: 0 })
  })

  it('is not told of a tip that is anonymous by name', async () => {
    const { tip, tips, told } = platform()
    await tip({ anonymous: true })
    await tips.deliver()
    expect(told).toMatchObject([{ tip: { from: null } }])
  })
})

describe('a goal', () => {
  const usd = (amount: bigint) => ({ amount, currency: 'USD' })

  it('is announced once when tips reach it, whoever delivers', async () => {
    const { tip, tips, told } = platform()
    await tips.setGoal('ava', { title: 'Camera', targets: [usd(2000n)] })
    await tip()
    await tips.deliver()
    await tip()
    await Promise.all([tips.deliver(), tips.deliver()])
    await tip()
    await tips.deliver()
    const reached = told.filter(({ type }) => type === 'goal.reached')
    expect(reached).toMatchObject([{ goal: { title: 'Camera' }, level: 1, target: { amount: '2000' } }])
    expect(await tips.getGoal('ava')).toMatchObject({ progress: { isReached: true, current: usd(3030n) } })
  })

  it('announces each step that one tip reaches, in order, and once among several servers', async () => {
    const { tip, tips, told } = platform()
    await tips.setGoal('ava', { title: 'x', kind: 'stepped', targets: [500n, 900n, 1000n, 2000n].map(usd) })
    await tip()
    await Promise.all([tips.deliver(), tips.deliver(), tips.deliver()])
    const steps = () =>
      told.flatMap((event) =>
        event.type === 'goal.reached' ? [[event.level, event.target.amount, event.rounds]] : [],
      )
    expect(steps()).toEqual([
      [1, '500', undefined],
      [2, '900', undefined],
      [3, '1000', undefined],
    ])
    await tip()
    await tips.deliver()
    expect(steps().slice(3)).toEqual([[4, '2000', undefined]])
  })

  it('that begins again says how often it was reached at once', async () => {
    const { tip, tips, told } = platform()
    await tips.setGoal('ava', { title: 'x', kind: 'resetting', targets: [usd(1n)] })
    await tip()
    await tips.deliver()
    const reached = told.filter(({ type }) => type === 'goal.reached')
    expect(reached).toMatchObject([{ level: 1010, rounds: 1010, target: { amount: '1' } }])
  })

  it('that was reached while another server announced less is announced whole', async () => {
    const { tip, tips, store, told } = platform()
    await tips.setGoal('ava', { title: 'x', kind: 'stepped', targets: [1000n, 2000n].map(usd) })
    await tip()
    await tip()
    const { announceGoal } = store
    let isFirst = true
    store.announceGoal = async (goal, from, to, events) => {
      if (isFirst) await announceGoal(goal, 0, 1, events.slice(0, 1))
      isFirst = false
      return announceGoal(goal, from, to, events)
    }
    await tips.deliver()
    const levels = told.map((event) => (event.type === 'goal.reached' ? event.level : 0))
    expect(levels.filter((level) => level > 0)).toEqual([1, 2])
  })

  it.each([
    [
      'stepped',
      [1000n, 3000n],
      2020n,
      { level: 1, current: usd(2020n), target: usd(3000n), isReached: false },
    ],
    [
      'stepped',
      [1000n, 2000n],
      2020n,
      { level: 2, current: usd(2020n), target: usd(2000n), isReached: true },
    ],
    ['resetting', [900n], 2020n, { level: 2, current: usd(220n), target: usd(900n), isReached: false }],
    ['single', [2020n], 2020n, { level: 1, current: usd(2020n), isReached: true }],
    ['single', [2021n], 2020n, { level: 0, current: usd(2020n), isReached: false }],
  ] as const)('that is %s with %s stands so after %s', async (kind, targets, _, progress) => {
    const { tip, tips } = platform()
    await tips.setGoal('ava', { title: 'x', kind, targets: targets.map(usd) })
    await tip()
    await tip()
    expect((await tips.getGoal('ava'))?.progress).toMatchObject({ ...progress, total: usd(2020n) })
  })

  it('counts what was given while it was shown, less what was given back', async () => {
    const { tip, refund, tips } = platform()
    await tip()
    await tips.setGoal('ava', { title: 'x', targets: [usd(5000n)] })
    const { tip: made } = await tip()
    await refund(made.id, 500n)
    expect((await tips.getGoal('ava'))?.progress.total).toEqual(usd(510n))
    await tips.setGoal('ava', null)
    expect(await tips.getGoal('ava')).toBeNull()
  })
})

describe('a tip’s status', () => {
  it('is completed by money alone, and asks the gateway for it', async () => {
    const { tip, tips, gateway } = platform({ fake: { pageUrl: 'http://localhost/pay' } })
    const { tip: made } = await tip({ instrument: 'fake_redirect' })
    await expect(tips.updateTipStatus(made.id, 'completed')).rejects.toMatchObject({ code: 'conflict' })
    gateway.control.settle(made.chargeRef ?? '')
    expect(await tips.updateTipStatus(made.id, 'completed')).toMatchObject({ status: 'completed' })
    await expect(tips.updateTipStatus(made.id, 'canceled')).rejects.toMatchObject({ code: 'conflict' })
    await expect(tips.updateTipStatus(made.id, 'pending' as 'failed')).rejects.toMatchObject({
      field: 'status',
    })
  })

  it('can be given up by hand, twice without harm, and only onwards', async () => {
    const { tip, tips } = platform({ fake: { pageUrl: 'http://localhost/pay' } })
    const { tip: made } = await tip({ instrument: 'fake_redirect' })
    expect(await tips.updateTipStatus(made.id, 'expired')).toMatchObject({ status: 'expired' })
    expect(await tips.updateTipStatus(made.id, 'expired')).toMatchObject({ status: 'expired' })
    await expect(tips.updateTipStatus(made.id, 'failed')).rejects.toMatchObject({ code: 'conflict' })
    expect(await tips.updateTipStatus(made.id, 'canceled')).toMatchObject({ status: 'canceled' })
  })
})

describe('a dispute', () => {
  it('takes its money from the hold and the reserve, and brings it back when it is won', async () => {
    const reserve = { bps: 1000, holdSeconds: 90 * 86_400 }
    const { tip, tips, gateway, webhooks, verify, wait } = platform({ creator: () => ({ reserve }) })
    const { tip: made } = await tip()
    expect(await tips.getCreatorEarnings('ava')).toMatchObject([{ pending: 773n, reserved: 86n }])
    const dispute = gateway.control.openDispute(made.chargeRef ?? '')
    await webhooks()
    expect(await tips.getTip(made.id)).toMatchObject({ dispute: 'open' })
    expect(await tips.getCreatorEarnings('ava')).toMatchObject([
      { pending: 0n, reserved: 0n, disputed: 859n },
    ])
    gateway.control.closeDispute(dispute, 'won')
    await webhooks()
    expect(await tips.getTip(made.id)).toMatchObject({ dispute: 'won' })
    expect(await tips.getCreatorEarnings('ava')).toMatchObject([
      { pending: 773n, reserved: 86n, disputed: 0n },
    ])
    wait(8 * 86_400)
    expect(await tips.getCreatorEarnings('ava')).toMatchObject([
      { pending: 0n, available: 773n, reserved: 86n },
    ])
    expect(await verify()).toMatchObject({ ok: true })
  })

  it('after the payout leaves the creator owing, which the next earnings fill', async () => {
    const { tip, tips, gateway, webhooks, ledger, wait, verify } = platform()
    const { tip: made } = await tip()
    wait(8 * 86_400)
    await ledger.mature()
    expect(await ledger.payout({ key: 'p1', creatorId: 'ava', currency: 'USD' })).toMatchObject({
      outcome: 'posted',
    })
    gateway.control.openDispute(made.chargeRef ?? '')
    await webhooks()
    expect(await tips.getCreatorEarnings('ava')).toMatchObject([{ available: -859n, inTransit: 859n }])
    await tip()
    wait(8 * 86_400)
    expect(await tips.getCreatorEarnings('ava')).toMatchObject([{ available: 0n }])
    const nothing = await ledger.payout({ key: 'p2', creatorId: 'ava', currency: 'USD' })
    expect(nothing).toMatchObject({ outcome: 'insufficient' })
    expect(await verify()).toMatchObject({ ok: true })
  })
})
