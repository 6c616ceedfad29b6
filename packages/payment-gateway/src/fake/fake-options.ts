import type { Money } from '../money.ts'
import type { DeclineCode } from '../outcome.ts'

/** Options of {@link fakeGateway}. All of them have defaults. */
export interface FakeOptions {
  /** Default `fake`. */
  readonly id?: string
  /**
   * Signs the webhooks. Default one that is drawn for each fake, as who knows it can say that a payment was made. Give one to
   * sign webhooks of your own with {@link signTestWebhook}.
   */
  readonly webhookSecret?: string
  /** Where {@link FakeGateway.page} is mounted, such as `http://127.0.0.1:3000/fake`; needed for `fake_redirect`. */
  readonly pageUrl?: string
  /** Where webhooks are addressed to. Default `http://localhost/webhooks/<id>`. */
  readonly webhookUrl?: string
  /**
   * Delivers a webhook, such as `(request) => tipsHandler(request)`. With it webhooks leave by themselves, and come again
   * until the answer is 2xx; without it take them with {@link FakeControl.takeWebhooks}.
   */
  readonly sendWebhook?: (request: Request) => Promise<Response>
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly clock?: () => number
  /** From 0 to below 1, for faults. Default `Math.random`; a seeded one repeats a run. */
  readonly random?: () => number
  /** What the gateway keeps of a charge. Default 290 bps and 30 minor units. */
  readonly fee?: { readonly bps: number; readonly fixed: bigint }
  /** What it takes for a dispute, in minor units of its currency. Default 1500. */
  readonly disputeFee?: bigint
  /** When `fake_pending` is settled, in seconds. Default 5. */
  readonly pendingSeconds?: number
  /** When the payer of `fake_dispute` goes to the bank, in seconds. Default 5. */
  readonly disputeSeconds?: number
  readonly faults?: FakeFaults
  /** Keeps the fake's whole state over restarts, such as in a file. Without it everything is gone with the process. */
  readonly persistence?: FakePersistence
}

/** Where a fake's state is kept, as one text. */
export interface FakePersistence {
  /** What was saved last; `null` when nothing was. Called once, before the first use. */
  load(): Promise<string | null>
  /**
   * Replaces it. What a call has done is saved before the call is answered, of concurrent ones together; never twice at a time. The text has no secret in it, but all that was
   * paid.
   */
  save(state: string): Promise<void>
}

/** What goes wrong. Shares are from 0 (never, the default) to 1 (always). */
export interface FakeFaults {
  /** Share of webhooks that are sent twice. */
  readonly duplicateWebhooks?: number
  /** Webhooks that are due together leave in any order. */
  readonly reorderWebhooks?: boolean
  /** Webhooks are late by up to so many seconds. */
  readonly delayWebhooksSeconds?: number
  /** Webhooks that are due arrive before the call that caused them answers. Needs `sendWebhook`. */
  readonly webhookBeforeAnswer?: boolean
  /** Share of calls that do their work and then lose the answer: `unknown`. */
  readonly loseAnswers?: number
  /** Share of calls that never arrive: `unknown` as well, and nothing has happened. */
  readonly loseRequests?: number
  /** Refunds are `pending` until the next {@link FakeControl.tick}. */
  readonly pendingRefunds?: boolean
  /** Every charge is declined with it. */
  readonly decline?: DeclineCode
}

/**
 * What the instruments do, like the test cards of a processor: `fake_ok` (the default) is paid, `fake_declined` is not
 * (`fake_declined:insufficient_funds` says why), `fake_redirect` sends the payer to the page, `fake_pending` is paid
 * later, `fake_lost` is paid and its answer lost, `fake_dispute` is paid and disputed later.
 */
export const fakeInstruments = [
  'fake_ok',
  'fake_declined',
  'fake_redirect',
  'fake_pending',
  'fake_lost',
  'fake_dispute',
] as const

/** One line of the fake's own books, which are never changed, only added to. */
export interface FakeBookLine {
  readonly sequence: number
  /** ISO 8601. */
  readonly at: string
  readonly kind:
    | 'charge'
    | 'fee'
    | 'refund'
    | 'refund_failed'
    | 'dispute'
    | 'dispute_fee'
    | 'dispute_reinstated'
  /** As the platform's balance at the gateway moves: negative when money leaves. */
  readonly amount: Money
  /** The charge, the refund, or the movement of the dispute. */
  readonly ref: string
  readonly chargeRef: string
  readonly merchantRef: string
  readonly disputeRef?: string
}

/** The fake's own books, to reconcile a ledger against. */
export interface FakeBooks {
  lines(): readonly FakeBookLine[]
  /** The platform's balance at the gateway: the sum of all lines of the currency. */
  balance(currency: string): Money
}

/** What nobody can do at a real gateway: the other side of the counter. */
export interface FakeControl {
  setFaults(faults: FakeFaults): void
  /** Loads what {@link FakeOptions.persistence} kept. Needed only before what answers at once, and before the books. */
  load(): Promise<void>
  /** Saves what has changed; for the end of the process. Fails as `save` does. */
  flush(): Promise<void>
  /** Settles a charge that is pending or waits for its payer. */
  settle(chargeRef: string, result?: 'succeeded' | 'canceled' | DeclineCode): void
  /** The payer goes to the bank; returns the dispute's reference. The money is withdrawn at once. */
  openDispute(chargeRef: string, amount?: Money): string
  /**
   * The bank takes more, or again what was won, or gives a part back. The fee is the gateway's, negative for one that it
   * gives back; default none.
   */
  moveDispute(disputeRef: string, kind: 'withdrawn' | 'reinstated', amount: Money, fee?: Money): void
  /** Won, all that is still with the bank comes back. */
  closeDispute(disputeRef: string, result: 'won' | 'lost'): void
  /** A refund that was accepted fails after all, days later. */
  failRefund(refundRef: string): void
  /** Charges the next period of a subscription. */
  renew(subscriptionRef: string, result?: 'succeeded' | DeclineCode): void
  /** Does everything that is due by the clock, and sends the webhooks that are. Call it now and then. */
  tick(): Promise<void>
  /** The webhooks that are due, signed, to deliver by hand. Each is handed out once. */
  takeWebhooks(): Promise<readonly Request[]>
  /** Webhooks that were not delivered yet. */
  queuedWebhooks(): number
}
