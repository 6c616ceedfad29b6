export type { Alert, AlertBody, AlertSettings } from './alert.ts'
export { isTipError, TipError, type TipErrorCode, type TipErrorInput, tipErrorTable } from './errors.ts'
export { type Goal, type GoalProgress, goalProgress } from './goal.ts'
export { memoryTipStore } from './memory-tip-store.ts'
export type { Tally } from './tally.ts'
export {
  type DisputeStatus,
  refundableAmount,
  type StrayPayment,
  type Tip,
  type TipDispute,
  type TipRefund,
  type TipStatus,
  type TipTerms,
  tipStatuses,
} from './tip.ts'
export type { PublicTip, TipEvent } from './tip-event.ts'
export type { TipMenuItem } from './tip-menu.ts'
export type {
  BlockedPayer,
  ClaimedEvent,
  CommitResult,
  CreateTipResult,
  InboxEvent,
  LeaderboardLine,
  ListTipsQuery,
  Loaded,
  LoadQuery,
  StoredGoal,
  TipChange,
  TipStore,
  VelocityLimit,
} from './tip-store.ts'
