import { describe, expect, it } from 'vitest'
import { platform, vic } from './platform.fixture.ts'

const ticket = {
  creatorId: 'ava',
  amount: { amount: 150_000n, currency: 'USD' },
  purpose: { type: 'purchase', id: 'sale-1', title: 'Friday night' },
} as const

describe('a payment for something', () => {
  it('costs what the seller says, and is split, refunded and told of like a tip', async () => {
    const { tips, told, verify, ledger } = platform()
    const { tip } = await tips.createPayment(vic, ticket, { idempotencyKey: 'one' })
    expect(tip).toMatchObject({ status: 'completed', fee: 22_500n, net: 127_500n, purpose: ticket.purpose })
    expect(tip.id).toBe(await tips.tipIdFor('vic', 'one'))
    await tips.refundTip(tip.id, {}, { idempotencyKey: 'back' })
    await tips.deliver()
    expect(told.map((event) => [event.type, 'tip' in event && event.tip.purpose?.id])).toEqual([
      ['tip.completed', 'sale-1'],
      ['tip.refunded', 'sale-1'],
    ])
    expect((await ledger.balances('ava')).map(({ pending }) => pending)).toEqual([0n])
    expect(await verify()).toMatchObject({ ok: true, fault: null })
  })

  it('is charged once for a key, which belongs to what is bought', async () => {
    const { tips, gateway } = platform()
    const first = await tips.createPayment(vic, ticket, { idempotencyKey: 'one' })
    const lines = gateway.books.lines()
    const again = await tips.createPayment(vic, ticket, { idempotencyKey: 'one' })
    expect(again.tip).toEqual(first.tip)
    expect(gateway.books.lines()).toEqual(lines)
    const purpose = { ...ticket.purpose, id: 'sale-2' }
    const other = tips.createPayment(vic, { ...ticket, purpose }, { idempotencyKey: 'one' })
    await expect(other).rejects.toMatchObject({ code: 'conflict', field: 'idempotencyKey' })
  })

  it('is on no leaderboard, counts for no goal, and is no alert', async () => {
    const { tips } = platform()
    const targets = [{ amount: 100n, currency: 'USD' }]
    await tips.setGoal('ava', { title: 'New microphone', targets })
    await tips.rotateAlertToken('ava')
    await tips.createPayment(vic, ticket, { idempotencyKey: 'one' })
    await tips.deliver()
    expect(await tips.getLeaderboard({ creatorId: 'ava' })).toEqual([])
    expect((await tips.getGoal('ava'))?.progress).toMatchObject({ total: { amount: 0n } })
    expect(await tips.listAlerts('ava', 0)).toEqual([])
  })

  it.each([
    ['purpose.type', { ...ticket.purpose, type: 'rent' }],
    ['purpose.id', { ...ticket.purpose, id: '' }],
    ['purpose.title', { ...ticket.purpose, title: ' ' }],
    ['purpose', undefined],
  ])('names the field that cannot be taken: %s', async (field, purpose) => {
    const { tips } = platform()
    const input = { ...ticket, purpose } as never
    const payment = tips.createPayment(vic, input, { idempotencyKey: 'one' })
    await expect(payment).rejects.toMatchObject({ code: 'invalid_input', field })
  })

  it('is nothing that a tip can claim to be', async () => {
    const { tips } = platform()
    const tip = tips.createTip(vic, ticket as never, { idempotencyKey: 'one' })
    await expect(tip).rejects.toMatchObject({ code: 'invalid_input', field: 'purpose' })
  })
})
