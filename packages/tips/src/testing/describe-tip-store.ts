import { describeCreators } from './describe-creators.ts'
import type { MoneyStores } from './describe-money.ts'
import { describeStoredTips } from './describe-stored-tips.ts'
import { describeTipCommits } from './describe-tip-commits.ts'
import { describeTipSums } from './describe-tip-sums.ts'
import type { TestRunner } from './runner.ts'

/** What {@link describeTipStore} needs to know of an implementation. */
export interface TipStoreSuite {
  /** Names the implementation in the report. */
  readonly name: string
  /** Fresh, empty stores for each test: the tip store books into the ledger store. */
  createStores(): Promise<MoneyStores> | MoneyStores
}

/** A test of the suite, which gets stores of its own and whose books are proved at its end. */
export type StoreTest = (name: string, body: (stores: MoneyStores) => Promise<void>) => void

/** The contract of a `TipStore` as tests. Every implementation must pass them, the one in memory included. */
export function describeTipStore(runner: TestRunner, suite: TipStoreSuite): void {
  const it: StoreTest = (name, body) =>
    runner.it(name, async () => {
      const stores = await suite.createStores()
      await body(stores)
      const { fault } = await stores.ledger.audit()
      if (fault) throw new Error(`the books are wrong: ${JSON.stringify(fault)}`)
    })
  runner.describe(`tip store: ${suite.name}`, () => {
    describeStoredTips(it)
    describeTipCommits(it)
    describeTipSums(it)
    describeCreators(it)
  })
}
