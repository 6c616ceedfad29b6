export { describeMoney, type MoneyStores, type MoneySuite } from './describe-money.ts'
export { describeTipStore, sampleTip, type TipStoreSuite } from './describe-tip-store.ts'
export type { TestRunner } from './runner.ts'
