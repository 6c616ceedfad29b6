import { createLedger, type Ledger } from '@stagedoor/ledger'
import type { GatewayEvent } from '@stagedoor/payment-gateway'
import { type FakeGateway, fakeGateway } from '@stagedoor/payment-gateway/fake'
import { createTips } from '../create-tips.ts'
import { type Tip, tipStatuses } from '../tip.ts'
import type { TipStore } from '../tip-store.ts'
import type { Tips } from '../tips.ts'
import { type CrashingStore, crashingStore } from './crashing-store.ts'
import type { MoneyStores } from './describe-money.ts'
import type { Random } from './random.ts'
import { assert } from './runner.ts'

/** A platform whose process can die, its gateway, and a clock that moves when told. */
export interface Stage {
  readonly stores: MoneyStores
  readonly gateway: FakeGateway
  readonly crashes: CrashingStore
  /** The process that runs now. */
  tips(): Tips
  ledger(): Ledger
  /** Ends the process and starts another one over the same stores. */
  restart(): void
  clock(): Date
  wait(seconds: number): void
  tip(payerId: string, amount: bigint, instrument: string, key?: string): Promise<Tip>
  /** The gateway's webhooks that are due, verified. */
  takeEvents(): Promise<readonly GatewayEvent[]>
  /** Ids of the tips that were asked for; not all of them came to be. */
  readonly tipIds: Set<string>
}

/** Sets a platform up over stores. */
export function createStage(stores: MoneyStores, random: Random): Stage {
  let time = Date.parse('2026-03-02T12:00:00.000Z')
  let keys = 0
  const clock = () => new Date(time)
  const gateway = fakeGateway({
    ...{ clock: () => time, random: random.next, pageUrl: 'http://localhost/pay' },
    ...{ pendingSeconds: 30, disputeSeconds: 60 },
  })
  const crashes = crashingStore(neverBack(stores.tips))
  const tipIds = new Set<string>()
  const start = () =>
    createTips({
      ...{ store: crashes.store, ledger: createLedger({ store: stores.ledger, clock }), gateways: [gateway] },
      ...{ clock, deliversAtOnce: false, velocity: [], holdSeconds: 3600 },
      creator: (creatorId) => (creatorId === 'eve' ? { reserve: { bps: 1000, holdSeconds: 7200 } } : {}),
      currencies: { USD: { minimum: 1n, maximum: 1_000_000n }, JPY: { minimum: 1n, maximum: 1_000_000n } },
    })
  let tips = start()
  return {
    ...{ stores, gateway, crashes, clock, tipIds },
    tips: () => tips,
    ledger: () => createLedger({ store: stores.ledger, clock }),
    restart: () => {
      crashes.heal()
      tips = start()
    },
    wait: (seconds) => {
      time += seconds * 1000
    },
    tip: async (payerId, amount, instrument, key = `key${++keys}`) => {
      const creatorId = payerId.length % 2 === 0 ? 'ava' : 'eve'
      const currency = amount % 7n === 0n ? 'JPY' : 'USD'
      const input = {
        creatorId: payerId.startsWith('payer') ? 'ava' : creatorId,
        amount: { amount, currency: payerId.startsWith('payer') ? 'USD' : currency },
        instrument,
      }
      const { tip } = await tips.createTip({ userId: payerId }, input, { idempotencyKey: key })
      tipIds.add(tip.id)
      return tip
    },
    takeEvents: async () => {
      await gateway.control.tick()
      const requests = await gateway.control.takeWebhooks()
      return (await Promise.all(requests.map((request) => gateway.receiveWebhook(request)))).flat()
    },
  }
}

/** A store that fails the test when a tip goes back in its states, or loses what it knew. */
function neverBack(inner: TipStore): TipStore {
  const ranks = new Map<string, number>()
  const commit: TipStore['commit'] = async (changes, at) => {
    const results = await inner.commit(changes, at)
    changes.forEach(({ tip }, index) => {
      if (results[index] !== 'committed') return
      const rank = tipStatuses.indexOf(tip.status)
      assert(rank >= (ranks.get(tip.id) ?? 0), `${tip.id} went back to ${tip.status}`)
      ranks.set(tip.id, rank)
    })
    return results
  }
  return new Proxy(inner, {
    get: (target, name: keyof TipStore) => (name === 'commit' ? commit : target[name]),
  })
}
