export { createPaywall } from './create-paywall.ts'
export { type DecideInput, decide, type PaywallDecision, type PaywallDenialReason } from './decide.ts'
export { type Entry, entryKey, type Grant, type GrantSource, type Revocation } from './entry.ts'
export {
  isPaywallError,
  PaywallError,
  type PaywallErrorCode,
  type PaywallErrorInput,
  paywallErrorTable,
} from './errors.ts'
export { grantedBy, periodEnd } from './grant-windows.ts'
export { memoryPaywallStore } from './memory-paywall-store.ts'
export {
  type OfferInterval,
  type OfferTerms,
  type PaywallOffer,
  type PublicOffer,
  publicOffer,
} from './offer.ts'
export type {
  PaywallActor,
  PaywallLogger,
  PaywallOptions,
  PaywallStream,
  PaywallViewer,
} from './options.ts'
export type { PaymentEvent, PaywallPayments } from './payments.ts'
export type {
  GrantInput,
  OfferInput,
  PageQuery,
  Paywall,
  PaywallDelivery,
  PaywallPage,
  PurchaseInput,
  PurchaseReturn,
} from './paywall.ts'
export type {
  AccessQuery,
  AuditRecord,
  Ban,
  PaywallChange,
  PaywallEvent,
  PaywallStore,
  StoredAccess,
  StorePage,
} from './paywall-store.ts'
export { creatorResource, type Resource, streamResource } from './resource.ts'
export type { PaywallSale, SaleStatus } from './sale.ts'
export type { StreamAccess } from './stream-access.ts'
export { type AccessWindow, windowAt, windowsOf } from './windows.ts'
