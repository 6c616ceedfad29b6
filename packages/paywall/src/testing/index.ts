export { describePaywallStore, type PaywallStoreSetup } from './describe-paywall-store.ts'
export { accessEnd, hasAccess } from './reference-model.ts'
export type { TestRunner } from './runner.ts'
