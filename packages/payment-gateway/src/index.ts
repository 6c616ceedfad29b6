export type { CurrencyRule, GatewayCapabilities, WebhookAuthenticity } from './capabilities.ts'
export { refuseCardNumber } from './card-number.ts'
export type {
  Interval,
  Payee,
  Payer,
  RefundRequest,
  ReturnUrls,
  SubscriptionCharge,
  TipCharge,
} from './charge.ts'
export { currenciesAsOf, currencyExponents, isCurrency } from './currencies.ts'
export {
  isPaymentError,
  PaymentError,
  type PaymentErrorCode,
  type PaymentErrorInput,
  paymentErrorTable,
} from './errors.ts'
export { checkAmount, fromGatewayAmount, toGatewayAmount } from './gateway-amount.ts'
export type { DisputeMovement, GatewayEvent } from './gateway-event.ts'
export {
  addMoney,
  compareMoney,
  equalMoney,
  exponentOf,
  type Money,
  type MoneyJson,
  money,
  moneyFromJson,
  moneyToJson,
  negateMoney,
  subtractMoney,
  sumMoney,
} from './money.ts'
export { formatMoney, moneyToDecimal, parseMoney } from './money-text.ts'
export type {
  CancelOutcome,
  ChargeOutcome,
  Decline,
  DeclineCode,
  DeclineRetry,
  PayerAction,
  RefundDeclineCode,
  RefundOutcome,
  SubscriptionSnapshot,
  SubscriptionStatus,
  UnknownReason,
} from './outcome.ts'
export type {
  CallOptions,
  CancelRequest,
  ChargeQuery,
  PaymentGateway,
  RefundQuery,
  WebhookOptions,
  WriteOptions,
} from './payment-gateway.ts'
