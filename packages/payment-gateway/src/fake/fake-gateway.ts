import type { GatewayCapabilities } from '../capabilities.ts'
import { checkRefund, checkSubscription, checkTip, checkWrite, throwIfAborted } from '../check-charge.ts'
import { currencyExponents } from '../currencies.ts'
import type { PaymentGateway } from '../payment-gateway.ts'
import { readRawBody } from '../raw-body.ts'
import { redacted } from '../redacted.ts'
import { defaultToleranceSeconds, signatureVerifier } from '../webhook-signature.ts'
import { createBooks } from './fake-books.ts'
import { createChargeVerbs } from './fake-charges.ts'
import { createControl } from './fake-control.ts'
import { createCounter } from './fake-counter.ts'
import { createIdempotency } from './fake-idempotency.ts'
import type { FakeBooks, FakeControl, FakeOptions } from './fake-options.ts'
import { chargeOutcome, refundOutcome } from './fake-outcome.ts'
import { createPage } from './fake-page.ts'
import type { FakeState } from './fake-state.ts'
import { createStorage } from './fake-storage.ts'
import { createWebhookQueue, parseFakeEvent } from './fake-webhooks.ts'
import { fakeSignatureHeader } from './sign-test-webhook.ts'

/** A gateway with no money in it, and with books of its own. */
export interface FakeGateway extends Required<PaymentGateway> {
  readonly control: FakeControl
  readonly books: FakeBooks
  /** The hosted payment page, for everything under {@link FakeOptions.pageUrl}. */
  page(request: Request): Promise<Response>
}

/**
 * A payment gateway for development and tests: it keeps the whole contract, remembers, sends signed webhooks, goes wrong
 * on demand, and keeps books to compare a ledger with. Everything is in this process and gone with it, unless
 * {@link FakeOptions.persistence} keeps it.
 *
 * @example
 * ```ts
 * import { money } from '@stagedoor/payment-gateway'
 * import { fakeGateway } from '@stagedoor/payment-gateway/fake'
 *
 * const gateway = fakeGateway()
 * const outcome = await gateway.processTip(
 *   { tipId: 'tip_1', amount: money(500n, 'USD'), payer: { id: 'vic' }, payee: { id: 'ava' } },
 *   { idempotencyKey: 'tip:tip_1' },
 * )
 * ```
 */
export function fakeGateway(options: FakeOptions = {}): FakeGateway {
  const { id = 'fake', clock = Date.now, random = Math.random } = options
  // What waits is signed as it leaves, so a secret need not outlive the process.
  const { webhookSecret = crypto.randomUUID() } = options
  let faults = options.faults ?? {}
  const state: FakeState = {
    charges: new Map(),
    refunds: new Map(),
    disputes: new Map(),
    subscriptions: new Map(),
  }
  const storage = createStorage(() => ({ state, books, webhooks, idempotency }), options.persistence)
  const webhooks = createWebhookQueue({
    secret: webhookSecret,
    url: options.webhookUrl ?? `http://localhost/webhooks/${id}`,
    clock,
    random,
    faults: () => faults,
    send: options.sendWebhook,
    changed: storage.changed,
    isSaved,
  })
  const books = createBooks(() => new Date(clock()).toISOString())
  const counter = createCounter({
    state,
    books,
    emit: webhooks.emit,
    clock,
    // The page of a payment is open to whoever knows its reference.
    newRef: (prefix) => `${prefix}_${crypto.randomUUID().replaceAll('-', '')}`,
    fee: options.fee ?? { bps: 290, fixed: 30n },
    disputeFee: options.disputeFee ?? 1500n,
  })
  const charges = createChargeVerbs({ state, counter, webhooks, clock, options, faults: () => faults })
  const idempotency = createIdempotency(storage.changed)
  const verify = signatureVerifier([redacted(webhookSecret)], defaultToleranceSeconds)
  const unknown: FakeUnknown = { kind: 'unknown', reason: 'no_answer' }

  /** What a call costs on the way there and back. */
  async function travel<Result>(
    work: () => { result: Result; isFirst: boolean },
    losesAnswer = false,
  ): Promise<Result | FakeUnknown> {
    await storage.load()
    if (random() < (faults.loseRequests ?? 0)) return unknown
    const { result, isFirst } = work()
    // As a real gateway: what it says that it did outlives it.
    if (!(await isSaved())) return { kind: 'unknown', reason: 'gateway_error' }
    if (faults.webhookBeforeAnswer) await webhooks.deliver()
    else queueMicrotask(() => void webhooks.deliver())
    const isLost = (isFirst && losesAnswer) || random() < (faults.loseAnswers ?? 0)
    return isLost ? unknown : result
  }

  /** Tells whether all that has happened is kept. */
  function isSaved(): Promise<boolean> {
    return storage.flush().then(
      () => true,
      () => false,
    )
  }

  const page = createPage({ state, counter, webhooks, pageUrl: options.pageUrl })
  const control = createControl({
    state,
    counter,
    webhooks,
    clock,
    emit: webhooks.emit,
    setFaults: (next) => {
      faults = next
    },
    storage,
  })

  return {
    specVersion: 1,
    id,
    capabilities,
    control,
    books: {
      lines() {
        storage.assertLoaded()
        return books.lines()
      },
      balance(currency) {
        storage.assertLoaded()
        return books.balance(currency)
      },
    },
    async page(request) {
      await storage.load()
      const response = await page(request)
      await storage.flush()
      return response
    },

    async processTip(charge, write) {
      checkTip(charge, capabilities, write)
      const outcome = await travel(
        () => idempotency.once(write.idempotencyKey, charge, () => charges.tip(charge)),
        charge.instrument === 'fake_lost',
      )
      return 'kind' in outcome ? outcome : chargeOutcome(outcome, options.pageUrl)
    },

    async processSubscription(charge, write) {
      checkSubscription(charge, capabilities, write)
      const outcome = await travel(
        () => idempotency.once(write.idempotencyKey, charge, () => charges.subscribe(charge)),
        charge.instrument === 'fake_lost',
      )
      return 'kind' in outcome ? outcome : chargeOutcome(outcome, options.pageUrl)
    },

    async refund(request, write) {
      checkRefund(request, capabilities, write)
      const outcome = await travel(() =>
        idempotency.once(write.idempotencyKey, request, () => charges.refund(request)),
      )
      return 'kind' in outcome ? outcome : refundOutcome(outcome)
    },

    async receiveWebhook(request, call = {}) {
      throwIfAborted(call.signal)
      const body = await readRawBody(request)
      await verify(request.headers.get(fakeSignatureHeader), body, clock())
      return [parseFakeEvent(new TextDecoder().decode(body), id)]
    },

    async retrieve(query, call = {}) {
      throwIfAborted(call.signal)
      await storage.load()
      const charge = charges.find(query)
      return charge ? chargeOutcome(charge, options.pageUrl) : null
    },

    async retrieveRefund({ chargeRef, refundId, ref }, call = {}) {
      throwIfAborted(call.signal)
      await storage.load()
      const made = [...state.refunds.values()].find(
        (one) => one.charge.ref === chargeRef && (one.ref === ref || one.refundId === refundId),
      )
      return made ? refundOutcome(made) : null
    },

    async retrieveSubscription(ref, call = {}) {
      throwIfAborted(call.signal)
      await storage.load()
      return charges.snapshot(ref)
    },

    async cancelSubscription(request, write) {
      checkWrite(write)
      return travel(() => ({ result: charges.cancel(request), isFirst: true }))
    },
  }
}

interface FakeUnknown {
  readonly kind: 'unknown'
  readonly reason: 'no_answer' | 'gateway_error'
}

const capabilities: GatewayCapabilities = {
  flow: 'intent',
  refund: 'partial',
  recurring: true,
  split: 'ledger',
  idempotency: 'native',
  webhookAuthenticity: 'signed',
  mode: 'test',
  currencies: Object.fromEntries(
    Object.entries(currencyExponents).map(([code, exponent]) => [code, { exponent }]),
  ),
}
