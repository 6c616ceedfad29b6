export { describeMoney, type MoneyStores, type MoneySuite } from './describe-money.ts'
export type { TestRunner } from './runner.ts'
