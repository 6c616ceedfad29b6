import { describe, expect, it } from 'vitest'
import { laterBy } from './grant-windows.ts'
import { ava, bo, createPlatform, nobody, plan, staff, ticket, vic } from './platform.fixture.ts'

const forever = { userId: 'vic', endsAt: null } as const

describe('access', () => {
  it('lets everybody into a free show, and those with an account into one for them', async () => {
    const { paywall, show } = createPlatform()
    expect(await paywall.access(nobody, show({ type: 'free' }))).toEqual({ allowed: true })
    expect(await paywall.access(vic, show({ type: 'signed_in' }))).toEqual({ allowed: true })
    expect(await paywall.access(nobody, show({ type: 'signed_in' }))).toEqual({
      ...{ allowed: false, reason: 'sign_in', offers: [] },
    })
  })

  it('keeps everybody but the creator out of a show that nobody made a rule for', async () => {
    const { paywall, show } = createPlatform()
    expect(await paywall.access(vic, show())).toMatchObject({ allowed: false, reason: 'subscribe' })
    expect(await paywall.access(ava, show())).toEqual({ allowed: true })
  })

  it('refuses to guess what a rule means that it does not know', async () => {
    const { paywall, show } = createPlatform()
    for (const access of [{ type: 'Free' }, { type: 'free', price: 3 }, { typ: 'free' }, { type: null }]) {
      await expect(paywall.access(vic, show(access))).rejects.toMatchObject({ code: 'misconfigured' })
    }
  })

  it('tells who is kept out what would let them in, and nothing that would not', async () => {
    const { paywall, show } = createPlatform()
    const [subscription, seat] = [
      await paywall.createOffer(ava, plan),
      await paywall.createOffer(ava, ticket),
    ]
    await paywall.createOffer(ava, { ...ticket, terms: { ...ticket.terms, streamId: 'other' } })
    await paywall.createOffer(bo, plan)
    const idsFor = async (access: Record<string, unknown>) => {
      const decision = await paywall.access(vic, show(access))
      return decision.allowed ? [] : [decision.reason, ...decision.offers.map(({ id }) => id)]
    }
    expect(await idsFor({ type: 'subscribers' })).toEqual(['subscribe', subscription.id, seat.id])
    expect(await idsFor({ type: 'ticket' })).toEqual(['buy_ticket', seat.id])
    const both = await idsFor({ type: 'ticket', freeForSubscribers: true })
    expect(both).toEqual(['buy_ticket', subscription.id, seat.id])
    await paywall.archiveOffer(ava, seat.id)
    expect(await idsFor({ type: 'ticket' })).toEqual(['buy_ticket'])
  })

  it('begins and ends with a window, on the millisecond', async () => {
    const { paywall, show, wait, now } = createPlatform()
    const [startsAt, endsAt] = [laterBy(now(), 60), laterBy(now(), 120)]
    const input = { userId: 'vic', resource: 'creator:ava', startsAt, endsAt } as const
    await paywall.grantAccess(ava, input, { idempotencyKey: 'one' })
    expect(await paywall.access(vic, show())).toMatchObject({ allowed: false, reason: 'not_started' })
    wait(59.999)
    expect(await paywall.access(vic, show())).toMatchObject({ allowed: false, reason: 'not_started' })
    wait(0.001)
    expect(await paywall.access(vic, show())).toEqual({ allowed: true, until: endsAt })
    wait(59.999)
    expect(await paywall.access(vic, show())).toEqual({ allowed: true, until: endsAt })
    wait(0.001)
    expect(await paywall.access(vic, show())).toMatchObject({ allowed: false, reason: 'subscribe' })
  })

  it('opens one show to who was given it, and no other', async () => {
    const { paywall, show } = createPlatform()
    await paywall.grantAccess(ava, { ...forever, resource: 'stream:show' }, { idempotencyKey: 'one' })
    for (const type of ['ticket', 'subscribers']) {
      expect(await paywall.access(vic, show({ type }))).toEqual({ allowed: true })
      expect(await paywall.access(vic, { ...show({ type }), id: 'other' })).toMatchObject({ allowed: false })
    }
  })

  it('shows a preview once, from the first look at a show that is live', async () => {
    const { paywall, show, wait, now } = createPlatform()
    const stream = show({ type: 'subscribers', previewSeconds: 30 })
    expect(await paywall.access(vic, { ...stream, status: 'ready' })).toMatchObject({ allowed: false })
    wait(600)
    const until = laterBy(now(), 30)
    expect(await paywall.access(vic, stream)).toEqual({ allowed: true, until, preview: true })
    wait(29)
    expect(await paywall.access(vic, stream)).toEqual({ allowed: true, until, preview: true })
    wait(1)
    expect(await paywall.access(vic, stream)).toMatchObject({ allowed: false, reason: 'subscribe' })
    expect(await paywall.access(nobody, stream)).toMatchObject({ allowed: false, reason: 'sign_in' })
  })

  it('asks the platform about region and age, for free shows too', async () => {
    const { paywall, show } = createPlatform({ gate: ({ userId }) => (userId === 'vic' ? 'age' : null) })
    expect(await paywall.access(vic, show({ type: 'free' }))).toEqual({
      ...{ allowed: false, reason: 'age', offers: [] },
    })
    expect(await paywall.access(bo, show({ type: 'free' }))).toEqual({ allowed: true })
  })

  it('lets nobody in when the gate fails', async () => {
    const gate = () => Promise.reject(new Error('no answer'))
    const { paywall, show } = createPlatform({ gate })
    await expect(paywall.access(vic, show({ type: 'free' }))).rejects.toThrow('no answer')
  })

  it('keeps a banned viewer out of what they paid for, and lets them in again afterwards', async () => {
    const { paywall, show } = createPlatform()
    await paywall.grantAccess(ava, { ...forever, resource: 'creator:ava' }, { idempotencyKey: 'one' })
    const input = { userId: 'vic', reason: 'spam' }
    const refused = { allowed: false, reason: 'banned', offers: [] }
    await paywall.banViewer(ava, input)
    expect(await paywall.access(vic, show())).toEqual(refused)
    expect(await paywall.access(vic, show({ type: 'free' }))).toEqual(refused)
    await paywall.unbanViewer(ava, { userId: 'vic' })
    expect(await paywall.access(vic, show())).toEqual({ allowed: true })
    await paywall.banViewer(staff, { ...input, creatorId: null })
    expect(await paywall.access(vic, show())).toEqual(refused)
  })

  it('hears at once of what this process changed, and within the stated time of what another did', async () => {
    const { paywall, store, show } = createPlatform({ cacheMaxAgeMs: 5000 })
    expect(await paywall.access(vic, show())).toMatchObject({ allowed: false })
    const { sourceRef } = await paywall.grantAccess(
      ava,
      { ...forever, resource: 'creator:ava' },
      { idempotencyKey: 'one' },
    )
    expect(await paywall.access(vic, show())).toEqual({ allowed: true })
    await store.commit({
      entries: [
        { kind: 'revocation', userId: 'vic', sourceRef, from: '2026-11-24T19:00:00.000Z', reason: 'refund' },
      ],
      ...{ audit: [], events: [] },
    })
    expect(await paywall.access(vic, show())).toEqual({ allowed: true })
    paywall.invalidate('vic')
    expect(await paywall.access(vic, show())).toMatchObject({ allowed: false })
  })

  it('reads anew once the stated time has gone by', async () => {
    const { paywall, store, show } = createPlatform({ cacheMaxAgeMs: 20 })
    expect(await paywall.access(vic, show())).toMatchObject({ allowed: false })
    await store.commit({
      entries: [
        {
          ...{ kind: 'grant', userId: 'vic', resource: 'creator:ava', sourceRef: 'gift:1', source: 'gift' },
          ...{ startsAt: '2026-11-24T19:00:00.000Z', endsAt: null },
        },
      ],
      ...{ audit: [], events: [] },
    })
    await expect.poll(async () => (await paywall.access(vic, show())).allowed).toBe(true)
  })
})
