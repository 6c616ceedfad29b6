export { describeLedgerStore, type LedgerStoreSuite, sampleEarning } from './describe-ledger-store.ts'
export type { TestRunner } from './runner.ts'
