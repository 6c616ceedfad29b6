import { describe, expect, it } from 'vitest'
import { money } from '../money.ts'
import { fakeGateway } from './fake-gateway.ts'
import type { FakeOptions } from './fake-options.ts'

const charge = {
  tipId: 'tip_1',
  amount: money(1000n, 'USD'),
  payer: { id: 'vic' },
  payee: { id: 'ava' },
}

async function firstEventId(options: FakeOptions = {}) {
  const gateway = fakeGateway(options)
  await gateway.processTip(charge, { idempotencyKey: 'tip:tip_1' })
  const [request] = await gateway.control.takeWebhooks()
  return request && (await gateway.receiveWebhook(request))[0]?.id
}

describe('a fake that is started again', () => {
  it('gives no event the id of one before, as inboxes outlive it', async () => {
    expect(await firstEventId()).not.toBe(await firstEventId())
  })
})
