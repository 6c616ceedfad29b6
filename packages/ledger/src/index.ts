export { type Account, type AccountKind, accountKinds, creatorAccounts, heldAccounts } from './account.ts'
export { auditBooks, type Books } from './audit-books.ts'
export type { AuditedHold } from './audit-holds.ts'
export type { CreatorBalance } from './balances.ts'
export { type BatchCallsInput, type BatchingOptions, batchCalls } from './batch-calls.ts'
export type { BooksFault } from './books-fault.ts'
export { createLedger } from './create-ledger.ts'
export { type EarningInput, earningTransfer } from './earning-transfer.ts'
export {
  isLedgerError,
  LedgerError,
  type LedgerErrorCode,
  type LedgerErrorInput,
  ledgerErrorTable,
} from './errors.ts'
export type { GatewayBooks, GatewayMovement } from './gateway-books.ts'
export type {
  Booked,
  EntriesPage,
  EntriesQuery,
  Ledger,
  LedgerOptions,
  PayoutInput,
  PayoutOutcome,
  Verification,
  VerifyOptions,
} from './ledger.ts'
export type {
  AccountTotal,
  AuditQuery,
  BookedEntry,
  EntryPosition,
  LedgerStore,
  ListEntriesQuery,
  OwnerTotals,
  PayoutOrder,
  PayoutResult,
  PostResult,
  StoreAudit,
} from './ledger-store.ts'
export { memoryLedgerStore } from './memory-ledger-store.ts'
export type { Money } from './money.ts'
export { movementName } from './movement-name.ts'
export { maturityTransfer, payoutTransfer } from './payout-transfer.ts'
export {
  type DisputeInput,
  disputeReinstatedTransfer,
  disputeTransfer,
  type RefundInput,
  refundFailedTransfer,
  refundTransfer,
} from './refund-transfer.ts'
export { type ReverseOptions, reversalTransfer } from './reversal-transfer.ts'
export { type Seal, sealTransfers } from './seal.ts'
export { type RefundSplitInput, type Split, splitFee, splitRefund } from './split.ts'
export type { StatementQuery } from './statement.ts'
export {
  type Entry,
  type GatewayReference,
  isSameTransfer,
  type NewTransfer,
  type Transfer,
  type TransferKind,
} from './transfer.ts'
