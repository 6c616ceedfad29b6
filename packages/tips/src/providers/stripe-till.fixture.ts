import type { StripeOptions } from '@stagedoor/payment-gateway/stripe'
import { onTestFinished } from 'vitest'
import { setUpStripe } from '../../../payment-gateway/src/stripe/stripe-set-up.fixture.ts'
import type { TipsOptions } from '../options.ts'
import { till } from './till.fixture.ts'

type Stripe = Awaited<ReturnType<typeof setUpStripe>>
type Till = ReturnType<typeof till>

interface StripeTill extends Till {
  readonly server: Stripe['server']
  readonly state: Stripe['server']['state']
  /** An event as Stripe's own code signs it. */
  readonly signed: Stripe['webhook']
  /** Brings every event that has not been brought. Answers the statuses. */
  webhooks(): Promise<readonly number[]>
}

/** A platform with Stripe's own client in front of a local Stripe that remembers, charges and keeps books. */
export async function stripeTill(
  stripe: Partial<StripeOptions> = {},
  options: Partial<TipsOptions> = {},
): Promise<StripeTill> {
  const all = await setUpStripe(stripe)
  onTestFinished(() => all.server.stop())
  const { state } = all.server
  const shop = till(all.gateway, {
    ...options,
    movements: () =>
      state.movements.map(({ ref, amount, currency }) => ({
        ...{ ref, amount: BigInt(amount), currency: currency.toUpperCase() },
      })),
  })
  return {
    ...shop,
    ...{ server: all.server, state, signed: all.webhook },
    webhooks: async () => {
      const statuses: number[] = []
      for (const request of all.takeWebhooks()) statuses.push(await shop.webhook(request))
      return statuses
    },
  }
}

/** What a tip of 10.10 leaves in the books: 15 % are 1.515, and the half cent is the creator's. */
export const earned = [
  'earning gateway_clearing -1010 USD',
  'earning creator_pending 859 USD',
  'earning platform_revenue 151 USD',
]

/** What Stripe keeps of it: 2.9 % and 30 cents. */
export const stripeFee = ['gateway_fee gateway_clearing 59 USD', 'gateway_fee gateway_fees -59 USD']

/** A tip of 10.10 that was paid and is in the books. */
export async function paidTip(
  options: Parameters<typeof stripeTill>[0] = {},
  rest: Parameters<typeof stripeTill>[1] = {},
) {
  const shop = await stripeTill(options, rest)
  const { tip } = await shop.tip('pm_card_visa')
  await shop.webhooks()
  const before = (await shop.entries()).length
  return {
    ...shop,
    tipId: tip.id,
    ref: [...shop.state.intents.keys()][0] ?? '',
    /** What was booked since. */
    since: async () => (await shop.entries()).slice(before),
  }
}
