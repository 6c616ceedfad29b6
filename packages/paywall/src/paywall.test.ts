import { describe, expect, it } from 'vitest'
import { createPaywall } from './create-paywall.ts'
import { isPaywallError } from './errors.ts'
import { grantedBy, laterBy, periodEnd } from './grant-windows.ts'
import { memoryPaywallStore } from './memory-paywall-store.ts'
import { ava, bo, createPlatform, plan, staff, ticket, vic } from './platform.fixture.ts'

const gift = { userId: 'vic', resource: 'creator:ava', endsAt: null } as const

describe('offers', () => {
  it('are made once for a key, and never another’s', async () => {
    const { paywall } = createPlatform()
    const offer = await paywall.createOffer(ava, plan, { idempotencyKey: 'k1' })
    expect(await paywall.createOffer(ava, plan, { idempotencyKey: 'k1' })).toEqual(offer)
    expect((await paywall.createOffer(bo, plan, { idempotencyKey: 'k1' })).id).not.toBe(offer.id)
    const other = paywall.createOffer(ava, ticket, { idempotencyKey: 'k1' })
    await expect(other).rejects.toMatchObject({ code: 'conflict', field: 'idempotencyKey' })
    expect((await paywall.listOffers('ava')).items).toEqual([offer])
  })

  it('change by versions, of which one of two at once is the next', async () => {
    const { paywall } = createPlatform()
    const { id } = await paywall.createOffer(ava, plan)
    const changes = ['A', 'B'].map((title) => paywall.updateOffer(ava, id, { title }))
    const results = await Promise.allSettled(changes)
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await paywall.getOffer(id)).version).toBe(2)
    await expect(paywall.updateOffer(bo, id, { title: 'C' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(paywall.updateOffer(ava, id, { terms: ticket.terms })).rejects.toMatchObject({
      field: 'terms.kind',
    })
    await expect(paywall.getOffer('none')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('go off sale once', async () => {
    const { paywall } = createPlatform()
    const { id } = await paywall.createOffer(ava, plan)
    const archived = await paywall.archiveOffer(ava, id)
    expect(archived.isOnSale).toBe(false)
    expect(await paywall.archiveOffer(ava, id)).toEqual(archived)
    expect((await paywall.listOffers('ava', { isOnSale: true })).items).toEqual([])
  })

  it('are for the creator’s own shows', async () => {
    const { paywall } = createPlatform()
    const foreign = { ...ticket, terms: { ...ticket.terms, streamId: 'bos' } }
    await expect(paywall.createOffer(ava, foreign)).rejects.toMatchObject({ code: 'forbidden' })
    const missing = { ...ticket, terms: { ...ticket.terms, streamId: 'none' } }
    await expect(paywall.createOffer(ava, missing)).rejects.toMatchObject({ code: 'not_found' })
    const bundle = { ...plan, terms: { kind: 'bundle', resources: ['stream:show', 'creator:bo'] } } as const
    await expect(paywall.createOffer(ava, bundle)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('are listed page by page', async () => {
    const { paywall, wait } = createPlatform()
    for (const title of ['A', 'B', 'C']) {
      await paywall.createOffer(ava, { ...plan, title })
      wait(1)
    }
    const first = await paywall.listOffers('ava', { limit: 2 })
    const rest = await paywall.listOffers('ava', { limit: 2, cursor: first.nextCursor ?? '' })
    expect([...first.items, ...rest.items].map(({ title }) => title)).toEqual(['A', 'B', 'C'])
    expect(rest.nextCursor).toBeNull()
  })

  it.each([
    ['title', { ...plan, title: ' ' }],
    ['title', { ...plan, title: 'x'.repeat(101) }],
    ['title', { ...plan, title: 'a\u0000b' }],
    ['price.amount', { ...plan, price: { amount: '0', currency: 'USD' } }],
    ['price.amount', { ...plan, price: { amount: '9.99', currency: 'USD' } }],
    ['price.currency', { ...plan, price: { amount: '9', currency: 'usd' } }],
    [
      'terms.interval.count',
      { ...plan, terms: { kind: 'subscription', interval: { unit: 'month', count: 0 } } },
    ],
    ['terms.kind', { ...plan, terms: { kind: 'raffle' } }],
    ['terms.durationSeconds', { ...ticket, terms: { ...ticket.terms, durationSeconds: -1 } }],
    ['terms.opensAt', { ...ticket, terms: { ...ticket.terms, opensAt: '2026-11-24' } }],
    ['terms.resources', { ...plan, terms: { kind: 'bundle', resources: [] } }],
    ['terms.resources.0', { ...plan, terms: { kind: 'bundle', resources: ['show'] } }],
  ])('name the field that cannot be taken: %s', async (field, input) => {
    const { paywall } = createPlatform()
    const error = await paywall.createOffer(ava, input as never).catch((cause: unknown) => cause)
    expect(isPaywallError(error, 'invalid_input')).toBe(true)
    expect(error).toMatchObject({ field, status: 400 })
  })
})

describe('grants', () => {
  it('are given once for a key, and taken away once', async () => {
    const { paywall, show, wait } = createPlatform()
    const { sourceRef } = await paywall.grantAccess(ava, gift, { idempotencyKey: 'k1' })
    wait(5)
    expect(await paywall.grantAccess(ava, gift, { idempotencyKey: 'k1' })).toEqual({ sourceRef })
    const other = paywall.grantAccess(ava, { ...gift, userId: 'wim' }, { idempotencyKey: 'k1' })
    await expect(other).rejects.toMatchObject({ code: 'conflict' })
    expect((await paywall.access(vic, show())).allowed).toBe(true)
    for (const reason of ['refund', 'again']) {
      await paywall.revokeAccess(ava, { sourceRef, reason })
      wait(5)
    }
    expect((await paywall.access(vic, show())).allowed).toBe(false)
    expect((await paywall.listEntries('vic')).items.map(({ kind }) => kind)).toEqual(['grant', 'revocation'])
  })

  it('are the creator’s and the staff’s to give and to take', async () => {
    const { paywall } = createPlatform()
    for (const actor of [bo, vic]) {
      const given = paywall.grantAccess(actor, gift, { idempotencyKey: 'k' })
      await expect(given).rejects.toMatchObject({ code: 'forbidden' })
    }
    const { sourceRef } = await paywall.grantAccess(staff, gift, { idempotencyKey: 'k' })
    const taken = paywall.revokeAccess(bo, { sourceRef, reason: 'mine' })
    await expect(taken).rejects.toMatchObject({ code: 'forbidden' })
    const unknown = paywall.revokeAccess(ava, { sourceRef: 'comp:x', reason: 'none' })
    await expect(unknown).rejects.toMatchObject({ code: 'not_found' })
  })

  it.each([
    ['userId', { userId: '' }],
    ['resource', { resource: 'ava' }],
    ['endsAt', { endsAt: 'tomorrow' }],
    ['endsAt', { endsAt: '2020-01-01T00:00:00Z' }],
    ['startsAt', { startsAt: '2026-11-24T20:00:00' }],
    ['source', { source: 'ticket' }],
    ['reason', { reason: 'x'.repeat(501) }],
  ])('name the field that cannot be taken: %s', async (field, change) => {
    const { paywall } = createPlatform()
    const given = paywall.grantAccess(ava, { ...gift, ...change } as never, { idempotencyKey: 'k' })
    await expect(given).rejects.toMatchObject({ code: 'invalid_input', field })
  })
})

describe('what an offer gives', () => {
  const at = '2026-01-31T10:00:00.000Z'

  it.each([
    ['day', 1, '2026-02-01T10:00:00.000Z'],
    ['week', 2, '2026-02-14T10:00:00.000Z'],
    ['month', 1, '2026-02-28T10:00:00.000Z'],
    ['month', 12, '2027-01-31T10:00:00.000Z'],
    ['month', 11, '2026-12-31T10:00:00.000Z'],
    ['year', 1, '2027-01-31T10:00:00.000Z'],
  ] as const)('is over after a %s × %i', (unit, count, end) => {
    expect(periodEnd(at, { unit, count })).toBe(end)
  })

  it('is a leap day less where the year has none', () => {
    expect(periodEnd('2028-02-29T00:00:00.000Z', { unit: 'year', count: 1 })).toBe('2029-02-28T00:00:00.000Z')
  })

  it('is the show and its replay, and nothing once both are over', async () => {
    const { paywall } = createPlatform()
    const terms = { ...ticket.terms, opensAt: '2026-12-01T20:00:00Z' }
    const offer = await paywall.createOffer(ava, { ...ticket, terms })
    const endsAt = '2026-12-02T21:00:00.000Z'
    expect(grantedBy(offer, at)).toEqual({
      resources: ['stream:show'],
      window: { startsAt: '2026-12-01T20:00:00.000Z', endsAt },
    })
    expect(() => grantedBy(offer, endsAt)).toThrow('over')
  })
})

describe('events and the audit log', () => {
  it('tell who did what, to those whom it concerns', async () => {
    const { paywall, events } = createPlatform()
    await paywall.grantAccess(ava, { ...gift, reason: 'a friend' }, { idempotencyKey: 'k1' })
    await paywall.banViewer(ava, { userId: 'vic', reason: 'spam' })
    const { items } = await paywall.listAudit(ava, 'ava')
    expect(items.map(({ action, actorId, userId, reason }) => [action, actorId, userId, reason])).toEqual([
      ['viewer.banned', 'ava', 'vic', 'spam'],
      ['access.granted', 'ava', 'vic', 'a friend'],
    ])
    await expect(paywall.listAudit(bo, 'ava')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(paywall.listAudit(ava, null)).rejects.toMatchObject({ code: 'forbidden' })
    expect((await paywall.listAudit(staff, null)).items).toEqual(items)
    expect(await paywall.deliver()).toEqual({ delivered: 2, failed: 0 })
    expect(events.map(({ userId, creatorId }) => [userId, creatorId])).toEqual([
      ['vic', 'ava'],
      ['vic', 'ava'],
    ])
    expect(await paywall.deliver()).toEqual({ delivered: 0, failed: 0 })
  })

  it('are told again when they were not taken', async () => {
    let isDown = true
    const warnings: unknown[] = []
    const { paywall, wait } = createPlatform({
      onEvent: () => {
        if (isDown) throw new Error('down')
      },
      logger: { warn: (message) => void warnings.push(message) },
    })
    await paywall.banViewer(ava, { userId: 'vic', reason: 'spam' })
    expect(await paywall.deliver()).toEqual({ delivered: 0, failed: 1 })
    isDown = false
    expect(await paywall.deliver()).toEqual({ delivered: 0, failed: 0 })
    wait(60)
    expect(await paywall.deliver()).toEqual({ delivered: 1, failed: 0 })
    expect(warnings).toHaveLength(1)
    await expect(paywall.deliver({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
  })

  it('say nothing of a ban that was there already', async () => {
    const { paywall, events } = createPlatform()
    for (const reason of ['spam', 'spam']) await paywall.banViewer(ava, { userId: 'vic', reason })
    await paywall.deliver()
    expect(events).toHaveLength(1)
    expect((await paywall.listBans(ava, 'ava')).items).toHaveLength(1)
    await expect(paywall.banViewer(ava, { userId: 'ava', reason: '' })).rejects.toMatchObject({
      field: 'userId',
    })
    const platform = paywall.banViewer(ava, { userId: 'vic', creatorId: null, reason: '' })
    await expect(platform).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('createPaywall', () => {
  it.each([
    ['store', { store: {} }],
    ['streamCreator', { streamCreator: undefined }],
    ['cacheMaxAgeMs', { cacheMaxAgeMs: 6000 }],
    ['defaultAccess.type', { defaultAccess: { type: 'open' } }],
    ['gate', { gate: true }],
  ])('names the option that cannot be taken: %s', (field, change) => {
    const options = { store: memoryPaywallStore(), streamCreator: () => null, ...change }
    expect(() => createPaywall(options as never)).toThrow(
      expect.objectContaining({ code: 'invalid_input', field }),
    )
  })

  it('counts hours the long way round', () => {
    expect(laterBy('2026-12-31T23:59:59.500Z', 0.5)).toBe('2027-01-01T00:00:00.000Z')
  })
})
