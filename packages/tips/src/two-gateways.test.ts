import type { GatewayEvent } from '@stagedoor/payment-gateway'
import { fakeGateway, signTestWebhook } from '@stagedoor/payment-gateway/fake'
import { describe, expect, it, vi } from 'vitest'
import { platform } from './platform.fixture.ts'

const usd = (amount: bigint) => ({ amount, currency: 'USD' })
const about = { authenticity: 'signed', providerType: 'x', occurredAt: '2026-03-02T12:00:00Z' } as const

const secretOf = (id: string) => `what ${id} signs with`

function gatewayOf(id: string) {
  return fakeGateway({ id, webhookSecret: secretOf(id), pageUrl: 'https://pay.example' })
}

function twoGateways() {
  const [north, south] = [gatewayOf('north'), gatewayOf('south')]
  const logger = { warn: vi.fn(), error: vi.fn() }
  return { ...platform({ gateways: [north, south], logger }), north, south, logger }
}

const settling = (tipId: string, gateway: string, id = 'e1') =>
  ({
    ...{ ...about, id, gateway, merchantRef: tipId, type: 'payment.succeeded' },
    ...{ ref: 'fch_forged', amount: usd(1010n) },
  }) as GatewayEvent

describe('two gateways of one platform', () => {
  it('each pay for their own tips alone, however well the other signs', async () => {
    const { tip, tips, south, logger, ledger } = twoGateways()
    const { tip: made } = await tip({ gateway: 'north', instrument: 'fake_lost' })
    const [before] = [await tips.getTip(made.id)]
    const told = settling(made.id, 'south')
    expect(await tips.applyEvent(told)).toMatchObject({ outcome: 'ignored' })
    expect(await tips.getTip(made.id)).toEqual(before)
    // The same by the whole way, signed as the other gateway does.
    const { tip: other } = await tip({ gateway: 'south' })
    const [request] = await south.control.takeWebhooks()
    const text = (await request?.text())?.replaceAll(other.id, made.id) ?? ''
    const forged = await signTestWebhook({ payload: text, secret: secretOf('south') })
    expect(await tips.receiveWebhook('south', forged)).toMatchObject([{ outcome: 'ignored' }])
    expect((await tips.getTip(made.id)).status).toBe('pending')
    expect(logger.error).toHaveBeenCalledTimes(2)
    expect(await ledger.verify()).toMatchObject({ ok: true })
    // Its own gateway is heard.
    expect(await tips.applyEvent({ ...told, gateway: 'north' })).toMatchObject({ outcome: 'applied' })
  })

  it('are both in test mode, or both live', () => {
    const fake = gatewayOf('fake')
    const live = { ...gatewayOf('real'), capabilities: { ...fake.capabilities, mode: 'live' as const } }
    for (const gateways of [
      [fake, live],
      [live, fake],
    ]) {
      expect(() => platform({ gateways })).toThrow(
        expect.objectContaining({
          ...{ code: 'invalid_input', field: 'gateways' },
          message: expect.stringMatching(/fake is in test mode.*test and live gateways/s),
        }),
      )
    }
    expect(() => platform({ gateways: [live, { ...live, id: 'other' }] })).not.toThrow()
  })

  it('may number their payments alike', async () => {
    const { tip, tips, ledger } = twoGateways()
    for (const gateway of ['north', 'south']) {
      const { tip: made } = await tip({ gateway, instrument: 'fake_lost' })
      await tips.applyEvent(settling(made.id, gateway))
      const dispute = { ref: 'dp_1', chargeRef: 'fch_forged', amount: usd(1010n) }
      const movements = [{ ref: 'm1', kind: 'withdrawn', amount: usd(1010n), fee: usd(1500n) }] as const
      const taken = { ...about, id: 'e2', gateway, type: 'dispute.funds_withdrawn', ...dispute, movements }
      expect(await tips.applyEvent(taken as GatewayEvent)).toMatchObject({ outcome: 'applied' })
      expect(await ledger.balance({ account: 'dispute_fees', owner: gateway, currency: 'USD' })).toBe(-1500n)
      const { tip: other } = await tip({ gateway, instrument: 'fake_lost' })
      await tips.applyEvent({ ...settling(other.id, gateway, 'e3'), ref: 'fch_2' } as GatewayEvent)
      const refund = { type: 'refund.succeeded', ref: 're_1', chargeRef: 'fch_2', amount: usd(1010n) }
      const back = { ...about, id: 'e4', gateway, ...refund } as GatewayEvent
      expect(await tips.applyEvent(back)).toMatchObject({ outcome: 'applied' })
    }
  })
})

describe('a gateway', () => {
  it.each([
    ['no gateway', null],
    ['no capabilities', { ...gatewayOf('a'), capabilities: undefined }],
    ['no mode', { ...gatewayOf('a'), capabilities: { ...gatewayOf('a').capabilities, mode: undefined } }],
    ['no id', { ...gatewayOf('a'), id: '' }],
    ['no verb', { ...gatewayOf('a'), refund: undefined }],
  ])('with %s is refused at the start', (_, wrong) => {
    expect(() => platform({ gateways: [wrong as never] })).toThrow(
      expect.objectContaining({ code: 'invalid_input', field: expect.stringContaining('gateways') }),
    )
  })
})

describe('one payment for two tips', () => {
  it('is the first one’s, and the second goes on without it', async () => {
    const { tip, tips, logger, ledger } = twoGateways()
    const made = await Promise.all([1, 2].map(() => tip({ gateway: 'north', instrument: 'fake_lost' })))
    const [first, second] = made.map((one) => one.tip.id)
    await tips.applyEvent(settling(first ?? '', 'north'))
    for (const _ of [1, 2]) {
      const told = settling(second ?? '', 'north', 'e2')
      expect(await tips.applyEvent(told)).toMatchObject({ outcome: 'ignored' })
    }
    expect(logger.error).toHaveBeenCalled()
    // Nor is it a payment of another sum for the second.
    const other = { ...settling(second ?? '', 'north', 'e3'), amount: usd(500n) } as GatewayEvent
    expect(await tips.applyEvent(other)).toMatchObject({ outcome: 'ignored' })
    expect(await tips.getTip(second ?? '')).toMatchObject({ status: 'pending', strays: [] })
    expect(await tips.getCreatorEarnings('ava')).toMatchObject([{ gross: 1010n }])
    expect(await ledger.verify()).toMatchObject({ ok: true })
  })
})
