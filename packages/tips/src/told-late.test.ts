import { type GatewayEvent, PaymentError } from '@stagedoor/payment-gateway'
import { describe, expect, it } from 'vitest'
import { platform, vic } from './platform.fixture.ts'

const usd = (amount: bigint) => ({ amount, currency: 'USD' })
const about = { gateway: 'fake', authenticity: 'signed', providerType: 'x' } as const
const event = (told: Record<string, unknown>) =>
  ({ ...about, occurredAt: '2026-03-02T12:00:00Z', ...told }) as GatewayEvent

describe('after an outage', () => {
  it('a refund that is told of before its payment is refused for days, and then booked', async () => {
    const { tip, tips, wait } = platform()
    const { tip: made } = await tip({ instrument: 'fake_pending' })
    wait(3600)
    const refund = event({
      id: 'e1',
      type: 'refund.succeeded',
      ref: 're_1',
      chargeRef: 'fch_x',
      amount: usd(1010n),
    })
    await expect(tips.applyEvent(refund)).rejects.toMatchObject({ code: 'provider_unavailable' })
    const paid = {
      id: 'e2',
      type: 'payment.succeeded',
      ref: 'fch_x',
      merchantRef: made.id,
      amount: usd(1010n),
    }
    await tips.applyEvent(event(paid))
    await tips.applyEvent(refund)
    expect(await tips.getTip(made.id)).toMatchObject({ status: 'completed', refundedTotal: 1010n })
    wait(4 * 86_400)
    expect(
      await tips.applyEvent({ ...refund, id: 'e3', chargeRef: 'of somebody' } as GatewayEvent),
    ).toMatchObject({
      outcome: 'ignored',
    })
  })
})

describe('two refunds of the same amount', () => {
  it.each(['ours', 'theirs'])(
    'are two, also when %s is told of first and the answer was lost',
    async (first) => {
      const { tip, tips, gateway } = platform()
      const { tip: made } = await tip()
      gateway.control.setFaults({ loseAnswers: 1 })
      const { refund } = await tips.refundTip(made.id, { amount: usd(400n) }, { idempotencyKey: 'r' })
      gateway.control.setFaults({})
      expect(refund.status).toBe('requested')
      const common = { type: 'refund.succeeded', chargeRef: made.chargeRef, amount: usd(400n) }
      const ours = event({ ...common, id: 'e1', ref: 're_1', refundId: refund.id, merchantRef: made.id })
      const theirs = event({ ...common, id: 'e2', ref: 're_2', merchantRef: made.id })
      for (const told of first === 'ours' ? [ours, theirs, ours] : [theirs, ours, theirs]) {
        await tips.applyEvent(told)
      }
      expect(await tips.getTip(made.id)).toMatchObject({ refundedTotal: 800n })
    },
  )
})

describe('a repetition that fails', () => {
  it('does not turn a tip whose first answer was lost into a declined one', async () => {
    const { tip, tips, told } = platform()
    const { tip: made } = await tip({ instrument: 'fake_lost' }, vic, 'k')
    expect(made.status).toBe('pending')
    const input = { creatorId: 'ava', amount: usd(1010n), instrument: 'fake_lost' }
    const options = { idempotencyKey: 'k', signal: AbortSignal.abort() }
    await tips.createTip(vic, input, options).catch(() => null)
    expect((await tips.getTip(made.id)).status).toBe('pending')
    await tips.deliver()
    expect(told.map(({ type }) => type)).not.toContain('tip.failed')
  })

  it('may go well, when the first one never reached the gateway', async () => {
    const { tip, tips, gateway } = platform()
    const input = { creatorId: 'ava', amount: usd(1010n) }
    await tips.createTip(vic, input, { idempotencyKey: 'k', signal: AbortSignal.abort() }).catch(() => null)
    expect(gateway.books.lines()).toEqual([])
    expect((await tip({}, vic, 'k')).tip.status).toBe('completed')
  })
})

describe('a gateway that cannot be asked', () => {
  it('is asked again after any outage, and a paid tip is not lost', async () => {
    let isDown = true
    const { tip, tips, wait, gateway } = platform()
    const retrieve = gateway.retrieve
    gateway.retrieve = (query, options) => {
      if (!isDown) return retrieve(query, options)
      throw new PaymentError({ code: 'provider_unavailable', gateway: 'fake', message: 'Down.' })
    }
    const { tip: made } = await tip({ instrument: 'fake_lost' })
    wait(5 * 86_400)
    expect(await tips.reconcile()).toMatchObject({ checked: 1, failed: 1 })
    wait(7 * 3600)
    isDown = false
    await tips.reconcile()
    expect(await tips.getTip(made.id)).toMatchObject({ status: 'completed' })
  })

  it('that does not answer in time has not said that there is no payment', async () => {
    const { tip, tips, wait, gateway } = platform({ gatewayTimeoutSeconds: 1 })
    const retrieve = gateway.retrieve
    gateway.retrieve = () => new Promise(() => {})
    const { tip: made } = await tip({ instrument: 'fake_lost' })
    wait(5 * 86_400)
    expect(await tips.reconcile()).toMatchObject({ checked: 1, failed: 1 })
    gateway.retrieve = retrieve
    wait(7 * 3600)
    await tips.reconcile()
    expect(await tips.getTip(made.id)).toMatchObject({ status: 'completed' })
  }, 10_000)

  it('that knows a payment is under way is asked until it is through, however long a bank takes', async () => {
    const { tip, tips, wait, gateway } = platform({ fake: { pendingSeconds: 14 * 86_400 } })
    const { tip: made } = await tip({ instrument: 'fake_pending' })
    for (let day = 0; day < 13; day++) {
      wait(86_400)
      await tips.reconcile()
    }
    expect(await tips.getTip(made.id)).toMatchObject({ status: 'expired' })
    wait(2 * 86_400)
    await gateway.control.tick()
    await gateway.control.takeWebhooks()
    await tips.reconcile()
    expect(await tips.getTip(made.id)).toMatchObject({ status: 'completed' })
  })
})
