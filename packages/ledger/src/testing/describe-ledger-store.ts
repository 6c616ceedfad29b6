import type { LedgerStore } from '../ledger-store.ts'
import { describePayouts } from './describe-payouts.ts'
import { describePosting } from './describe-posting.ts'
import { describeReading } from './describe-reading.ts'
import type { TestRunner } from './runner.ts'

export { sampleEarning } from './sample-earning.ts'

/** What {@link describeLedgerStore} needs to know of an implementation. */
export interface LedgerStoreSuite {
  /** Names the implementation in the report. */
  readonly name: string
  /** A fresh, empty store for each test. */
  createStore(): Promise<LedgerStore> | LedgerStore
}

/** A test of the suite, which gets a store of its own and whose books are proved at its end. */
export type StoreTest = (name: string, body: (store: LedgerStore) => Promise<void>) => void

/** The contract of a {@link LedgerStore} as tests. Every implementation must pass them, the one in memory included. */
export function describeLedgerStore(runner: TestRunner, suite: LedgerStoreSuite): void {
  const it: StoreTest = (name, body) =>
    runner.it(name, async () => {
      const store = await suite.createStore()
      await body(store)
      const { fault } = await store.audit()
      if (fault) throw new Error(`the books are wrong: ${JSON.stringify(fault)}`)
    })
  runner.describe(`ledger store: ${suite.name}`, () => {
    describePosting(it)
    describePayouts(it)
    describeReading(it)
  })
}
