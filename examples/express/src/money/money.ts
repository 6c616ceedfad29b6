import { createLedger, type Ledger, type LedgerStore } from '@stagedoor/ledger'
import type { PaymentGateway } from '@stagedoor/payment-gateway'
import { isStreamingError, type Logger, type Streaming } from '@stagedoor/streaming-core'
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
 * - `streamCreator`: a tip on a stream goes to whose stream it is.
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
    streamCreator: (streamId) => creatorOf(streaming, streamId),
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

/** Null for a stream that is not there. */
async function creatorOf(streaming: Streaming, streamId: string): Promise<string | null> {
  try {
    return (await streaming.getStream(streamId)).creatorId
  } catch (error) {
    if (isStreamingError(error, 'not_found') || isStreamingError(error, 'invalid_input')) return null
    throw error
  }
}

/** Viewers see tips as they come. On a real platform this is also where a tip goes into timed metadata. */
async function showInStream(streaming: Streaming, event: TipEvent): Promise<void> {
  if (event.type !== 'tip.completed' || event.tip.streamId === undefined) return
  const { id, at, tip } = event
  await streaming.announce(event.tip.streamId, 'tip.completed', { id, at, tip })
}
