import type { GatewayMovement } from '@stagedoor/ledger'
import type { CcbillOptions } from '@stagedoor/payment-gateway/ccbill'
import { onTestFinished } from 'vitest'
import { ccbillAddress, setUpCcbill } from '../../../payment-gateway/src/ccbill/ccbill-set-up.fixture.ts'
import { till } from './till.fixture.ts'

/** 10:30 at CCBill's office, as its webhooks of these tests say. */
const now = Date.parse('2026-11-22T17:30:00Z')
const range = { minimum: 300n, maximum: 20_000n }

type Ccbill = Awaited<ReturnType<typeof setUpCcbill>>

/** A platform in front of a local CCBill. */
export async function ccbillTill(options: Partial<CcbillOptions> = {}) {
  const all = await setUpCcbill({ clock: () => now, ...options })
  onTestFinished(() => all.server.stop())
  const movements: GatewayMovement[] = []
  const shop = till(all.gateway, {
    clock: () => new Date(now),
    currencies: { USD: range, AUD: range },
    movements: () => movements,
  })
  const server: Ccbill['server'] = all.server
  return {
    ...shop,
    ...{ server, movements },
    /** A webhook from an address of CCBill, unless told otherwise. Answers the status. */
    told: async (eventType: string, payload: Record<string, string>, from: string | null = ccbillAddress) =>
      shop.webhook(await all.webhook(eventType, payload), from ?? undefined),
    /** A webhook whose ids are JSON numbers, as version 1 of the API writes them. */
    toldInNumbers: async (eventType: string, payload: Record<string, string>) => {
      const { url, headers, body } = await all.webhook(eventType, payload)
      const text = (await new Response(body).text()).replace(/"(\w+Id)":"([1-9]\d+)"/g, '"$1":$2')
      return shop.webhook(new Request(url, { method: 'POST', headers, body: text }), ccbillAddress)
    },
    /** Brings the webhooks of what was charged by token. Answers the statuses. */
    webhooks: async () => {
      const statuses: number[] = []
      for (const request of await all.takeWebhooks())
        statuses.push(await shop.webhook(request, ccbillAddress))
      return statuses
    },
  }
}

/** What CCBill tells of a sale on its form, whose link the payer's browser opened. */
export function saleOf(link: string, subscriptionId: string): Record<string, string> {
  const query = new URL(link).searchParams
  const passed = [...query].filter(([name]) => name.startsWith('stagedoor_'))
  return {
    subscriptionId,
    transactionId: subscriptionId.replace('9250', '0125'),
    billedInitialPrice: query.get('initialPrice') ?? '',
    billedCurrencyCode: query.get('currencyCode') ?? '',
    ...Object.fromEntries(passed.map(([name, value]) => [`X-${name}`, value])),
  }
}

/** What a tip of 10.10 leaves in the books. */
export const earnedIn = (currency: string) => [
  `earning gateway_clearing -1010 ${currency}`,
  `earning creator_pending 859 ${currency}`,
  `earning platform_revenue 151 ${currency}`,
]
