export type { Alert, AlertBody, AlertSettings } from './alert.ts'
export { createTips } from './create-tips.ts'
export { isTipError, TipError, type TipErrorCode, type TipErrorInput, tipErrorTable } from './errors.ts'
export { type Goal, type GoalProgress, goalProgress } from './goal.ts'
export type { RefundJson, TipJson } from './http/tip-json.ts'
export { createTipsHandler, type TipsHandlerOptions } from './http/tips-handler.ts'
export type { TipsLogger } from './logger.ts'
export { memoryTipStore } from './memory-tip-store.ts'
export type {
  Payee,
  TipActor,
  TipRange,
  TipRequest,
  TipsOptions,
  TipVerdict,
} from './options.ts'
export type { Tally } from './tally.ts'
export {
  type DisputeStatus,
  refundableAmount,
  type StrayPayment,
  type StrayReturn,
  type Tip,
  type TipDispute,
  type TipRefund,
  type TipStatus,
  type TipTerms,
  tipStatuses,
} from './tip.ts'
export { decodeTip, encodeTip, type StoredTip } from './tip-codec.ts'
export { type PublicTip, publicTip, type TipEvent } from './tip-event.ts'
export type { TipMenuItem } from './tip-menu.ts'
export type { TipPurpose } from './tip-purpose.ts'
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
export type {
  AlertSettingsInput,
  AppliedEvent,
  BlockedViewer,
  CreatePaymentInput,
  CreateTipInput,
  CreateTipOptions,
  CreateTipReturn,
  DeliveryReport,
  GoalInput,
  GoalWithProgress,
  LeaderboardQuery,
  MoneyCallOptions,
  PublicAlertSettings,
  ReceiveWebhookOptions,
  ReconcileTipsReport,
  RefundTipInput,
  RefundTipOptions,
  RefundTipReturn,
  TipMenuItemInput,
  Tips,
  TipsPage,
  TipsQuery,
} from './tips.ts'
