export { type CcbillGateway, ccbill } from './ccbill.ts'
export type { CcbillOptions } from './options.ts'
export { type CcbillTestWebhook, signTestWebhook } from './sign-test-webhook.ts'
