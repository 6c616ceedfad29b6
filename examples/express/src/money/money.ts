import { createLedger, type Ledger, type LedgerStore } from '@stagedoor/ledger'
import type { PaymentGateway } from '@stagedoor/payment-gateway'
import type { Logger, Streaming } from '@stagedoor/streaming-core'
import { createTips, createTipsHandler, type TipEvent, type TipStore, type Tips } from '@stagedoor/tips'
import { authenticate, findPerson } from '../people.ts'

/** A platform's money: the verbs for its own pages, and the HTTP API for its browsers and gateways. */
export interface Money {
  readonly ledger: Ledger
  readonly tips: Tips
  readonly tipsHandler: (request: Request) => Promise<Response>
}

/**
 * The wiring of tips. This is what you copy:
 *
 * - `store` and `ledger`: where tips and books are kept; both in one database, as a tip changes both at once.
 * - `gateways`: who charges. The fake one and Stripe are the same to everything else.
 * - `creator`: your creators, with a rate of their own if you like. There is no open default.
 * - `onEvent`: what happened, after it is stored: here the stream's viewers see it.
 */
export function createMoney(options: {
  readonly ledgerStore: LedgerStore
  readonly tipStore: TipStore
  readonly gateway: PaymentGateway
  readonly streaming: Streaming
  /** Where this platform is reached. */
  readonly url: string
  readonly logger: Logger
}): Money {
  const { ledgerStore, tipStore, gateway, streaming, url, logger } = options
  const ledger = createLedger({ store: ledgerStore })
  const tips = createTips({
    store: tipStore,
    ledger,
    gateways: [gateway],
    creator: (creatorId) => (findPerson(creatorId)?.role === 'creator' ? {} : null),
    // A demo is over before a week is. A platform keeps the default, or takes longer.
    holdSeconds: 120,
    currencies: {
      USD: { minimum: 100n, maximum: 50_000n },
      EUR: { minimum: 100n, maximum: 50_000n },
      JPY: { minimum: 100n, maximum: 50_000n },
    },
    // Four people tip here, with fake money. A platform keeps the defaults.
    velocity: [
      { name: 'tips per minute', scope: 'payer', windowSeconds: 60, counts: 'attempts', limit: 120n },
    ],
    returnUrls: (tip) => {
      const page = tip.streamId === undefined ? url : `${url}/watch/${encodeURIComponent(tip.streamId)}`
      return { success: page, cancel: page }
    },
    onEvent: (event) => showInStream(streaming, event),
    logger,
  })
  return { ledger, tips, tipsHandler: createTipsHandler(tips, { authenticate, logger }) }
}

/** Viewers see tips as they come. On a real platform this is also where a tip goes into timed metadata. */
async function showInStream(streaming: Streaming, event: TipEvent): Promise<void> {
  if (event.type !== 'tip.completed' || event.tip.streamId === undefined) return
  const { id, at, tip } = event
  await streaming.announce(event.tip.streamId, 'tip.completed', { id, at, tip })
}
