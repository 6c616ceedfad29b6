import type { RefundRequest, SubscriptionCharge, TipCharge } from '../charge.ts'
import { PaymentError } from '../errors.ts'
import { type Money, money } from '../money.ts'
import {
  type CancelOutcome,
  type DeclineCode,
  declineRetries,
  type RefundDeclineCode,
  type RefundOutcome,
  type SubscriptionSnapshot,
} from '../outcome.ts'
import type { CancelRequest, ChargeQuery } from '../payment-gateway.ts'
import type { createCounter } from './fake-counter.ts'
import { type FakeFaults, type FakeOptions, fakeInstruments } from './fake-options.ts'
import type { FakeCharge, FakeRefund, FakeState, FakeSubscription } from './fake-state.ts'
import type { createWebhookQueue } from './fake-webhooks.ts'

/** What the verbs work on. */
export interface ChargeContext {
  readonly state: FakeState
  readonly counter: ReturnType<typeof createCounter>
  readonly webhooks: ReturnType<typeof createWebhookQueue>
  readonly clock: () => number
  readonly options: FakeOptions
  readonly faults: () => FakeFaults
}

/** What happens at the fake when a call arrives. */
export function createChargeVerbs({ state, counter, webhooks, clock, options, faults }: ChargeContext) {
  const newRef = (prefix: string) => `${prefix}_${crypto.randomUUID().replaceAll('-', '')}`

  function tip(request: TipCharge): FakeCharge {
    return begin(request, request.tipId, request.amount)
  }

  function subscribe(request: SubscriptionCharge): FakeCharge {
    const subscription: FakeSubscription = {
      ref: newRef('fsub'),
      merchantRef: request.subscriptionId,
      price: request.price,
      interval: request.interval,
      status: 'incomplete',
      periodStart: clock(),
      periodEnd: clock(),
      willRenew: true,
    }
    state.subscriptions.set(subscription.ref, subscription)
    return begin(request, request.subscriptionId, request.price, subscription)
  }

  function begin(
    request: TipCharge | SubscriptionCharge,
    merchantRef: string,
    amount: Money,
    subscription?: FakeSubscription,
  ): FakeCharge {
    const { name, declineCode } = readInstrument(request.instrument)
    if (name === 'fake_redirect' && options.pageUrl === undefined) {
      throw new PaymentError({
        code: 'misconfigured',
        field: 'pageUrl',
        gateway: 'fake',
        message: 'fake_redirect needs the page.',
        fix: 'Set pageUrl, and mount gateway.page there.',
      })
    }
    const charge: FakeCharge = {
      ref: newRef('fch'),
      merchantRef,
      amount,
      createdAt: clock(),
      description: request.description ?? '',
      ...(request.returnUrls && { returnUrls: request.returnUrls }),
      ...(subscription && { subscriptionRef: subscription.ref }),
      status: name === 'fake_redirect' ? 'action_required' : 'pending',
      refunded: 0n,
      disputed: 0n,
    }
    state.charges.set(charge.ref, charge)
    const decline = faults().decline ?? declineCode
    if (decline) counter.settle(charge, decline)
    else if (name === 'fake_pending') charge.settleAt = clock() + (options.pendingSeconds ?? 5) * 1000
    else if (name !== 'fake_redirect') counter.settle(charge, 'succeeded')
    if (name === 'fake_dispute') charge.disputeAt = clock() + (options.disputeSeconds ?? 5) * 1000
    if (charge.status === 'pending' || charge.status === 'action_required') {
      webhooks.emit({ type: `payment.${charge.status}`, ref: charge.ref, merchantRef, amount })
    }
    return charge
  }

  function refund(request: RefundRequest): FakeRefund | RefundOutcome {
    const charge = state.charges.get(request.chargeRef)
    if (!charge) return declined('charge_not_found')
    if (charge.status !== 'succeeded') return declined('charge_not_paid')
    const left = charge.amount.amount - charge.refunded
    if (left === 0n) return declined('already_refunded')
    if (charge.disputed > 0n) return declined('charge_disputed')
    const amount = request.amount ?? money(left, charge.amount.currency)
    if (amount.currency !== charge.amount.currency) {
      throw new PaymentError({
        code: 'invalid_input',
        field: 'amount.currency',
        gateway: 'fake',
        message: `The charge was paid in ${charge.amount.currency}.`,
      })
    }
    if (amount.amount > left) return declined('amount_too_large')
    return counter.refund(charge, request.refundId, amount, faults().pendingRefunds ?? false)
  }

  function cancel({ ref, when }: CancelRequest): CancelOutcome {
    const subscription = state.subscriptions.get(ref)
    if (!subscription) return { kind: 'declined', code: 'not_found' }
    const about = { ref, merchantRef: subscription.merchantRef }
    const endsAt = new Date(when === 'now' ? clock() : subscription.periodEnd).toISOString()
    if (subscription.status === 'ended') return { kind: 'canceled' }
    if (when === 'period_end') {
      if (subscription.willRenew) webhooks.emit({ type: 'subscription.canceled', ...about, endsAt })
    } else {
      subscription.status = 'ended'
      webhooks.emit({ type: 'subscription.ended', ...about })
    }
    subscription.willRenew = false
    return { kind: 'canceled', endsAt }
  }

  function snapshot(ref: string): SubscriptionSnapshot | null {
    const subscription = state.subscriptions.get(ref)
    if (!subscription) return null
    const { merchantRef, status, willRenew } = subscription
    const currentPeriodEnd = new Date(subscription.periodEnd).toISOString()
    return { ref, merchantRef, status, currentPeriodEnd, willRenew }
  }

  function find(query: ChargeQuery): FakeCharge | undefined {
    if ('ref' in query) return state.charges.get(query.ref)
    return [...state.charges.values()].find((charge) => charge.merchantRef === query.merchantRef)
  }

  return { tip, subscribe, refund, cancel, snapshot, find }
}

function readInstrument(instrument = 'fake_ok') {
  const [name = '', code = 'card_declined'] = instrument.split(':', 2)
  const isKnown = fakeInstruments.some((one) => one === name) && Object.hasOwn(declineRetries, code)
  if (!isKnown) {
    throw new PaymentError({
      code: 'invalid_input',
      field: 'instrument',
      gateway: 'fake',
      message: 'The fake does not know this instrument.',
      fix: `Use one of ${fakeInstruments.join(', ')}, or fake_declined:<decline code>.`,
    })
  }
  return { name, declineCode: name === 'fake_declined' ? (code as DeclineCode) : undefined }
}

function declined(code: RefundDeclineCode): RefundOutcome {
  return { kind: 'declined', code, rawCode: `fake_${code}` }
}
