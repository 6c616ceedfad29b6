export { type Account, type AccountKind, accountKinds, creatorAccounts, heldAccounts } from './account.ts'
export { type EarningInput, earningTransfer } from './earning-transfer.ts'
export {
  isLedgerError,
  LedgerError,
  type LedgerErrorCode,
  type LedgerErrorInput,
  ledgerErrorTable,
} from './errors.ts'
export type { Money } from './money.ts'
export { type DisputeInput, disputeTransfer, type RefundInput, refundTransfer } from './refund-transfer.ts'
export { type ReverseOptions, reversalTransfer } from './reversal-transfer.ts'
export { type RefundSplitInput, type Split, splitFee, splitRefund } from './split.ts'
export {
  type Entry,
  type GatewayReference,
  isSameTransfer,
  type NewTransfer,
  type Transfer,
  type TransferKind,
} from './transfer.ts'
