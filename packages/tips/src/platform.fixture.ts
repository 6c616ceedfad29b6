import { createLedger, memoryLedgerStore } from '@stagedoor/ledger'
import { type FakeOptions, fakeGateway } from '@stagedoor/payment-gateway/fake'
import { createTips } from './create-tips.ts'
import { memoryTipStore } from './memory-tip-store.ts'
import type { TipsOptions } from './options.ts'
import type { TipEvent } from './tip-event.ts'
import type { CreateTipInput } from './tips.ts'

export const vic = { userId: 'vic', displayName: 'Vic' }
export const sam = { userId: 'sam', displayName: 'Sam' }

/** A platform in memory: its gateway, its books, and a clock that a test moves. */
export function platform(options: Partial<TipsOptions> & { readonly fake?: FakeOptions } = {}) {
  const { fake, ...rest } = options
  let time = Date.parse('2026-03-02T12:00:00.000Z')
  const clock = () => new Date(time)
  const gateway = fakeGateway({ clock: () => time, ...fake })
  const books = memoryLedgerStore()
  const ledger = createLedger({ store: books, clock })
  const store = memoryTipStore({ ledger: books })
  const told: TipEvent[] = []
  const tips = createTips({
    ...{ store, ledger, gateways: [gateway], clock, deliversAtOnce: false },
    creator: (creatorId) => (creatorId === 'nobody' ? null : {}),
    onEvent: (event) => {
      told.push(event)
    },
    ...rest,
  })
  let keys = 0
  return {
    ...{ tips, ledger, store, gateway, told, books },
    wait: (seconds: number) => {
      time += seconds * 1000
    },
    /** A tip of 10.10 dollars of Vic's to Ava, unless told otherwise. */
    tip: (
      input: Partial<CreateTipInput> = {},
      payer: { userId: string; displayName?: string } = vic,
      key?: string,
    ) =>
      tips.createTip(
        payer,
        { creatorId: 'ava', amount: { amount: 1010n, currency: 'USD' }, ...input },
        { idempotencyKey: key ?? `key-${++keys}` },
      ),
    refund: (tipId: string, amount?: bigint, key?: string) =>
      tips.refundTip(tipId, amount === undefined ? {} : { amount: { amount, currency: 'USD' } }, {
        idempotencyKey: key ?? `key-${++keys}`,
      }),
    /** Brings all webhooks that are due. */
    webhooks: async () => {
      await gateway.control.tick()
      for (const request of await gateway.control.takeWebhooks()) await tips.receiveWebhook('fake', request)
    },
    /** Proves the books, and that the gateway says the same. */
    verify: () =>
      ledger.verify({
        gatewayBooks: {
          gateway: 'fake',
          movements: gateway.books
            .lines()
            .map(({ ref, amount: { amount, currency } }) => ({ ref, amount, currency })),
        },
      }),
  }
}
