import { createLedger, memoryLedgerStore } from '@stagedoor/ledger'
import { fakeGateway } from '@stagedoor/payment-gateway/fake'
import { createTips, memoryTipStore } from '@stagedoor/tips'
import { expect, it } from 'vitest'
import { consoleLogger } from '../logger.ts'
import { startMoneyLoop } from './money-loop.ts'

it('payments are looked up and holds end though nobody takes what happened', async () => {
  let passed = 0
  const clock = () => new Date(Date.parse('2026-03-02T12:00:00Z') + passed)
  const gateway = fakeGateway({ clock: () => clock().getTime() })
  const books = memoryLedgerStore()
  const ledger = createLedger({ store: books, clock })
  const tips = createTips({
    ...{ store: memoryTipStore({ ledger: books }), ledger, gateways: [gateway], clock, holdSeconds: 60 },
    deliversAtOnce: false,
    creator: () => ({}),
    eventTimeoutSeconds: 60,
    onEvent: () => new Promise(() => {}),
  })
  const pay = (instrument?: string) =>
    tips.createTip(
      { userId: 'vic' },
      {
        creatorId: 'ava',
        amount: { amount: '500', currency: 'USD' },
        ...(instrument === undefined ? {} : { instrument }),
      },
      { idempotencyKey: crypto.randomUUID() },
    )
  const { tip: paid } = await pay()
  const { tip: lost } = await pay('fake_lost')
  expect([paid.status, lost.status]).toEqual(['completed', 'pending'])
  passed = 120_000

  const service = {
    ...{ isReal: false, label: 'fake', gateway, page: null },
    tick: async () => {},
    close: async () => {},
  }
  const loop = startMoneyLoop(
    { tips, ledger, tipsHandler: async () => new Response() },
    service,
    consoleLogger,
  )
  try {
    const look = async () => {
      const [balance] = await tips.getCreatorEarnings('ava')
      return { status: (await tips.getTip(lost.id)).status, available: balance?.available }
    }
    // Before the first event is given up: nothing waited for it.
    await expect.poll(look, { timeout: 10_000 }).toEqual({ status: 'completed', available: 425n })
    expect(loop.state()).toBe('ok')
  } finally {
    await loop.stop()
  }
})
