import type { GatewayFact } from '../gateway-event.ts'
import { money } from '../money.ts'
import { declineRetries } from '../outcome.ts'
import type { createCounter } from './fake-counter.ts'
import type { FakeControl, FakeFaults } from './fake-options.ts'
import { type FakeCharge, type FakeState, type FakeSubscription, found } from './fake-state.ts'
import type { createStorage } from './fake-storage.ts'
import type { createWebhookQueue } from './fake-webhooks.ts'

/** What the other side of the counter works on. */
export interface ControlContext {
  readonly state: FakeState
  readonly counter: ReturnType<typeof createCounter>
  readonly webhooks: ReturnType<typeof createWebhookQueue>
  readonly clock: () => number
  readonly emit: (fact: GatewayFact) => void
  readonly setFaults: (faults: FakeFaults) => void
  readonly storage: ReturnType<typeof createStorage>
}

/** The other side of the counter: payers, banks and the clock. */
export function createControl({
  state,
  counter,
  webhooks,
  clock,
  emit,
  setFaults,
  storage,
}: ControlContext): FakeControl {
  const kick = () => queueMicrotask(() => void webhooks.deliver())

  function renew(subscription: FakeSubscription, result: Parameters<FakeControl['renew']>[1]): void {
    const { ref, merchantRef, price } = subscription
    if (result !== undefined && result !== 'succeeded') {
      subscription.status = 'past_due'
      const decline = { code: result, retry: declineRetries[result], rawCode: `fake_${result}` }
      emit({ type: 'subscription.renewal_failed', ref, merchantRef, decline })
      return
    }
    const charge: FakeCharge = {
      ref: `fch_${crypto.randomUUID().replaceAll('-', '')}`,
      merchantRef,
      amount: price,
      createdAt: clock(),
      description: '',
      subscriptionRef: ref,
      status: 'pending',
      refunded: 0n,
      disputed: 0n,
    }
    state.charges.set(charge.ref, charge)
    counter.settle(charge, 'succeeded')
  }

  function doWhatIsDue(): void {
    const now = clock()
    for (const charge of state.charges.values()) {
      if (charge.settleAt !== undefined && charge.settleAt <= now) counter.settle(charge, 'succeeded')
      if (charge.disputeAt !== undefined && charge.disputeAt <= now && charge.status === 'succeeded') {
        delete charge.disputeAt
        if (charge.refunded + charge.disputed < charge.amount.amount) counter.openDispute(charge)
      }
    }
    for (const refund of state.refunds.values()) {
      if (refund.status === 'pending') counter.settleRefund(refund)
    }
    for (const subscription of state.subscriptions.values()) {
      if (subscription.status !== 'active' || subscription.periodEnd > now) continue
      if (subscription.willRenew) renew(subscription, 'succeeded')
      else {
        subscription.status = 'ended'
        emit({
          type: 'subscription.ended',
          ref: subscription.ref,
          merchantRef: subscription.merchantRef,
        })
      }
    }
  }

  return {
    setFaults,
    load: storage.load,
    flush: storage.flush,
    settle(chargeRef, result = 'succeeded') {
      storage.assertLoaded()
      counter.settle(found(state.charges, chargeRef), result)
      kick()
    },
    openDispute(chargeRef, amount) {
      storage.assertLoaded()
      const { ref } = counter.openDispute(found(state.charges, chargeRef), amount)
      kick()
      return ref
    },
    moveDispute(disputeRef, kind, amount, fee = money(0n, amount.currency)) {
      storage.assertLoaded()
      counter.moveDispute(found(state.disputes, disputeRef), kind, amount, fee)
      kick()
    },
    closeDispute(disputeRef, result) {
      storage.assertLoaded()
      counter.closeDispute(found(state.disputes, disputeRef), result)
      kick()
    },
    failRefund(refundRef) {
      storage.assertLoaded()
      counter.failRefund(found(state.refunds, refundRef))
      kick()
    },
    renew(subscriptionRef, result) {
      storage.assertLoaded()
      renew(found(state.subscriptions, subscriptionRef), result)
      kick()
    },
    async tick() {
      await storage.load()
      doWhatIsDue()
      await webhooks.deliver()
    },
    async takeWebhooks() {
      await storage.load()
      return webhooks.take()
    },
    queuedWebhooks() {
      storage.assertLoaded()
      return webhooks.size()
    },
  }
}
