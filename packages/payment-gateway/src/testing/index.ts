export {
  describePaymentGateway,
  type GatewayUnderTest,
  type PaymentGatewaySuite,
} from './describe-payment-gateway.ts'
export type { TestRunner } from './runner.ts'
