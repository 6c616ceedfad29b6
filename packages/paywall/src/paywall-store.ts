import type { Entry } from './entry.ts'
import type { PaywallOffer } from './offer.ts'
import type { PaywallSale } from './sale.ts'

/** A viewer whom a creator, or the platform, keeps out. */
export interface Ban {
  readonly userId: string
  /** Null for a ban from the whole platform. */
  readonly creatorId: string | null
  readonly reason: string
  /** ISO 8601, UTC, in milliseconds. */
  readonly at: string
}

/** Who did what. Only added to. */
export interface AuditRecord {
  readonly id: string
  /** ISO 8601, UTC, in milliseconds. */
  readonly at: string
  /** Who did it; null for the platform itself. */
  readonly actorId: string | null
  /** A noun and a verb, such as `access.granted`. */
  readonly action: string
  readonly creatorId: string | null
  /** Whom it was done to. */
  readonly userId?: string
  /** What it was done to, such as an offer's id. */
  readonly subject?: string
  readonly reason?: string
}

/** What happened, for whom it concerns. It is told at least once, after it was stored; `id` tells a repetition. */
export interface PaywallEvent {
  readonly id: string
  /** ISO 8601, UTC, in milliseconds. */
  readonly at: string
  /** The viewer's access may be another now: have the platform ask again. */
  readonly type: 'access.changed'
  readonly userId: string
  /** Null for all creators. */
  readonly creatorId: string | null
}

/** One atomic change: all of it is stored, or nothing. */
export interface PaywallChange {
  /** A new offer, or the next version of one. */
  readonly offer?: PaywallOffer
  /** Those whose {@link entryKey} is there already are passed over. */
  readonly entries?: readonly Entry[]
  /** One for the same viewer and creator that is there already stays. */
  readonly ban?: Ban
  readonly unban?: Pick<Ban, 'userId' | 'creatorId'>
  readonly audit: readonly AuditRecord[]
  /** For the outbox. */
  readonly events: readonly PaywallEvent[]
}

/** What {@link PaywallStore.loadAccess} is asked for. */
export interface AccessQuery {
  /** Null for a viewer without an account. */
  readonly userId: string | null
  readonly streamId: string
  readonly creatorId: string
}

/** All that a decision needs of a store. */
export interface StoredAccess {
  /** The viewer's, to this stream and this creator. A revocation comes with the grants that it takes away. */
  readonly entries: readonly Entry[]
  readonly isBanned: boolean
  readonly previewStartedAt: string | null
}

/** A page of a list: begins behind the row with this id. */
export interface StorePage {
  readonly afterId?: string
  readonly limit: number
}

/**
 * Where offers, grants and bans live. Every verb is atomic and safe on many servers at once. Times are ISO 8601 in UTC, in
 * milliseconds, so that they compare as texts. Input is validated before it comes here.
 */
export interface PaywallStore {
  /**
   * Stores a change, whole or not at all. `stale` when the offer's version is not the next one, and then nothing was stored.
   * `unchanged` when nothing of it was new: then neither its audit records nor its events were stored.
   */
  commit(change: PaywallChange): Promise<'committed' | 'unchanged' | 'stale'>
  /** Answers in the order asked. */
  loadAccess(queries: readonly AccessQuery[]): Promise<readonly StoredAccess[]>
  /** Notes when a preview began, and answers when it did: of many at once, the first one's time is the one for all. */
  startPreview(userId: string, streamId: string, at: string): Promise<string>
  getOffer(offerId: string): Promise<PaywallOffer | null>
  /** By creation, the oldest first, those of one moment by id; the newest version of each. */
  listOffers(
    creatorId: string,
    query: StorePage & { readonly isOnSale?: boolean },
  ): Promise<readonly PaywallOffer[]>
  /**
   * Begins a sale: of a viewer's sales of an offer one at most is the present one. It becomes that, and is stored, where the
   * present one is `replacing`, null for none; of many at once one does. Answers the present one then, this or another. One
   * that was stored before is answered itself, and changes nothing.
   */
  startSale(sale: PaywallSale, replacing: string | null): Promise<PaywallSale>
  getSale(saleId: string): Promise<PaywallSale | null>
  /** Newest first, those of one moment by id, greatest first. */
  listSales(
    query: StorePage & ({ readonly userId: string } | { readonly creatorId: string }),
  ): Promise<readonly PaywallSale[]>
  /** All entries with this `sourceRef`. */
  findEntries(sourceRef: string): Promise<readonly Entry[]>
  /** A viewer's entries, as they were added. */
  listEntries(
    userId: string,
    query: { readonly after?: number; readonly limit: number },
  ): Promise<readonly { readonly position: number; readonly entry: Entry }[]>
  /** A creator's bans, or the platform's for null, by `userId`. */
  listBans(
    creatorId: string | null,
    query: { readonly afterUserId?: string; readonly limit: number },
  ): Promise<readonly Ban[]>
  /** Newest first; of one creator, or of all for null. */
  listAudit(creatorId: string | null, query: StorePage): Promise<readonly AuditRecord[]>
  /** Hands out events of the outbox, oldest first, until `until`; two servers get different ones. */
  claimEvents(query: {
    readonly at: string
    readonly until: string
    readonly limit: number
  }): Promise<readonly PaywallEvent[]>
  /** Takes delivered events out of the outbox. */
  removeEvents(ids: readonly string[]): Promise<void>
}
