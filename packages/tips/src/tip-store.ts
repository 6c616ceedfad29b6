import type { NewTransfer } from '@stagedoor/ledger'
import type { Alert, AlertSettings } from './alert.ts'
import type { Goal } from './goal.ts'
import type { Tally } from './tally.ts'
import type { Tip, TipStatus } from './tip.ts'
import type { TipEvent } from './tip-event.ts'
import type { TipMenuItem } from './tip-menu.ts'

/** How much may be tipped in a time that slides. It is checked as a tip is stored. */
export interface VelocityLimit {
  /** Names the limit in errors, such as `tips per minute`. */
  readonly name: string
  /**
   * Whose tips count: the payer's to anybody, the payer's to this creator, or everybody's to this creator. The first two
   * are exact under concurrency; the last may be exceeded by what is stored at the same moment, as a popular creator's
   * viewers must not wait for one another.
   */
  readonly scope: 'payer' | 'payer_and_creator' | 'creator'
  readonly windowSeconds: number
  /** What counts: every attempt, those that were declined, or the money of those that were paid or still may be. */
  readonly counts: 'attempts' | 'declines' | 'amount'
  /** Tips, or minor units of the tip's currency. With the new one it must not be exceeded. */
  readonly limit: bigint
}

/** What became of {@link TipStore.create}. */
export type CreateTipResult =
  | { readonly outcome: 'created'; readonly tip: Tip }
  /** A tip with this id is there, maybe another one: compare fingerprints. */
  | { readonly outcome: 'exists'; readonly tip: Tip }
  /** The first limit that it exceeds, and after how many seconds it fits that one if no other tip comes; at least 1. */
  | { readonly outcome: 'limited'; readonly limit: VelocityLimit; readonly retryAfterSeconds: number }
  /** The creator does not take tips of this payer. */
  | { readonly outcome: 'blocked' }

/** A webhook's event, as the inbox knows it. */
export interface InboxEvent {
  readonly gateway: string
  /** Unique at its gateway. */
  readonly id: string
  readonly type: string
}

/** One atomic change: all of it is stored, or nothing. */
export interface TipChange {
  /** The next version. It is stored only where the version before it is. */
  readonly tip: Tip
  /** The event that told it, for the inbox. */
  readonly event?: InboxEvent
  /** For the ledger. None of their keys is there yet. */
  readonly transfers: readonly NewTransfer[]
  readonly tally: Tally | null
  /** For the outbox. */
  readonly events: readonly TipEvent[]
  /** ISO 8601, UTC: when {@link TipStore.claimDue} hands it out, null for never. */
  readonly checkAt: string | null
}

/** `stale`: another change came first; read again. Nothing of this one was stored. */
export type CommitResult = 'committed' | 'stale'

/** What {@link TipStore.load} is asked for. */
export interface LoadQuery {
  readonly tipId: string
  /** Whether this event is in the inbox. */
  readonly event?: InboxEvent
}

/** What {@link TipStore.load} answers. */
export interface Loaded {
  readonly tip: Tip | null
  /** True when the event has been applied before. */
  readonly isSeen: boolean
}

/** Which tips, newest first. */
export interface ListTipsQuery {
  readonly creatorId?: string
  readonly payerId?: string
  readonly streamId?: string
  readonly status?: TipStatus
  /** Begins behind this one. */
  readonly after?: Pick<Tip, 'createdAt' | 'id'>
  readonly limit: number
}

/** A line of a leaderboard. */
export interface LeaderboardLine {
  readonly payerId: string
  /** The newest that was given with one of the tips that are counted, null when none was. */
  readonly payerName: string | null
  /** Minor units, above zero. */
  readonly amount: bigint
  readonly tips: number
}

/** An event of the outbox that was claimed. */
export interface ClaimedEvent {
  readonly event: TipEvent
  /** How often it was claimed, this time included. */
  readonly attempts: number
}

/** A {@link Goal} as it is stored. */
export interface StoredGoal {
  readonly goal: Goal
  /** The level that has been announced. */
  readonly announcedLevel: number
}

/** Why a creator does not take tips of a viewer. There may be several: a viewer may tip until the last one is gone. */
export interface BlockedPayer {
  /** Unique for the creator: the payer's id for who was blocked by it, the tip's for who was blocked by a tip. */
  readonly id: string
  readonly payerId: string
  /** ISO 8601, UTC. */
  readonly blockedAt: string
}

/**
 * Where tips live, beside the ledger: `commit` changes both in one. Every verb is atomic and safe on many servers at once.
 * Times are ISO 8601 in UTC, in milliseconds. Input is validated before it comes here.
 */
export interface TipStore {
  /**
   * Stores a new tip, with `checkAt`. In one step it looks for one with the same id, for a block of the payer by the
   * creator, and at the limits, in this order.
   */
  create(tip: Tip, limits: readonly VelocityLimit[], checkAt: string): Promise<CreateTipResult>
  /** Reads tips, and whether events are in the inbox, in the order asked. */
  load(queries: readonly LoadQuery[]): Promise<readonly Loaded[]>
  /** The tip whose payment has this reference at its gateway, a stray one included; null when none has. */
  findByCharge(gateway: string, chargeRef: string): Promise<Tip | null>
  /**
   * Stores changes, each whole or not at all, and answers for each in the order given. A change is `committed` when the
   * version before it was there: exactly one of two for the same version is, and of a call at most one for a tip. Its
   * transfers are booked in the same commit.
   *
   * @param at - ISO 8601, UTC: when it is recorded.
   * @throws when a transfer's key or movement is in the ledger already, or twice in the call; nothing of the call is
   * stored then. Transfers of changes that are stale are not looked at.
   */
  commit(changes: readonly TipChange[], at: string): Promise<readonly CommitResult[]>
  /** Tips by `createdAt`, those of one moment by id, newest and greatest first. */
  list(query: ListTipsQuery): Promise<readonly Tip[]>
  /**
   * Hands out tips whose time has come, those that wait longest before others, and sets it to `until`; two servers get
   * different ones.
   */
  claimDue(query: {
    readonly at: string
    readonly until: string
    readonly limit: number
  }): Promise<readonly Tip[]>
  /** Sets when {@link TipStore.claimDue} hands a tip out, null for never. Leaves it alone unless it has this version. */
  postpone(tipId: string, version: number, checkAt: string | null): Promise<void>

  /** Hands out events of the outbox, oldest first, until `until`; two servers get different ones. */
  claimEvents(query: {
    readonly at: string
    readonly until: string
    readonly limit: number
  }): Promise<readonly ClaimedEvent[]>
  /** Takes delivered events out of the outbox. */
  removeEvents(ids: readonly string[]): Promise<void>
  /** Lets an event that could not be delivered be claimed again from `at` on. */
  releaseEvent(id: string, at: string): Promise<void>

  /** The creator's present goal. */
  getGoal(creatorId: string): Promise<StoredGoal | null>
  /** Replaces the creator's goal; null removes it. The sums of earlier goals stay. */
  putGoal(creatorId: string, goal: Goal | null): Promise<void>
  /**
   * Raises the announced level and puts events into the outbox, in one step. True for exactly one of those who raise it
   * from the same level of the same goal.
   */
  announceGoal(
    goal: Pick<Goal, 'id' | 'creatorId'>,
    from: number,
    to: number,
    events: readonly TipEvent[],
  ): Promise<boolean>
  /** Minor units tipped towards a goal, less refunds and what banks took. */
  goalTotal(goal: Pick<Goal, 'id' | 'creatorId'>): Promise<bigint>
  /** The payers with the largest sums of a creator's tips in a currency, largest first; anonymous tips are left out. */
  leaderboard(query: {
    readonly creatorId: string
    readonly currency: string
    /** First and last UTC day, both included; all when absent. */
    readonly days?: { readonly from: string; readonly to: string }
    readonly streamId?: string
    readonly limit: number
  }): Promise<readonly LeaderboardLine[]>
  /**
   * Makes goals and leaderboards cheaper to read, and changes none: adds up to `limit` new tallies to those that differ in
   * nothing else. Answers how many it took; fewer than `limit` means that no more are new, or that somebody else has them.
   */
  compactTallies(query: { readonly limit: number }): Promise<number>

  getMenu(creatorId: string): Promise<readonly TipMenuItem[]>
  /** Replaces the creator's menu. */
  putMenu(creatorId: string, items: readonly TipMenuItem[]): Promise<void>

  /** Adds a block; one with an id that is there already changes nothing. */
  block(creatorId: string, blocked: BlockedPayer): Promise<void>
  /** Takes one away, by its {@link BlockedPayer.id}. */
  unblock(creatorId: string, id: string): Promise<void>
  /** A creator's blocks, by their ids. */
  listBlocked(
    creatorId: string,
    query: { readonly after?: string; readonly limit: number },
  ): Promise<readonly BlockedPayer[]>

  getAlertSettings(creatorId: string): Promise<AlertSettings | null>
  putAlertSettings(settings: AlertSettings): Promise<void>
  /**
   * Adds alerts to their creators' feeds; one whose id is there already is passed over. The numbers of a creator's feed
   * grow in the order in which they can be seen: who has seen number 7 will never be shown a 6 afterwards.
   */
  addAlerts(alerts: readonly Omit<Alert, 'seq'>[]): Promise<void>
  /** A creator's alerts after `afterSeq`, oldest first. */
  listAlerts(creatorId: string, afterSeq: number, limit: number): Promise<readonly Alert[]>
  /** The number of a creator's newest alert, 0 when there is none. */
  lastAlert(creatorId: string): Promise<number>

  /** Removes inbox events and alerts from before a time. Tips and transfers stay. Answers how many rows it removed. */
  prune(query: { readonly before: string }): Promise<number>
}
