import type { CreatorBalance, StatementQuery } from '@stagedoor/ledger'
import type { ChargeOutcome, GatewayEvent, Money, MoneyJson, RefundOutcome } from '@stagedoor/payment-gateway'
import type { Alert, AlertSettings } from './alert.ts'
import type { Goal, GoalProgress } from './goal.ts'
import type { TipActor, TipRange } from './options.ts'
import type { Tip, TipRefund, TipStatus } from './tip.ts'
import type { TipMenuItem } from './tip-menu.ts'
import type { TipPurpose } from './tip-purpose.ts'
import type { BlockedPayer, LeaderboardLine } from './tip-store.ts'

/** What a viewer asks for. */
export interface CreateTipInput {
  readonly creatorId: string
  readonly streamId?: string
  /** Money, or money as JSON has it. */
  readonly amount: Money | MoneyJson
  readonly message?: string
  /** Hides who it is from everybody but the creator’s platform. Default false. */
  readonly anonymous?: boolean
  /** A saved means of payment or token of the gateway. Never a card number. */
  readonly instrument?: string
  /** The gateway's id. Default the first one. */
  readonly gateway?: string
  /** What of the creator's menu it is for; the amount is the item's price. */
  readonly menuItemId?: string
}

/** What a viewer pays for. */
export interface CreatePaymentInput
  extends Pick<CreateTipInput, 'creatorId' | 'streamId' | 'amount' | 'instrument' | 'gateway'> {
  readonly purpose: TipPurpose
}

/** Options of every verb that moves money. */
export interface MoneyCallOptions {
  /** 1-255 visible ASCII characters, drawn once for each intent and repeated with each attempt at it. */
  readonly idempotencyKey: string
  readonly signal?: AbortSignal
}

/** Options of {@link Tips.createTip}. */
export type CreateTipOptions = MoneyCallOptions

/** What {@link Tips.createTip} answers. */
export interface CreateTipReturn {
  readonly tip: Tip
  /** What the gateway says. Only a completed tip is money. */
  readonly outcome: ChargeOutcome
}

/** What to give back. */
export interface RefundTipInput {
  /** All that is left when absent. */
  readonly amount?: Money | MoneyJson
  /** For the platform's own records, at most 200 characters. */
  readonly reason?: string
}

/** Options of {@link Tips.refundTip}. */
export type RefundTipOptions = MoneyCallOptions

/** What {@link Tips.refundTip} answers. */
export interface RefundTipReturn {
  readonly tip: Tip
  readonly refund: TipRefund
  readonly outcome: RefundOutcome
}

/** Options of {@link Tips.receiveWebhook}. */
export interface ReceiveWebhookOptions {
  /** Address of the peer that sent the request, as a proxy that you trust tells it. */
  readonly remoteAddress?: string
  readonly signal?: AbortSignal
}

/** What became of an event. */
export interface AppliedEvent {
  readonly eventId: string
  readonly outcome: 'applied' | 'ignored' | 'duplicate'
  readonly tipId?: string
}

/** What {@link Tips.reconcile} did. */
export interface ReconcileTipsReport {
  /** Tips that it asked the gateways about. */
  readonly checked: number
  /** Those of them that are pending no more. */
  readonly settled: number
  /** Those that could not be checked; they are tried again. */
  readonly failed: number
}

/** What {@link Tips.deliver} did. */
export interface DeliveryReport {
  readonly delivered: number
  /** Events that `onEvent` did not take; they come again. */
  readonly failed: number
}

/** Which tips, newest first. */
export interface TipsQuery {
  readonly creatorId?: string
  readonly payerId?: string
  readonly streamId?: string
  readonly status?: TipStatus
  /** The `nextCursor` of the page before. */
  readonly cursor?: string
  /** 1 to 200. Default 50. */
  readonly limit?: number
}

/** A viewer whose tips a creator does not take, as the creator's list has it. */
export interface BlockedViewer extends BlockedPayer {
  /** The tip by which the viewer was blocked. Then `payerId` is not for the creator: the tip may be anonymous. */
  readonly tipId?: string
  /** The name on that tip, null where there is none. */
  readonly name: string | null
  /** True when that tip was anonymous. */
  readonly isAnonymous: boolean
}

/** A page of a list. */
export interface TipsPage<Item> {
  readonly items: readonly Item[]
  /** Null on the last page. */
  readonly nextCursor: string | null
}

/** A goal as a creator sets it. */
export interface GoalInput {
  readonly title: string
  /** Default `single`. */
  readonly kind?: Goal['kind']
  /** What is to be reached; several, growing, for `stepped`. All of one currency. */
  readonly targets: readonly (Money | MoneyJson)[]
}

/** A goal and how far it is. */
export interface GoalWithProgress {
  readonly goal: Goal
  readonly progress: GoalProgress
}

/** Which leaderboard. */
export interface LeaderboardQuery {
  readonly creatorId: string
  /** ISO 4217. Default the first currency of the options. */
  readonly currency?: string
  /** In UTC; weeks begin on Monday. Default `all`. */
  readonly period?: 'day' | 'week' | 'month' | 'all'
  readonly streamId?: string
  /** 1 to 100. Default 10. */
  readonly limit?: number
}

/** What an overlay of a creator is set to. */
export interface AlertSettingsInput {
  /** Smallest tip that is shown, one for each currency. */
  readonly minimums?: readonly (Money | MoneyJson)[]
  /** 1 to 60. Default 8. */
  readonly showSeconds?: number
}

/** What everybody may know of {@link AlertSettings}. */
export type PublicAlertSettings = Omit<AlertSettings, 'tokenDigest'>

/** The SDK's server side of tips. */
export interface Tips {
  /** What is taken, for those who show it. */
  readonly rules: {
    readonly currencies: Readonly<Record<string, TipRange>>
    readonly maxMessageLength: number
  }
  /**
   * Charges a tip. Repeating it with the same key and input answers the same tip, also after a crash.
   *
   * @throws {@link TipError} `invalid_input` naming the field, `not_found` for an unknown creator, `forbidden` when hooks,
   * blocks or the creator say no, `rate_limited`, `conflict` for a key of another tip, `misconfigured`, `aborted`.
   */
  createTip(payer: TipActor, input: CreateTipInput, options: CreateTipOptions): Promise<CreateTipReturn>
  /**
   * Charges for something that the viewer buys of the creator, at the seller's price: ranges, velocity limits, messages and
   * goals are for gifts. Everything else is as with {@link Tips.createTip}: the split, holds, refunds and disputes, and its
   * events, whose tip names the `purpose`.
   *
   * @throws {@link TipError} as {@link Tips.createTip}.
   */
  createPayment(
    payer: TipActor,
    input: CreatePaymentInput,
    options: CreateTipOptions,
  ): Promise<CreateTipReturn>
  /** The id that {@link Tips.createTip} and {@link Tips.createPayment} give to what this payer makes with this key. */
  tipIdFor(payerId: string, idempotencyKey: string): Promise<string>
  /** @throws {@link TipError} `not_found`, `invalid_input` */
  getTip(tipId: string): Promise<Tip>
  listTips(query: TipsQuery): Promise<TipsPage<Tip>>
  /** The tips of a creator, newest first. */
  getCreatorTips(creatorId: string, query?: Omit<TipsQuery, 'creatorId'>): Promise<TipsPage<Tip>>
  /**
   * Gives a tip that is not paid up, or asks the gateway whether it was: only money makes a tip `completed`. Also fine the
   * second time.
   *
   * @throws {@link TipError} `conflict` when the tip cannot go there, `not_found`, `invalid_input`.
   */
  updateTipStatus(
    tipId: string,
    status: Exclude<TipStatus, 'pending'>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Tip>
  /**
   * Gives a tip back, whole or in part: the fee's share from the platform, the rest from the creator.
   *
   * @throws {@link TipError} `conflict` when less is left, `not_found`, `unsupported` where the gateway cannot.
   */
  refundTip(tipId: string, input: RefundTipInput, options: RefundTipOptions): Promise<RefundTipReturn>
  /** What a creator has earned, by currency. */
  getCreatorEarnings(creatorId: string): Promise<readonly CreatorBalance[]>
  /** A creator's statement of a period as CSV, in pieces. @throws `LedgerError` `invalid_input` naming the field. */
  getStatement(query: StatementQuery): AsyncIterable<string>
  /**
   * Verifies and applies a gateway's webhook. Answer 2xx when it returns, and the error's status when it throws: a 5xx has
   * the gateway send it again.
   *
   * @throws {@link TipError} `webhook_invalid`, `not_found` for an unknown gateway, `provider_unavailable`.
   */
  receiveWebhook(
    gatewayId: string,
    request: Request,
    options?: ReceiveWebhookOptions,
  ): Promise<readonly AppliedEvent[]>
  /** The one apply path of webhooks, for events that came another way. Duplicates and any order do no harm. */
  applyEvent(event: GatewayEvent): Promise<AppliedEvent>
  /** Asks gateways about tips and refunds that nobody has told of. Run it every few seconds, on any number of servers. */
  reconcile(options?: { readonly signal?: AbortSignal }): Promise<ReconcileTipsReport>
  /** Delivers what happened to overlays, goals and `onEvent`. Run it every few seconds, on any number of servers. */
  deliver(options?: { readonly signal?: AbortSignal }): Promise<DeliveryReport>

  /** Sets what a creator collects for, beginning at zero; null ends it. */
  setGoal(creatorId: string, input: GoalInput | null): Promise<GoalWithProgress | null>
  /** The creator's present goal, null when there is none. */
  getGoal(creatorId: string): Promise<GoalWithProgress | null>
  /** Replaces the creator's menu; at most 50 items. */
  setMenu(creatorId: string, items: readonly TipMenuItemInput[]): Promise<readonly TipMenuItem[]>
  getMenu(creatorId: string): Promise<readonly TipMenuItem[]>
  /** Who gave a creator most, anonymous tips left out. */
  getLeaderboard(query: LeaderboardQuery): Promise<readonly LeaderboardLine[]>

  /** Takes no more tips of a viewer for a creator. Tips that are under way go on. */
  blockPayer(creatorId: string, payerId: string): Promise<void>
  /**
   * The same for who gave a tip, of whom the creator need not know more than that, as of an anonymous one.
   *
   * @throws {@link TipError} `not_found` for a tip that the creator did not get.
   */
  blockPayerOfTip(creatorId: string, tipId: string): Promise<BlockedViewer>
  /**
   * Takes one entry off the list. Who is on it by another one as well stays blocked.
   *
   * @param id - {@link BlockedViewer.id}: the payer's id, or the tip's.
   */
  unblockPayer(creatorId: string, id: string): Promise<void>
  /** Whom a creator takes no tips of, by {@link BlockedViewer.id}. */
  listBlockedPayers(
    creatorId: string,
    query?: Pick<TipsQuery, 'cursor' | 'limit'>,
  ): Promise<TipsPage<BlockedViewer>>

  /**
   * Makes a new secret for a creator's overlay; the one before stops working. It is told once and stored nowhere.
   */
  rotateAlertToken(
    creatorId: string,
  ): Promise<{ readonly token: string; readonly settings: PublicAlertSettings }>
  /** @throws {@link TipError} `conflict` before {@link Tips.rotateAlertToken} was called for the first time. */
  setAlertSettings(creatorId: string, input: AlertSettingsInput): Promise<PublicAlertSettings>
  getAlertSettings(creatorId: string): Promise<PublicAlertSettings | null>
  /** Tells whether a token opens a creator's overlay. */
  isAlertToken(creatorId: string, token: string): Promise<boolean>
  /** Shows an alert of a tip that nobody gave. */
  sendTestAlert(creatorId: string): Promise<void>
  /** A creator's alerts after a number, oldest first. */
  listAlerts(creatorId: string, afterSeq: number, limit?: number): Promise<readonly Alert[]>
  /**
   * What an overlay that has seen up to a number still shows once it is back: alerts of the last 24 hours, and of those the
   * newest 200. `lastSeq` is where it goes on, as what is older is passed over.
   */
  listMissedAlerts(
    creatorId: string,
    afterSeq: number,
  ): Promise<{ readonly alerts: readonly Alert[]; readonly lastSeq: number }>
  /** The number of a creator's newest alert, 0 when there is none. */
  lastAlert(creatorId: string): Promise<number>

  /**
   * Keeps what is read often small: sums of goals and leaderboards, events and alerts of a month ago. Run it every hour or
   * so.
   */
  maintain(): Promise<void>
}

/** A line of a menu as a creator sets it. */
export interface TipMenuItemInput {
  /** Default a new one. Keep it to let tips for it go on. */
  readonly id?: string
  readonly title: string
  readonly price: Money | MoneyJson
}
