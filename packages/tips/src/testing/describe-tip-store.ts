import { describeAlerts } from './describe-alerts.ts'
import { describeCommitting } from './describe-committing.ts'
import { describeCreating } from './describe-creating.ts'
import { describeCreatorSettings } from './describe-creator-settings.ts'
import { describeDelivering } from './describe-delivering.ts'
import { describeFinding } from './describe-finding.ts'
import { describeLimits } from './describe-limits.ts'
import type { MoneyStores } from './describe-money.ts'
import { describeSums } from './describe-sums.ts'
import type { TestRunner } from './runner.ts'

export { sampleTip } from './sample-tip.ts'

/** What {@link describeTipStore} needs to know of an implementation. */
export interface TipStoreSuite {
  /** Names the implementation in the report. */
  readonly name: string
  /** Fresh, empty stores for each test. */
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
    describeCreating(it)
    describeLimits(it)
    describeCommitting(it)
    describeFinding(it)
    describeDelivering(it)
    describeSums(it)
    describeCreatorSettings(it)
    describeAlerts(it)
  })
}
