import { describe, expect, it } from 'vitest'
import { platform, sam, vic } from './platform.fixture.ts'

const right = { ok: true, fault: null }

describe('a tip', () => {
  it('is charged, split and held for the creator', async () => {
    const { tip, tips, verify } = platform()
    const { tip: made, outcome } = await tip({ message: ' Great show! ', streamId: 's1' })
    expect(outcome).toMatchObject({ kind: 'succeeded', amount: { amount: 1010n, currency: 'USD' } })
    expect(made).toMatchObject({
      ...{ status: 'completed', creatorId: 'ava', payerId: 'vic', payerName: 'Vic', message: 'Great show!' },
      ...{ fee: 151n, net: 859n, terms: { feeBps: 1500 }, streamId: 's1', dispute: 'none' },
    })
    const [earnings] = await tips.getCreatorEarnings('ava')
    expect(earnings).toMatchObject({ gross: 1010n, fee: 151n, net: 859n, pending: 859n, available: 0n })
    expect(await verify()).toMatchObject(right)
  })

  it('is the same when the call is repeated with its key, and another with another', async () => {
    const { tip, tips, gateway } = platform()
    const first = await tip({}, vic, 'k1')
    const again = await tip({}, vic, 'k1')
    expect(again.tip).toEqual(first.tip)
    expect(again.outcome).toMatchObject({ kind: 'succeeded', ref: first.tip.chargeRef })
    await tip({}, vic, 'k2')
    await tip({}, sam, 'k1')
    expect(gateway.books.lines().filter(({ kind }) => kind === 'charge')).toHaveLength(3)
    expect((await tips.getCreatorTips('ava')).items).toHaveLength(3)
  })

  it('is for the creator whose stream it is on, where the platform says whose that is', async () => {
    const { tip } = platform({ streamCreator: (id) => (id === 's1' ? 'ava' : null) })
    expect((await tip({ streamId: 's1' })).tip.streamId).toBe('s1')
    const refused = { code: 'not_found', field: 'streamId' }
    await expect(tip({ streamId: 's2' })).rejects.toMatchObject(refused)
    await expect(tip({ streamId: 's1', creatorId: 'noa' })).rejects.toMatchObject(refused)
    expect((await tip()).tip).not.toHaveProperty('streamId')
  })

  it('charges once, however many ask with the same key at the same time', async () => {
    const { tip, tips, gateway, verify } = platform()
    const made = await Promise.all(Array.from({ length: 20 }, () => tip({}, vic, 'k1')))
    expect(new Set(made.map((one) => one.tip.id)).size).toBe(1)
    expect(gateway.books.lines().filter(({ kind }) => kind === 'charge')).toHaveLength(1)
    expect(await tips.getCreatorEarnings('ava')).toMatchObject([{ gross: 1010n }])
    expect(await verify()).toMatchObject(right)
  })

  it('refuses a key that belongs to another tip', async () => {
    const { tip } = platform()
    await tip({}, vic, 'k1')
    await expect(tip({ message: 'other' }, vic, 'k1')).rejects.toMatchObject({
      code: 'conflict',
      field: 'idempotencyKey',
    })
  })

  it('keeps the rate at which it was given', async () => {
    let feeBps = 1000
    const { tip, tips } = platform({ creator: () => ({ feeBps }) })
    const { tip: first } = await tip()
    feeBps = 2000
    const { tip: second } = await tip()
    expect([first.fee, second.fee]).toEqual([101n, 202n])
    expect((await tips.getTip(first.id)).terms.feeBps).toBe(1000)
  })

  it('says why it was declined, and books nothing', async () => {
    const { tip, tips, verify } = platform()
    const { tip: made, outcome } = await tip({ instrument: 'fake_declined:insufficient_funds' })
    expect(outcome).toMatchObject({ kind: 'declined', code: 'insufficient_funds', retry: 'later' })
    expect(made).toMatchObject({ status: 'failed', declineCode: 'insufficient_funds' })
    expect(await tips.getCreatorEarnings('ava')).toEqual([])
    expect(await verify()).toMatchObject(right)
  })

  it('stays pending when the answer is lost, until the webhook tells', async () => {
    const { tip, tips, webhooks, verify } = platform()
    const { tip: made, outcome } = await tip({ instrument: 'fake_lost' })
    expect([outcome.kind, made.status]).toEqual(['unknown', 'pending'])
    await webhooks()
    expect(await tips.getTip(made.id)).toMatchObject({ status: 'completed' })
    expect(await verify()).toMatchObject(right)
  })

  it('is looked up when the webhook is lost as well', async () => {
    const { tip, tips, gateway, wait, verify } = platform()
    const { tip: made } = await tip({ instrument: 'fake_lost' })
    await gateway.control.takeWebhooks()
    expect(await tips.reconcile()).toEqual({ checked: 0, settled: 0, failed: 0 })
    wait(61)
    expect(await tips.reconcile()).toEqual({ checked: 1, settled: 1, failed: 0 })
    expect(await tips.getTip(made.id)).toMatchObject({ status: 'completed' })
    expect(await verify()).toMatchObject(right)
  })

  it('expires when nobody pays, and is completed by money that comes late', async () => {
    const { tip, tips, gateway, wait, webhooks, verify } = platform({
      fake: { pageUrl: 'http://localhost/pay' },
    })
    const { tip: made, outcome } = await tip({ instrument: 'fake_redirect' })
    expect(outcome).toMatchObject({ kind: 'action_required', action: { type: 'redirect' } })
    wait(86_401)
    await tips.reconcile()
    expect(await tips.getTip(made.id)).toMatchObject({ status: 'expired' })
    gateway.control.settle(made.chargeRef ?? '')
    await webhooks()
    expect(await tips.getTip(made.id)).toMatchObject({ status: 'completed' })
    expect(await verify()).toMatchObject(right)
  })

  it('of another amount than was paid is not credited, and the money waits in suspense', async () => {
    const { tip, tips, ledger, told } = platform({ fake: { pageUrl: 'http://localhost/pay' } })
    const { tip: made } = await tip({ instrument: 'fake_redirect' })
    const about = { gateway: 'fake', occurredAt: '2026-03-02T12:00:00Z', authenticity: 'digest' } as const
    const money = { ref: 'fch_x', merchantRef: made.id, amount: { amount: 100n, currency: 'USD' } }
    await tips.applyEvent({ ...about, ...money, id: 'e1', providerType: 'x', type: 'payment.succeeded' })
    await tips.applyEvent({ ...about, ...money, id: 'e2', providerType: 'x', type: 'payment.mismatched' })
    expect(await tips.getTip(made.id)).toMatchObject({ status: 'pending', strays: [{ ref: 'fch_x' }] })
    expect(await tips.getCreatorEarnings('ava')).toEqual([])
    expect(await ledger.balance({ account: 'suspense', owner: 'fake', currency: 'USD' })).toBe(100n)
    await tips.deliver()
    expect(told).toMatchObject([{ type: 'tip.strayed', amount: { amount: '100' } }])
  })
})

describe('what is refused', () => {
  const cases: readonly (readonly [string, Record<string, unknown>, object])[] = [
    ['no creator', { creatorId: '' }, { code: 'invalid_input', field: 'creatorId' }],
    ['an unknown creator', { creatorId: 'nobody' }, { code: 'not_found', field: 'creatorId' }],
    ['oneself', { creatorId: 'vic' }, { code: 'forbidden' }],
    ['too little', { amount: { amount: 299n, currency: 'USD' } }, { field: 'amount' }],
    ['too much', { amount: { amount: 20_001n, currency: 'USD' } }, { field: 'amount' }],
    ['much from somebody new', { amount: { amount: 10_001n, currency: 'USD' } }, { field: 'amount' }],
    ['another currency', { amount: { amount: 500n, currency: 'EUR' } }, { field: 'amount.currency' }],
    ['a number', { amount: 5 }, { code: 'invalid_input', field: 'amount' }],
    ['a fraction', { amount: { amount: '5.00', currency: 'USD' } }, { field: 'amount' }],
    ['less than nothing', { amount: { amount: '-500', currency: 'USD' } }, { field: 'amount' }],
    ['a long message', { message: 'x'.repeat(201) }, { code: 'invalid_input', field: 'message' }],
    ['a card number', { message: 'mine is 4242 4242 4242 4242' }, { field: 'message' }],
    ['a control character', { message: 'a\u0000b' }, { field: 'message' }],
    ['a misspelt field', { ammount: 5 }, { code: 'invalid_input', field: 'ammount' }],
    ['an unknown gateway', { gateway: 'cash' }, { code: 'not_found', field: 'gateway' }],
    ['an unknown instrument', { instrument: 'pm_card' }, { code: 'invalid_input', field: 'instrument' }],
    ['an item that is not on the menu', { menuItemId: 'x' }, { field: 'menuItemId' }],
  ]
  it.each(cases)('%s', async (_, input, error) => {
    const { tip, gateway } = platform()
    await expect(tip(input)).rejects.toMatchObject(error)
    expect(gateway.books.lines()).toEqual([])
  })

  it('a tip without a key', async () => {
    const { tip } = platform()
    await expect(tip({}, vic, '')).rejects.toMatchObject({ code: 'invalid_input', field: 'idempotencyKey' })
  })

  it('more tips a minute than are allowed, and says when to come back', async () => {
    const { tip, wait } = platform()
    for (let count = 0; count < 10; count++) await tip()
    await expect(tip()).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 60 })
    await tip({}, sam)
    wait(61)
    await tip()
  })

  it('somebody who tries one card after the other', async () => {
    const { tip } = platform()
    for (let count = 0; count < 5; count++) await tip({ instrument: 'fake_declined' })
    await expect(tip()).rejects.toMatchObject({ code: 'rate_limited' })
  })

  it('more than 500 dollars a day', async () => {
    const { tip, wait } = platform()
    for (const amount of [10_000n, 20_000n, 19_000n]) {
      await tip({ amount: { amount, currency: 'USD' } })
      wait(60)
    }
    await expect(tip()).rejects.toMatchObject({ code: 'rate_limited' })
  })

  it('a viewer whom the creator has blocked', async () => {
    const { tip, tips } = platform()
    await tips.blockPayer('ava', 'vic')
    await expect(tip()).rejects.toMatchObject({ code: 'forbidden' })
    await tips.unblockPayer('ava', 'vic')
    await tip()
  })

  it.each([
    ['creator', 'ava'],
    ['creator', { feeBps: 20_000 }],
    ['creator', { feeBps: 12.5 }],
    ['creator', { holdSeconds: Number.NaN }],
    ['creator', { reserve: { bps: 99_999, holdSeconds: 60 } }],
    ['creator', { reserve: { bps: 500, holdSeconds: -1 } }],
    ['creator', { canReceive: 'no' }],
    ['risk', undefined],
    ['risk', 'yes'],
    ['risk', { allowed: 'yes' }],
    ['moderate', 42],
    ['moderate', {}],
  ] as const)('is not charged when the hook %s answers %j', async (hook, answer) => {
    const { tip, gateway } = platform({ [hook]: () => answer })
    await expect(tip({ message: 'hi' })).rejects.toMatchObject({ code: 'misconfigured' })
    expect(gateway.books.lines()).toEqual([])
  })

  it('what the platform’s hooks refuse', async () => {
    const risk = platform({ risk: () => ({ allowed: false, message: 'Not today.' }) })
    await expect(risk.tip()).rejects.toMatchObject({ code: 'forbidden', message: 'Not today.' })
    const words = platform({
      moderate: (text) => (text === 'bad' ? { allowed: false } : text.replace('darn', '…')),
    })
    await expect(words.tip({ message: 'bad' })).rejects.toMatchObject({ field: 'message' })
    expect((await words.tip({ message: 'darn good' })).tip.message).toBe('… good')
    const closed = platform({ creator: () => ({ canReceive: false }) })
    await expect(closed.tip()).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('refuses an instrument that the gateway does not take the same each time, and takes the right one with a new key', async () => {
    const { tip, gateway } = platform()
    for (const _ of [1, 2, 3]) {
      await expect(tip({ instrument: 'pm_card' }, vic, 'k')).rejects.toMatchObject({
        ...{ code: 'invalid_input', field: 'instrument' },
      })
    }
    expect(gateway.books.lines()).toEqual([])
    expect((await tip()).tip.status).toBe('completed')
  })
})
