import { createLedger } from '@stagedoor/ledger'
import { fakeGateway } from '@stagedoor/payment-gateway/fake'
import { createTips } from '@stagedoor/tips'
import { afterAll, expect, it } from 'vitest'
import { type Bill, countedClient } from '../counted-client.fixture.ts'
import { startJsEmulator } from '../js-emulator.fixture.ts'
import { freshMoney } from './fresh-money.fixture.ts'

const emulator = await startJsEmulator()
afterAll(() => emulator.stop())

const vic = { userId: 'vic', displayName: 'Vic' }

/** Money on a Firestore that keeps a bill, at a time that only the test moves. */
function createPlatform() {
  let now = Date.parse('2026-03-02T12:00:00.000Z')
  const clock = () => new Date(now)
  const gateway = fakeGateway({ clock: () => now })
  const { client, bill } = countedClient(emulator.client())
  const stores = freshMoney(client)
  const ledger = createLedger({ store: stores.ledger, clock })
  const tips = createTips({
    ...{ store: stores.tips, ledger, gateways: [gateway], clock, deliversAtOnce: false },
    creator: () => ({}),
  })
  const tip = (key: string) =>
    tips.createTip(
      vic,
      { creatorId: 'ava', amount: { amount: 1010n, currency: 'USD' } },
      { idempotencyKey: key },
    )
  const webhooks = async () => {
    await gateway.control.tick()
    for (const request of await gateway.control.takeWebhooks()) await tips.receiveWebhook('fake', request)
  }
  const cost = async (work: () => Promise<unknown>): Promise<Bill> => {
    const before = { ...bill }
    await work()
    return { reads: bill.reads - before.reads, writes: bill.writes - before.writes }
  }
  return { tips, ledger, tip, webhooks, cost, wait: (seconds: number) => (now += seconds * 1000) }
}

// The table of docs/guide/firestore.md.
it('bills a tip as the guide says', async () => {
  const { tips, ledger, tip, webhooks, cost, wait } = createPlatform()
  let tipId = ''
  const create = await cost(async () => {
    tipId = (await tip('first')).tip.id
  })
  const webhook = await cost(webhooks)
  const deliver = await cost(() => tips.deliver())
  const refund = await cost(() =>
    tips.refundTip(tipId, { amount: { amount: 100n, currency: 'USD' } }, { idempotencyKey: 'refund' }),
  )
  await webhooks()
  await tips.deliver()
  for (const key of ['second', 'third', 'fourth']) await tip(key)
  await webhooks()
  const balanceBefore = await cost(() => tips.getCreatorEarnings('ava'))
  while ((await ledger.takeSnapshots({ minTail: 2 })) > 0) {}
  const balanceAfterwards = await cost(() => tips.getCreatorEarnings('ava'))
  wait(14 * 86_400)
  const mature = await cost(() => ledger.mature())
  expect(await ledger.verify()).toMatchObject({ ok: true })
  expect({ create, webhook, deliver, refund, balanceBefore, balanceAfterwards, mature }).toEqual({
    create: { reads: 12, writes: 15 },
    webhook: { reads: 2, writes: 0 },
    deliver: { reads: 4, writes: 2 },
    refund: { reads: 6, writes: 11 },
    balanceBefore: { reads: 6, writes: 0 },
    balanceAfterwards: { reads: 2, writes: 0 },
    mature: { reads: 5, writes: 8 },
  })
})
