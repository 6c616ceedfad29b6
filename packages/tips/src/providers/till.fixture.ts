import { inspect } from 'node:util'
import { createLedger, type GatewayMovement, memoryLedgerStore } from '@stagedoor/ledger'
import type { PaymentGateway } from '@stagedoor/payment-gateway'
import { createTips } from '../create-tips.ts'
import { createTipsHandler } from '../http/tips-handler.ts'
import { memoryTipStore } from '../memory-tip-store.ts'
import type { TipsOptions } from '../options.ts'
import type { Tip } from '../tip.ts'

/** Header in which the proxy in front of the platform says who called it. */
const peerHeader = 'x-real-ip'

/** What the API answers of a tip, as far as these tests read it. */
interface Answer {
  readonly tip: { readonly id: string; readonly status: Tip['status'] }
  readonly outcome: {
    readonly kind: string
    readonly action?: { readonly type: string; readonly url?: string; readonly clientSecret?: string }
  }
}

interface TillOptions extends Partial<TipsOptions> {
  /** The gateway's own books. */
  readonly movements: () => readonly GatewayMovement[]
}

/** A platform behind its HTTP API with one gateway, from the viewer's request to the books; all that it says is kept. */
export function till(gateway: PaymentGateway, { movements, ...options }: TillOptions) {
  let offsetMs = 0
  const clock = () => new Date((options.clock?.().getTime() ?? Date.now()) + offsetMs)
  const books = memoryLedgerStore()
  const ledger = createLedger({ store: books, clock })
  const store = memoryTipStore({ ledger: books })
  const said: string[] = []
  const logger = {
    warn: (message: string, details?: unknown) => void said.push(`warn ${message} ${written(details)}`),
    error: (message: string, details?: unknown) => void said.push(`error ${message} ${written(details)}`),
  }
  const tips = createTips({
    ...{ store, ledger, gateways: [gateway], deliversAtOnce: false, logger },
    creator: () => ({}),
    onEvent: (event) => void said.push(`event ${written(event)}`),
    ...options,
    clock,
  })
  const handler = createTipsHandler(tips, {
    authenticate: (request) => {
      const userId = request.headers.get('authorization')?.replace('Bearer ', '')
      return userId ? { userId, displayName: userId } : null
    },
    remoteAddress: (request) => request.headers.get(peerHeader) ?? undefined,
    logger,
  })
  const send = async (request: Request) => {
    const response = await handler(request)
    const text = await response.text()
    said.push(`answer ${response.status} ${written([...response.headers])} ${text}`)
    return { status: response.status, text }
  }
  let keys = 0
  const post = (who: string, path: string, body: object, key = `key-${++keys}`) =>
    send(
      new Request(`http://localhost/api/tips${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${who}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: JSON.stringify(body),
      }),
    )

  return {
    ...{ tips, ledger, said, post },
    /** Vic tips Ava 10.10 by HTTP. */
    tip: async (instrument?: string, { key, currency = 'USD' }: { key?: string; currency?: string } = {}) => {
      const body = {
        ...{ creatorId: 'ava', amount: { amount: '1010', currency } },
        ...(instrument === undefined ? {} : { instrument }),
      }
      const { status, text } = await post('vic', '/tips', body, key)
      return { status, ...(JSON.parse(text) as Answer) }
    },
    /** Ava gives back by HTTP. */
    refund: async (tipId: string, amount?: string, key?: string) => {
      const body = amount === undefined ? {} : { amount: { amount, currency: 'USD' } }
      const { status, text } = await post('ava', `/tips/${tipId}/refund`, body, key)
      return { status, body: JSON.parse(text) as { readonly outcome?: { readonly kind: string } } }
    },
    /** A gateway's request at the platform's address of it; answers the status. */
    webhook: async (request: Request, peer?: string) => {
      const { search } = new URL(request.url)
      const headers = new Headers(request.headers)
      if (peer !== undefined) headers.set(peerHeader, peer)
      const url = `http://localhost/api/tips/webhooks/${gateway.id}${search}`
      const body = await request.clone().arrayBuffer()
      return (await send(new Request(url, { method: 'POST', headers, body }))).status
    },
    wait: (seconds: number) => {
      offsetMs += seconds * 1000
    },
    /** All that is in the books, an entry a line, in the order in which it was booked. */
    entries: async () => {
      const pages = await Promise.all([gateway.id, 'ava'].map((owner) => ledger.listEntries({ owner })))
      return pages
        .flatMap(({ items }) => items)
        .sort((left, right) => left.seq - right.seq || left.position - right.position)
        .map(({ kind, account, amount, currency }) => `${kind} ${account} ${amount} ${currency}`)
    },
    balance: async () => (await ledger.balances('ava'))[0],
    /** Proves the books, and that the gateway says the same. */
    verify: async () =>
      (await ledger.verify({ gatewayBooks: { gateway: gateway.id, movements: movements() } })).fault,
    /** All that is stored. */
    stored: async () => {
      const { items } = await tips.listTips({ limit: 200 })
      return written([
        items,
        await ledger.listEntries({ owner: 'ava' }),
        await ledger.listEntries({ owner: gateway.id }),
      ])
    },
  }
}

/** All that somebody could read in a value. */
export function written(value: unknown): string {
  const shown = inspect(value, { depth: null, showHidden: true, getters: true, maxStringLength: null })
  return value instanceof Error
    ? `${shown} ${inspect(value.cause, { depth: null, showHidden: true })}`
    : shown
}
