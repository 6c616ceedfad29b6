import type { ChargeOutcome, MoneyJson } from '@stagedoor/payment-gateway'
import type { PaywallDecision } from './decide.ts'
import type { Entry, GrantSource } from './entry.ts'
import type { OfferTerms, PaywallOffer } from './offer.ts'
import type { PaywallActor, PaywallStream, PaywallViewer } from './options.ts'
import type { PaymentEvent } from './payments.ts'
import type { AuditRecord, Ban } from './paywall-store.ts'
import type { Resource } from './resource.ts'
import type { PaywallSale, SaleStatus } from './sale.ts'

/** A page of a list. `nextCursor` goes into the next call as `cursor`; null after the last page. */
export interface PaywallPage<Item> {
  readonly items: readonly Item[]
  readonly nextCursor: string | null
}

/** Which page of a list: 20 rows from the beginning, unless you say otherwise. `limit` is 1 to 100. */
export interface PageQuery {
  readonly cursor?: string
  readonly limit?: number
}

/** What a creator offers. What {@link OfferTerms} lets be null or 0 may be left out. */
export interface OfferInput {
  readonly title: string
  readonly price: MoneyJson
  readonly terms:
    | (Pick<Extract<OfferTerms, { kind: 'subscription' }>, 'kind' | 'interval'> &
        Partial<Extract<OfferTerms, { kind: 'subscription' }>>)
    | (Pick<Extract<OfferTerms, { kind: 'ticket' }>, 'kind' | 'streamId'> &
        Partial<Extract<OfferTerms, { kind: 'ticket' }>>)
    | (Pick<Extract<OfferTerms, { kind: 'bundle' }>, 'kind' | 'resources'> &
        Partial<Extract<OfferTerms, { kind: 'bundle' }>>)
}

/** Access that is given for nothing. */
export interface GrantInput {
  readonly userId: string
  /** The creator's own `creator:<id>`, or one of their streams. */
  readonly resource: Resource
  /** ISO 8601 with a zone. Default now. */
  readonly startsAt?: string
  /** ISO 8601 with a zone; null for good. */
  readonly endsAt: string | null
  readonly source?: Extract<GrantSource, 'comp' | 'gift' | 'admin'>
  /** Why, for the audit log. */
  readonly reason?: string
}

/** What a viewer buys. */
export interface PurchaseInput {
  readonly offerId: string
  /** The version that the viewer saw: if it is another by now nothing is charged. Default the present one. */
  readonly offerVersion?: number
  /** The gateway's id. Default the first one of the platform's tips. */
  readonly gateway?: string
  /** A saved means of payment or token of the gateway. Never a card number. */
  readonly instrument?: string
}

/** What {@link Paywall.purchase} answers. */
export interface PurchaseReturn {
  readonly sale: PaywallSale
  readonly status: SaleStatus
  /** What the gateway says, as of a tip: what the viewer has to do, or why it was declined. */
  readonly outcome: ChargeOutcome
}

/** What {@link Paywall.deliver} did. */
export interface PaywallDelivery {
  readonly delivered: number
  /** They come again in a minute. */
  readonly failed: number
}

/** Who may watch what until when, and why not. */
export interface Paywall {
  /**
   * Answers streaming-core's `access` hook, for the live stream and its recording alike: pass it on as it is.
   *
   * @throws {@link PaywallError} `misconfigured` for a stream whose rule cannot be read; what a hook or a store throws.
   */
  access(
    viewer: PaywallViewer,
    stream: PaywallStream,
    options?: { readonly signal?: AbortSignal },
  ): Promise<PaywallDecision>

  /**
   * Puts something on sale.
   *
   * @param options.idempotencyKey - The same key of the same creator answers the same offer.
   * @throws `forbidden` for another's stream or creator id, `conflict` for a key that was used for another offer,
   * `invalid_input`.
   */
  createOffer(
    actor: PaywallActor,
    input: OfferInput,
    options?: { readonly idempotencyKey?: string },
  ): Promise<PaywallOffer>
  /** @throws `not_found` */
  getOffer(offerId: string): Promise<PaywallOffer>
  listOffers(
    creatorId: string,
    query?: PageQuery & { readonly isOnSale?: boolean },
  ): Promise<PaywallPage<PaywallOffer>>
  /**
   * Makes the next version of an offer, for who buys it from now on. Its terms stay of their kind.
   *
   * @throws `conflict` when somebody else changed it meanwhile, `forbidden`, `not_found`, `invalid_input`.
   */
  updateOffer(actor: PaywallActor, offerId: string, change: Partial<OfferInput>): Promise<PaywallOffer>
  /** Takes an offer off sale; what was sold stays. Also fine the second time. @throws `forbidden`, `not_found` */
  archiveOffer(actor: PaywallActor, offerId: string): Promise<PaywallOffer>

  /**
   * Gives access for nothing.
   *
   * @param options.idempotencyKey - Draw one for each grant and repeat it with retries: the same key gives access once.
   * @returns the `sourceRef` to revoke it by.
   * @throws `forbidden` for another creator's resource, `invalid_input`.
   */
  grantAccess(
    actor: PaywallActor,
    input: GrantInput,
    options: { readonly idempotencyKey: string },
  ): Promise<{ readonly sourceRef: string }>
  /**
   * Takes away what was granted by a source, whole and from now on. Also fine the second time.
   *
   * @throws `not_found` when nothing was, `forbidden` when it was not this actor's to give, `invalid_input`.
   */
  revokeAccess(
    actor: PaywallActor,
    input: { readonly sourceRef: string; readonly reason: string },
  ): Promise<void>
  /** All that ever gave a viewer access or took it away, as it was added. */
  listEntries(userId: string, query?: PageQuery): Promise<PaywallPage<Entry>>

  /**
   * Keeps a viewer out of all that a creator shows, or of the whole platform. Also fine the second time.
   *
   * @param input.creatorId - Default the actor; null for the platform, by its staff alone.
   * @throws `forbidden`, `invalid_input`
   */
  banViewer(
    actor: PaywallActor,
    input: { readonly userId: string; readonly creatorId?: string | null; readonly reason: string },
  ): Promise<void>
  /** Lets a banned viewer in again, by what they have paid for. @throws `forbidden`, `invalid_input` */
  unbanViewer(
    actor: PaywallActor,
    input: { readonly userId: string; readonly creatorId?: string | null },
  ): Promise<void>
  /** A creator's bans, or the platform's for null. @throws `forbidden` */
  listBans(actor: PaywallActor, creatorId: string | null, query?: PageQuery): Promise<PaywallPage<Ban>>
  /** Who did what, newest first; of a creator, or of all for null. @throws `forbidden` */
  listAudit(
    actor: PaywallActor,
    creatorId: string | null,
    query?: PageQuery,
  ): Promise<PaywallPage<AuditRecord>>

  /**
   * Buys a ticket or a bundle: charged and split like a tip, and once it is paid the viewer is let in. Repeating it with the
   * same key is the same purchase, also after a crash.
   *
   * @throws `conflict` when the viewer has it already, is just buying it, or the offer is another by now or over; `forbidden`
   * for one who is banned; `not_found`; `unsupported` for a subscription, or without `payments`; `invalid_input`.
   */
  purchase(
    actor: PaywallActor & { readonly displayName?: string },
    input: PurchaseInput,
    options: { readonly idempotencyKey: string; readonly signal?: AbortSignal },
  ): Promise<PurchaseReturn>
  /** A viewer's own sale, or one of the creator's. @throws `not_found`, `forbidden` */
  getSale(
    actor: PaywallActor,
    saleId: string,
  ): Promise<{ readonly sale: PaywallSale; readonly status: SaleStatus }>
  /** Newest first. @throws `forbidden` unless the viewer, the creator or the platform's staff. */
  listSales(
    actor: PaywallActor,
    query: PageQuery & ({ readonly userId: string } | { readonly creatorId: string }),
  ): Promise<PaywallPage<PaywallSale>>
  /**
   * Gives or takes what a payment was for. Call it from `onEvent` of tips with every event: those of gifts are passed over,
   * and an event that comes twice or late changes nothing, as it is looked up how the payment stands now.
   */
  applyPayment(event: PaymentEvent): Promise<void>

  /** Hears of a change that another server made: what is cached of the viewer is forgotten. */
  invalidate(userId: string): void
  /** Hands what changed on to `onEvent`. Run it every second; safe on many servers at once. */
  deliver(options?: { readonly signal?: AbortSignal }): Promise<PaywallDelivery>
}
