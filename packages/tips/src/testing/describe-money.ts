import { createLedger, type LedgerStore } from '@stagedoor/ledger'
import type { TipStore } from '../tip-store.ts'
import { checkBooks } from './check-books.ts'
import { permutedEvents } from './permuted-events.ts'
import { playEvening } from './play-evening.ts'
import { seededRandom } from './random.ts'
import { assertEqual, type TestRunner } from './runner.ts'
import { createStage } from './stage.ts'

/** Stores that belong together: the tip store books into the ledger store. */
export interface MoneyStores {
  readonly tips: TipStore
  readonly ledger: LedgerStore
}

/** What {@link describeMoney} needs to know of an implementation. */
export interface MoneySuite {
  /** Names the implementation in the report. */
  readonly name: string
  /** Fresh, empty stores. */
  createStores(): Promise<MoneyStores> | MoneyStores
  /** How many random evenings are played. Default 20. */
  readonly evenings?: number
  /** How many times 4 webhooks of the same tip race. Default 300 tips. */
  readonly racingTips?: number
  /** The first seed; a failure names its own, to be played again. Default 1. */
  readonly seed?: number
}

/**
 * Proves that money comes out right, whatever happens: random tips, refunds, disputes and payouts, with webhooks that are
 * lost, doubled and out of order, answers that get lost, and processes that die at any write.
 *
 * After each evening the books are proved against those of the gateway: every transfer and the whole sum to zero, balances
 * are the replay of the entries, no account mixes currencies, and nothing the gateway moved is missing or invented; and
 * against the tips: completed means exactly one completion, fee and net are the amount, refunds return what they took, and
 * a creator has what follows from the tips. No tip ever goes back in its states, and no payout overdraws.
 */
export function describeMoney(runner: TestRunner, suite: MoneySuite): void {
  const { evenings = 20, racingTips = 300, seed = 1 } = suite
  runner.describe(`money: ${suite.name}`, () => {
    for (let evening = 0; evening < evenings; evening++) {
      runner.it(`comes out right after evening ${seed + evening}`, async () => {
        const random = seededRandom(seed + evening)
        const stage = createStage(await suite.createStores(), random)
        await playEvening(stage, random)
        await checkBooks(stage)
      })
    }

    for (let evening = 0; evening < Math.max(1, evenings / 10); evening++) {
      const orders = `of what the gateway tells on evening ${seed + evening}`
      runner.it(`ends the same whatever the order and the repetitions ${orders}`, async () => {
        const random = seededRandom(seed + evening)
        const ends: string[] = []
        const told = await permutedEvents(random)
        for (let order = 0; order < 4; order++) {
          const stores = await suite.createStores()
          ends.push(await told.replay(stores, order === 0 ? told.events : told.shuffled()))
        }
        for (const end of ends) assertEqual(end, ends[0], 'the books differ with the order of events')
      })
    }

    runner.it(`credits ${racingTips} tips exactly once though 4 webhooks race for each`, async () => {
      const random = seededRandom(seed)
      const stage = createStage(await suite.createStores(), random)
      const made = await Promise.all(
        Array.from({ length: racingTips }, (_, index) => stage.tip(`payer${index}`, 1010n, 'fake_lost')),
      )
      const events = await stage.takeEvents()
      const paid = events.filter(({ type }) => type === 'payment.succeeded')
      assertEqual(paid.length, racingTips, 'the gateway did not tell of each tip once')
      // The same fact by four webhooks: the one that is sent again has its id, the others have ids of their own.
      const four = paid.flatMap((event) => [
        event,
        event,
        { ...event, id: `${event.id}b` },
        { ...event, id: `${event.id}c` },
      ])
      await Promise.all(four.map((event) => stage.tips().applyEvent(event)))
      const ledger = createLedger({ store: stage.stores.ledger, clock: stage.clock })
      const [balance] = await ledger.balances('ava')
      assertEqual(balance?.gross, BigInt(made.length) * 1010n, 'not every tip was credited exactly once')
      await checkBooks(stage)
    })
  })
}
