import type { SubscriptionCharge, TipCharge } from '../charge.ts'
import type { GatewayEvent } from '../gateway-event.ts'
import { type Money, money } from '../money.ts'
import { declineRetries } from '../outcome.ts'
import type { PaymentGateway } from '../payment-gateway.ts'
import { describeRefunds } from './describe-refunds.ts'
import { assert, assertEqual, assertRejects, reportSkipped, type TestRunner } from './runner.ts'

/** A gateway with the other side of its counter. */
export interface GatewayUnderTest {
  readonly gateway: PaymentGateway
  /** What {@link TipCharge.instrument} has to be for each outcome; without one, its tests are reported as not run. */
  readonly instruments: {
    readonly ok?: string
    readonly declined?: string
    readonly action?: string
    readonly pending?: string
  }
  /** What each charge carries besides, such as `returnUrls` or the creator's account. */
  readonly charge?: Partial<Pick<TipCharge, 'returnUrls' | 'payer' | 'payee'>>
  /** The next call arrives, does its work, and its answer is lost. */
  loseNextAnswer?(): void
  /** The gateway is not reached, or answers that it failed. */
  failNextCall?(): void
  /** The webhooks that the gateway has sent since the last call. */
  takeWebhooks?(): Promise<readonly Request[]>
  /** A webhook of an event for which nobody has a name. */
  unknownWebhook?(): Promise<Request>
  /** What {@link PaymentGateway.receiveWebhook} is given besides. */
  readonly remoteAddress?: string
  dispose?(): Promise<void> | void
}

/** What {@link describePaymentGateway} needs to know of an implementation. */
export interface PaymentGatewaySuite {
  /** Names the implementation in the report. */
  readonly name: string
  /** What the gateway can be asked for here; the rest is reported as not run. */
  readonly covers: readonly ('ok' | 'declined' | 'action' | 'pending' | 'lost' | 'webhooks' | 'refund')[]
  /** Default 1000 cents. */
  readonly amount?: Money
  /** A gateway that other tests leave alone. */
  createGateway(): Promise<GatewayUnderTest> | GatewayUnderTest
}

/** The contract of a {@link PaymentGateway} as tests. */
export function describePaymentGateway(runner: TestRunner, suite: PaymentGatewaySuite): void {
  const amount = suite.amount ?? money(1000n, 'USD')
  let counter = 0
  const newId = (prefix: string) => `${prefix}_${Date.now().toString(36)}_${++counter}`
  const tip = (under: GatewayUnderTest, more: Partial<TipCharge> = {}): TipCharge => ({
    tipId: newId('tip'),
    amount,
    payer: { id: 'vic' },
    payee: { id: 'ava' },
    ...under.charge,
    ...more,
  })
  const plan = (under: GatewayUnderTest, instrument?: string): SubscriptionCharge => ({
    subscriptionId: newId('sub'),
    price: amount,
    interval: { unit: 'month', count: 1 },
    productName: 'Ava’s backstage',
    payer: { id: 'vic' },
    payee: { id: 'ava' },
    ...under.charge,
    ...(instrument !== undefined && { instrument }),
  })
  const test = (name: string, body: (under: GatewayUnderTest) => Promise<void>) =>
    runner.it(name, async () => {
      const under = await suite.createGateway()
      try {
        await body(under)
      } finally {
        await under.dispose?.()
      }
    })
  const covered = (part: PaymentGatewaySuite['covers'][number], what: string, body: () => void) => {
    if (suite.covers.includes(part)) body()
    else reportSkipped(runner, what, 'the gateway does not offer it here')
  }

  runner.describe(`payment gateway: ${suite.name}`, () => {
    test('says what it can do', async ({ gateway }) => {
      assertEqual(gateway.specVersion, 1, 'version of the contract')
      const { currencies } = gateway.capabilities
      assert(amount.currency in currencies, `takes ${amount.currency}`)
      for (const [code, rule] of Object.entries(currencies)) {
        assert(Number.isInteger(rule.exponent) && rule.exponent >= 0, `${code} has digits`)
      }
    })

    test('refuses wrong input before anything leaves', async (under) => {
      const { gateway } = under
      const key = { idempotencyKey: newId('key') }
      const refused = (more: Partial<TipCharge>, options = key) =>
        assertRejects(() => gateway.processTip(tip(under, more), options), 'invalid_input')
      for (const wrong of [0n, 5, '500', null]) {
        await refused({ amount: { ...amount, amount: wrong as bigint } })
      }
      await refused({ amount: null as never })
      await refused({ amount: { ...amount, amount: -amount.amount } })
      await refused({ tipId: 'with space' })
      await refused({ description: 'x'.repeat(501) })
      await refused({}, { idempotencyKey: '' })
      await refused({}, { idempotencyKey: 'not\nvisible' })
      await refused({ returnUrls: { success: 'javascript:alert(1)', cancel: 'https://a.example' } })
      await assertRejects(
        () => gateway.processTip(tip(under, { amount: { amount: 1000n, currency: 'QQQ' } }), key),
        'unsupported',
      )
    })

    test('refuses card numbers wherever text goes, and does not repeat them', async (under) => {
      const card = '4242 4242 4242 4242'
      for (const more of [
        { description: `card ${card}` },
        { metadata: { note: card } },
        { instrument: card },
      ]) {
        const work = () => under.gateway.processTip(tip(under, more), { idempotencyKey: newId('key') })
        const message = await assertRejects(work, 'invalid_input')
        assert(!message.includes('4242'), 'the message hides the number')
      }
    })

    test('does nothing when the signal is aborted before', async (under) => {
      const options = { idempotencyKey: newId('key'), signal: AbortSignal.abort() }
      const { gateway } = under
      await assertRejects(() => gateway.processTip(tip(under), options), 'aborted')
      await assertRejects(() => gateway.processSubscription(plan(under), options), 'aborted')
      await assertRejects(() => gateway.refund({ refundId: 'r', chargeRef: 'c' }, options), 'aborted')
    })

    covered('ok', 'a paid charge', () => {
      test('charges the amount, and finds the charge again', async (under) => {
        const charge = withInstrument(under, tip(under), 'ok')
        const outcome = await under.gateway.processTip(charge, { idempotencyKey: newId('key') })
        assert(outcome.kind === 'succeeded', `succeeded, not ${outcome.kind}`)
        assertEqual(outcome.amount, amount, 'amount')
        assert(!Number.isNaN(Date.parse(outcome.paidAt)), 'a date')
        for (const query of [{ ref: outcome.ref }, { merchantRef: charge.tipId }]) {
          const again = await under.gateway.retrieve?.(query)
          if (again) assertEqual([again.kind, again.ref], ['succeeded', outcome.ref], 'what is retrieved')
          else assert(!under.gateway.retrieve, `finds it by ${Object.keys(query)}`)
        }
      })

      test('charges once however often it is asked with one key', async (under) => {
        if (under.gateway.capabilities.idempotency === 'none') return
        const charge = withInstrument(under, tip(under), 'ok')
        const options = { idempotencyKey: newId('key') }
        const first = await under.gateway.processTip(charge, options)
        const second = await under.gateway.processTip(charge, options)
        assertEqual([second.kind, second.ref], [first.kind, first.ref], 'the same charge')
        const other = { ...charge, amount: { ...amount, amount: amount.amount * 2n } }
        await assertRejects(() => under.gateway.processTip(other, options), 'conflict')
      })

      test('begins a subscription with a paid period, and ends it twice', async (under) => {
        const { gateway } = under
        if (!gateway.capabilities.recurring) return
        const charge = plan(under, under.instruments.ok)
        const outcome = await gateway.processSubscription(charge, { idempotencyKey: newId('key') })
        assert(outcome.kind === 'succeeded', `succeeded, not ${outcome.kind}`)
        const ref = outcome.subscriptionRef
        assert(ref !== undefined, 'a reference of the subscription')
        if (gateway.retrieveSubscription) {
          assertEqual((await gateway.retrieveSubscription(ref))?.status, 'active', 'status')
        }
        for (const _ of [1, 2]) {
          const request = { ref, when: 'now' } as const
          const canceled = await gateway.cancelSubscription?.(request, { idempotencyKey: newId('key') })
          assertEqual(canceled?.kind ?? 'canceled', 'canceled', 'the outcome')
        }
        if (gateway.retrieveSubscription) {
          assertEqual((await gateway.retrieveSubscription(ref))?.status, 'ended', 'status at the end')
        }
      })
    })

    covered('declined', 'a declined charge', () => {
      test('answers a decline as a value, in the words of all gateways', async (under) => {
        const charge = withInstrument(under, tip(under), 'declined')
        const outcome = await under.gateway.processTip(charge, { idempotencyKey: newId('key') })
        assert(outcome.kind === 'declined', `declined, not ${outcome.kind}`)
        assert(outcome.code in declineRetries, `${outcome.code} is a known code`)
        assert(['never', 'later', 'other_method'].includes(outcome.retry), 'says what may help')
      })
    })

    covered('action', 'a charge that its payer confirms', () => {
      test('says what the payer has to do', async (under) => {
        const charge = withInstrument(under, tip(under), 'action')
        const outcome = await under.gateway.processTip(charge, { idempotencyKey: newId('key') })
        assert(outcome.kind === 'action_required', `action_required, not ${outcome.kind}`)
        if (outcome.action.type === 'redirect') assert(URL.canParse(outcome.action.url), 'a URL')
        else assert(outcome.action.clientSecret.length > 8, 'a secret of some length')
      })
    })

    covered('pending', 'a charge under way', () => {
      test('answers pending, with a reference', async (under) => {
        const charge = withInstrument(under, tip(under), 'pending')
        const outcome = await under.gateway.processTip(charge, { idempotencyKey: newId('key') })
        assertEqual([outcome.kind, typeof outcome.ref], ['pending', 'string'], 'outcome')
      })
    })

    covered('lost', 'a lost answer', () => {
      test('calls a lost answer unknown, and charges no second time', async (under) => {
        const { gateway } = under
        assert(under.loseNextAnswer, 'loseNextAnswer')
        const charge = withInstrument(under, tip(under), 'ok')
        const options = { idempotencyKey: newId('key') }
        under.loseNextAnswer()
        const outcome = await gateway.processTip(charge, options)
        assertEqual(outcome.kind, 'unknown', 'outcome')
        if (gateway.capabilities.idempotency === 'none') return
        const second = await gateway.processTip(charge, options)
        assertEqual(second.kind, 'succeeded', 'the same key again')
        const found = await gateway.retrieve?.({ merchantRef: charge.tipId })
        if (gateway.retrieve) assertEqual(found?.ref, second.ref, 'the one charge')
      })

      test('calls a gateway that fails unknown as well', async (under) => {
        assert(under.failNextCall, 'failNextCall')
        under.failNextCall()
        const charge = withInstrument(under, tip(under), 'ok')
        const outcome = await under.gateway.processTip(charge, { idempotencyKey: newId('key') })
        assertEqual(outcome.kind, 'unknown', 'outcome')
      })
    })

    covered('webhooks', 'webhooks', () => {
      const receive = (under: GatewayUnderTest, request: Request) =>
        under.gateway.receiveWebhook(
          request,
          under.remoteAddress === undefined ? {} : { remoteAddress: under.remoteAddress },
        )
      const paid = async (under: GatewayUnderTest) => {
        assert(under.takeWebhooks, 'takeWebhooks')
        const charge = withInstrument(under, tip(under), 'ok')
        await under.gateway.processTip(charge, { idempotencyKey: newId('key') })
        return { charge, requests: await under.takeWebhooks() }
      }

      test('tells of the payment with our reference, and the same id each time', async (under) => {
        const { charge, requests } = await paid(under)
        const events: GatewayEvent[] = []
        for (const request of requests) events.push(...(await receive(under, request.clone())))
        const event = events.find(({ type }) => type === 'payment.succeeded')
        assert(event?.type === 'payment.succeeded', 'payment.succeeded')
        assertEqual(event.merchantRef, charge.tipId, 'our reference')
        assertEqual(event.amount, amount, 'amount')
        assertEqual(event.gateway, under.gateway.id, 'gateway')
        assertEqual(event.authenticity, under.gateway.capabilities.webhookAuthenticity, 'authenticity')
        const again: GatewayEvent[] = []
        for (const request of requests) again.push(...(await receive(under, request)))
        assertEqual(
          again.map(({ id }) => id),
          events.map(({ id }) => id),
          'ids when they come again',
        )
        assertEqual(new Set(events.map(({ id }) => id)).size, events.length, 'an id for each event')
      })

      test('refuses a webhook that was changed, or that nobody signed', async (under) => {
        const { requests } = await paid(under)
        const [request] = requests
        assert(request, 'a webhook')
        if (under.gateway.capabilities.webhookAuthenticity === 'signed') {
          const body = (await request.clone().text()).replace('succeeded', 'Succeeded')
          const changed = new Request(request.url, { method: 'POST', headers: request.headers, body })
          await assertRejects(() => receive(under, changed), 'webhook_invalid')
        }
        const bare = new Request(request.url, { method: 'POST', body: await request.text() })
        await assertRejects(() => under.gateway.receiveWebhook(bare), 'webhook_invalid')
      })

      test('refuses a body that was read before, or that is too large', async (under) => {
        const { requests } = await paid(under)
        const [request] = requests
        assert(request, 'a webhook')
        const large = new Request(request.url, {
          method: 'POST',
          headers: request.headers,
          body: 'x'.repeat(600_000),
        })
        await assertRejects(() => receive(under, large), 'payload_too_large')
        await request.text()
        await assertRejects(() => receive(under, request), 'misconfigured')
      })

      test('accepts an event of an unknown type and ignores it', async (under) => {
        assert(under.unknownWebhook, 'unknownWebhook')
        const events = await receive(under, await under.unknownWebhook())
        assert(
          events.every(({ type }) => type === 'ignored'),
          'nothing but ignored',
        )
      })
    })

    covered('refund', 'refunds', () => {
      describeRefunds({ test, newId, amount, charge: (under) => withInstrument(under, tip(under), 'ok') })
    })

    test('knows nothing of a charge that was never made', async (under) => {
      if (under.gateway.retrieve) {
        assertEqual(await under.gateway.retrieve({ merchantRef: newId('never') }), null, 'retrieved')
      }
    })
  })
}

function withInstrument(
  under: GatewayUnderTest,
  charge: TipCharge,
  name: keyof GatewayUnderTest['instruments'],
): TipCharge {
  const instrument = under.instruments[name]
  return instrument === undefined ? charge : { ...charge, instrument }
}
